//! docker's own text, byte for byte: the layout by itself, and `inspect` over a registry made of the vectors.

use multiarch::digest::{Algorithm, Digest};
use multiarch::docker::drafts::inspect::{self, object};
use multiarch::docker::go_json::{list_body, list_of_stated};
use multiarch::error::{Code, Result};
use multiarch::json::{self, compact, indent, quote};
use multiarch::manifest::Document;
use multiarch::platform::Platform;
use multiarch::reference::Reference;
use multiarch::registry::{Client, Options};
use serde_json::Value;

use crate::support::clock::block_on;
use crate::support::host::Host;
use crate::support::registry::Registry;

const DOMAIN: &str = "127.0.0.1:5001";

fn vector(name: &str) -> String {
    let path = format!("{}/tests/data/vectors/docker-manifest/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn document(text: &str) -> Document {
    Document::parse(text.as_bytes().to_vec(), None, None).unwrap()
}

/// The documents inside of verbose output, with the reference that stands beside each.
fn shown(verbose: &str) -> Vec<(Reference, Document, Platform)> {
    let value: Value = serde_json::from_str(verbose).unwrap();
    let objects = value.as_array().cloned().unwrap_or_else(|| vec![value]);
    let read = |object: &Value| {
        let descriptor = serde_json::json!({"manifests": [object["Descriptor"]], "schemaVersion": 2});
        let platform =
            document(&descriptor.to_string()).manifests()[0].require().unwrap().platform.clone().unwrap();
        let reference = Reference::parse(object["Ref"].as_str().unwrap()).unwrap();
        (reference, document(&raw(object)), platform)
    };
    objects.iter().map(read).collect()
}

fn raw(object: &Value) -> String {
    // The library reads base64 where a descriptor embeds content, but does not hand it out.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = object["Raw"].as_str().unwrap().trim_end_matches('=');
    let mut bytes = Vec::new();
    for group in text.as_bytes().chunks(4) {
        let sextet =
            |at: usize| group.get(at).map_or(0, |letter| alphabet.find(char::from(*letter)).unwrap() as u32);
        let bits = (0..4).fold(0, |bits, at| bits << 6 | sextet(at));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    String::from_utf8(bytes).unwrap()
}

/// A registry of the vectors, on loopback.
type Shelf = Host<Registry>;

/// Adds a manifest under its digest and `tag`.
fn hold(shelf: &mut Shelf, repository: &str, tag: Option<&str>, body: &str) {
    let media_type = document(body).media_type().to_string();
    shelf.manifest(repository, tag, &media_type, body.as_bytes());
}

fn inspect(shelf: &Shelf, reference: &str, verbose: bool) -> Result<String> {
    let reference = Reference::parse(&format!("{DOMAIN}/{reference}"))?;
    shelf.asked.borrow_mut().clear();
    let client = Client::new(Options::default());
    block_on(inspect::inspect(client.on(shelf), &reference, verbose))
}

#[test]
fn indent_is_gos() {
    for (json, expected) in [
        ("{}", "{}"),
        ("[ ]", "[]"),
        ("{ \n }", "{}"),
        (r#"{"a":[],"b":{}}"#, "{\n\t\"a\": [],\n\t\"b\": {}\n}"),
        (r#"[1,[2,{"a":null}]]"#, "[\n\t1,\n\t[\n\t\t2,\n\t\t{\n\t\t\t\"a\": null\n\t\t}\n\t]\n]"),
        ("  {\"a\" :1.50e+3 } \n", "{\n\t\"a\": 1.50e+3\n} \n"),
        (
            r#"{"a":"{[,:]}\"\\","b":"<&>\u2028"}"#,
            "{\n\t\"a\": \"{[,:]}\\\"\\\\\",\n\t\"b\": \"<&>\\u2028\"\n}",
        ),
        ("\"é\"", "\"é\""),
        ("true", "true"),
    ] {
        assert_eq!(indent(json, "\t"), expected, "{json}");
    }
}

#[test]
fn compact_is_gos() {
    let json = "{ \"a<b\" : [ 1 , \"x & y\\u003c \u{2028}\u{2029}é\" ] }\n";
    assert_eq!(compact(json), r#"{"a\u003cb":[1,"x \u0026 y\u003c \u2028\u2029é"]}"#);
}

#[test]
fn quote_is_gos() {
    let text = "a\"b\\c\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}<&>\u{2028}é😀/";
    let quoted =
        r#""a\"b\\c\b\f\n\r\t\u0000\u001f"#.to_owned() + "\u{7f}" + r#"\u003c\u0026\u003e\u2028é😀/""#;
    assert_eq!(quote(text), quoted);
    assert_eq!(json::parse(quoted.as_bytes()).unwrap().string().unwrap(), text);
}

#[test]
fn text_that_is_not_json_passes_without_a_panic() {
    for text in ["", "\"", "\"\\", "{", "}}}]]", "\"é\\", "a\"b", ",,,::", "[\"\\u12"] {
        drop((indent(text, "\t"), compact(text)));
    }
}

#[test]
fn the_list_is_dockers() {
    let body = vector("push-same-repo.put-body.json");
    let list = document(&body);
    assert_eq!(list_of_stated(list.manifests()), body);
    // As the specification of the vectors states it: 1105 bytes and this digest.
    assert_eq!(list.size(), 1105);
    assert_eq!(
        list.digest().as_str(),
        "sha256:ee692c1b6be587c82b6e34669934096d27e91c31f9f1c62ddf0a52e1357dbe20"
    );
    assert_eq!(inspect::list(&list) + "\n", vector("inspect-local-list.stdout"));
    let index = document(&vector("remote-index-with-attestation.raw.json"));
    assert_eq!(inspect::list(&index) + "\n", vector("inspect-remote-index.stdout"));
}

#[test]
fn the_list_escapes_keeps_and_drops_as_docker_does() {
    let empty = "{\n   \"schemaVersion\": 2,\n   \"mediaType\": \
                 \"application/vnd.docker.distribution.manifest.list.v2+json\",\n   \"manifests\": []\n}";
    assert_eq!(list_body(&[]), empty);
    let mut entry =
        document(&vector("remote-index-with-attestation.raw.json")).manifests()[0].require().unwrap().clone();
    entry.platform = None;
    assert!(list_body(&[entry.clone()]).contains("\"architecture\": \"\",\n            \"os\": \"\"\n"));
    let os_version = "<1&2>e\"".to_owned();
    entry.platform = Some(Platform { os: "beos".to_owned(), os_version, ..Platform::default() });
    entry.size = 0;
    let body = list_body(&[entry]);
    assert!(body.contains(r#""os.version": "\u003c1\u00262\u003ee\"""#), "{body}");
    assert!(!body.contains("size") && !body.contains("annotations"), "{body}");
}

#[test]
fn a_single_document_keeps_its_spelling() {
    let raw = vector("remote-oci.manifest.raw.json");
    assert_eq!(inspect::single(&document(&raw)).unwrap() + "\n", vector("inspect-remote-oci.stdout"));
    let spaced = raw.clone() + "\n";
    assert_eq!(
        inspect::single(&document(&spaced)).unwrap(),
        inspect::single(&document(&raw)).unwrap() + "\n"
    );
    // The local form prints the stored copy, which is compact and escaped.
    let stored = compact(&self::raw(&serde_json::from_str(&vector("store-file.json")).unwrap()));
    assert_eq!(indent(&stored, "\t") + "\n", vector("inspect-local-entry.stdout"));
}

#[test]
fn verbose_objects_are_dockers() {
    let single = vector("inspect-remote-oci-v.stdout");
    let (reference, manifest, platform) = shown(&single).remove(0);
    assert_eq!(indent(&object(&reference, &manifest, Some(&platform)).unwrap(), "\t") + "\n", single);
    for name in ["inspect-remote-index-v.stdout", "inspect-local-list-v.stdout"] {
        let text = vector(name);
        let objects = shown(&text);
        let objects: Vec<_> = objects.iter().map(|(r, m, p)| object(r, m, Some(p)).unwrap()).collect();
        assert_eq!(indent(&format!("[{}]", objects.join(",")), "\t") + "\n", text, "{name}");
    }
    let stored = vector("store-file.json");
    let (reference, manifest, platform) = shown(&stored).remove(0);
    assert_eq!(object(&reference, &manifest, Some(&platform)).unwrap(), stored.trim_end());
}

#[test]
fn an_index_costs_one_request() {
    let mut shelf = Shelf::default();
    hold(&mut shelf, "team/att", Some("latest"), &vector("remote-index-with-attestation.raw.json"));
    assert_eq!(inspect(&shelf, "team/att", false).unwrap(), vector("inspect-remote-index.stdout"));
    assert_eq!(*shelf.asked.borrow(), ["/v2/team/att/manifests/latest"]);
}

#[test]
fn a_verbose_index_costs_one_request_more_for_each_entry() {
    let expected = vector("inspect-remote-index-v.stdout");
    let mut shelf = Shelf::default();
    hold(&mut shelf, "team/att", Some("latest"), &vector("remote-index-with-attestation.raw.json"));
    let mut last = String::new();
    for (_, manifest, _) in shown(&expected) {
        hold(&mut shelf, "team/att", None, manifest.text());
        last = format!("/v2/team/att/manifests/{}", manifest.digest());
    }
    assert_eq!(inspect(&shelf, "team/att", true).unwrap(), expected);
    assert_eq!(shelf.asked.borrow().len(), 4);
    assert!(shelf.asked.borrow().iter().all(|path| path.contains("/manifests/")));
    // One that is missing fails the whole, and says which.
    shelf.lose(&last);
    let error = inspect(&shelf, "team/att", true).unwrap_err();
    assert_eq!(error.code(), Code::ManifestUnknown);
    assert!(error.reference().unwrap().contains("@sha256:479d7e0d"), "{error:?}");
}

#[test]
fn an_image_costs_one_request_and_verbose_its_config_too() {
    let mut shelf = Shelf::default();
    hold(&mut shelf, "team/oci", Some("amd64"), &vector("remote-oci.manifest.raw.json"));
    assert_eq!(inspect(&shelf, "team/oci:amd64", false).unwrap(), vector("inspect-remote-oci.stdout"));
    assert_eq!(shelf.asked.borrow().len(), 1);
    // docker asks no more of a config than that it be JSON: this one has no rootfs.
    shelf.blob("team/oci", br#"{"architecture": "amd64", "os": "linux"}"#);
    assert_eq!(inspect(&shelf, "team/oci:amd64", true).unwrap(), vector("inspect-remote-oci-v.stdout"));
    assert_eq!(shelf.asked.borrow().len(), 2);
}

#[test]
fn what_docker_gives_up_on_is_shown_in_its_layout() {
    let descriptor = |media_type: &str, body: &str| {
        let digest = Digest::of(Algorithm::Sha256, body.as_bytes());
        format!(r#"{{"mediaType":"{media_type}","digest":"{digest}","size":{}}}"#, body.len())
    };
    let index_type = "application/vnd.oci.image.index.v1+json";
    let empty = format!(r#"{{"schemaVersion":2,"mediaType":"{index_type}","manifests":[]}}"#);
    let nested = empty.replace("[]", &format!("[{}]", descriptor(index_type, &empty)));
    let mut shelf = Shelf::default();
    hold(&mut shelf, "a/empty", Some("latest"), &empty);
    hold(&mut shelf, "a/nested", Some("latest"), &nested);
    hold(&mut shelf, "a/nested", None, &empty);
    assert!(inspect(&shelf, "a/empty", false).unwrap().ends_with("\"manifests\": []\n}\n"));
    assert_eq!(inspect(&shelf, "a/empty", true).unwrap(), "[]\n");
    let shown = inspect(&shelf, "a/nested", true).unwrap();
    assert!(shown.contains("\"Raw\"") && !shown.contains("Manifest\":"), "{shown}");
    // A document that is not JSON has no such layout.
    shelf.hold("/v2/a/bin/manifests/latest".to_owned(), "application/vnd.example", b"\xff\x00");
    for verbose in [false, true] {
        assert_eq!(inspect(&shelf, "a/bin", verbose).unwrap_err().code(), Code::MediaTypeUnsupported);
    }
}
