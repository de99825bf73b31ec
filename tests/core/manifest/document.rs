//! What a document is and whether it may be used: documents that were written by hand, most of them to do harm.

use multiarch::digest::{Algorithm, Digest};
use multiarch::error::{Code, Detail, Error};
use multiarch::json;
use multiarch::limits;
use multiarch::manifest::{Document, Kind};
use multiarch::media_type::{DOCKER_MANIFEST, MediaType, OCI_ARTIFACT, OCI_INDEX, OCI_MANIFEST};
use serde_json::Value;

use super::verdicts::{parse, vectors};

const SHA: &str = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

/// An index with these entries.
fn index(entries: &str) -> String {
    format!(r#"{{"schemaVersion":2,"mediaType":"{OCI_INDEX}","manifests":[{entries}]}}"#)
}

/// The inside of an entry for linux/amd64, with `more` members.
fn entry(more: &str) -> String {
    let platform = r#""platform":{"os":"linux","architecture":"amd64"}"#;
    format!(r#"{{"mediaType":"{OCI_MANIFEST}","digest":"{SHA}","size":2,{platform}{more}}}"#)
}

#[track_caller]
fn refused(body: impl AsRef<[u8]>, code: Code, path: &str) -> Error {
    let error = Document::parse(body.as_ref().to_vec(), None, None).unwrap_err();
    fails_at(body.as_ref(), error, code, path)
}

/// The document is read, but may not be written.
#[track_caller]
fn faulty(body: impl AsRef<[u8]>, code: Code, path: &str) -> Document {
    let document = Document::parse(body.as_ref().to_vec(), None, None).unwrap();
    fails_at(body.as_ref(), document.strict().unwrap_err(), code, path);
    document
}

/// As [`faulty`], and its first entry cannot be used.
#[track_caller]
fn spoilt(body: impl AsRef<[u8]>, code: Code, path: &str) {
    let document = faulty(body.as_ref(), code, path);
    fails_at(body.as_ref(), document.manifests()[0].require().unwrap_err(), code, path);
}

#[track_caller]
fn fails_at(body: &[u8], error: Error, code: Code, path: &str) -> Error {
    let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
    assert_eq!(error.code(), code, "{shown}: {error}");
    let found = match error.detail("path") {
        Some(Detail::Text(path)) => path.as_str(),
        _ => "",
    };
    assert_eq!(found, path, "{shown}: {error}");
    assert!(path.is_empty() || error.message().contains(path), "{error}");
    error
}

#[test]
fn a_document_is_its_bytes_with_a_view() {
    let body = index(&entry(r#","annotations":{"b":"2","a":"1"}"#)).replace(',', " ,\r\n\t");
    let document = Document::parse(body.clone().into_bytes(), None, None).unwrap();
    assert_eq!(document.kind(), Kind::Index);
    assert_eq!((document.text(), document.size()), (body.as_str(), body.len() as u64));
    assert_eq!(*document.digest(), Digest::of(Algorithm::Sha256, body.as_bytes()));
    let manifest = document.manifests()[0].require().unwrap();
    assert_eq!(manifest.platform.as_ref().unwrap().architecture, "amd64");
    assert_eq!(manifest.annotations.iter().collect::<Vec<_>>(), [("b", "2"), ("a", "1")]);
    assert_eq!(document.descriptor().digest, *document.digest());
    assert_eq!(document.into_bytes(), body.as_bytes());
}

#[test]
fn the_expected_digest_decides_the_algorithm() {
    let body = index("");
    for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
        let expected = Digest::of(algorithm, body.as_bytes());
        let document = Document::parse(body.clone().into_bytes(), None, Some(&expected)).unwrap();
        assert_eq!(*document.digest(), expected);
    }
    let other = Digest::of(Algorithm::Sha512, b"other");
    let error = Document::parse(body.clone().into_bytes(), None, Some(&other)).unwrap_err();
    assert_eq!(error.code(), Code::DigestMismatch);
    let blake3 = Digest::parse(&format!("blake3:{}", "a".repeat(64))).unwrap();
    let error = Document::parse(body.into_bytes(), None, Some(&blake3)).unwrap_err();
    assert_eq!(error.code(), Code::DigestUnsupported);
}

#[test]
fn artifacts_are_distinguished_from_images() {
    let manifest = |config: &str, more: &str| {
        let config = format!(r#"{{"mediaType":"{config}","digest":"{SHA}","size":2}}"#);
        let body = format!(
            r#"{{"schemaVersion":2,"mediaType":"{OCI_MANIFEST}","config":{config},"layers":[]{more}}}"#
        );
        let document = parse(&body, None).unwrap();
        (document.kind(), document.artifact_type().map(str::to_owned))
    };
    let image = "application/vnd.oci.image.config.v1+json";
    assert_eq!(manifest(image, ""), (Kind::Image, None));
    assert_eq!(manifest(image, r#","artifactType":"a/b""#), (Kind::Artifact, Some("a/b".to_owned())));
    assert_eq!(manifest("a/c", ""), (Kind::Artifact, Some("a/c".to_owned())));
    assert_eq!(manifest("a/c", r#","artifactType":"a/b""#), (Kind::Artifact, Some("a/b".to_owned())));
    let withdrawn =
        format!(r#"{{"mediaType":"{OCI_ARTIFACT}","artifactType":"a/b","blobs":[{}]}}"#, entry(""));
    let document = parse(&withdrawn, None).unwrap();
    assert_eq!((document.kind(), document.layers().len()), (Kind::Artifact, 1));
}

#[test]
fn types_that_are_not_known_are_carried() {
    // An entry of an index may have any type.
    let body = index(&entry("").replace(OCI_MANIFEST, "application/vnd.example.thing"));
    assert_eq!(
        parse(&body, None).unwrap().manifests()[0].require().unwrap().media_type.as_str(),
        "application/vnd.example.thing"
    );
    // A document too; its fields mean nothing here, yet it must be JSON when it says so.
    let vendor = r#"{"Config":1,"manifests":null,"layers":{"a":[1.5e300]}}"#;
    for declared in ["application/vnd.example+json", "application/json"] {
        let document = parse(vendor, Some(declared)).unwrap();
        assert_eq!((document.kind(), document.text()), (Kind::Unknown, vendor));
        assert!(document.manifests().is_empty() && document.is_json());
        assert_eq!(parse("[1]", Some(declared)).unwrap().kind(), Kind::Unknown);
        assert_eq!(parse("{", Some(declared)).unwrap_err().code(), Code::JsonInvalid);
    }
    let text = MediaType::parse("application/octet-stream").unwrap();
    let document = Document::parse(vec![0xff, 0, 1], Some(&text), None).unwrap();
    assert_eq!((document.kind(), document.bytes(), document.text()), (Kind::Unknown, &[0xff, 0, 1][..], ""));
    assert!(!document.is_json());
    // What it states is still compared.
    let index = index("");
    assert_eq!(parse(&index, Some("application/json")).unwrap_err().code(), Code::MediaTypeMismatch);
}

#[test]
fn schema_1_has_its_own_code() {
    let body = r#"{"schemaVersion":1,"name":"a","fsLayers":[],"history":[],"signatures":[]}"#;
    assert_eq!(refused(body, Code::Schema1Unsupported, "").code(), Code::Schema1Unsupported);
    refused(r#"{"fsLayers":null}"#, Code::Schema1Unsupported, "");
    let signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    assert_eq!(parse("whatever", Some(signed)).unwrap_err().code(), Code::Schema1Unsupported);
    let stated = format!(r#"{{"schemaVersion":1,"mediaType":"{signed}"}}"#);
    refused(stated, Code::Schema1Unsupported, "");
}

#[test]
fn fields_of_another_kind_are_refused_whatever_they_hold() {
    for value in ["null", "[]", "{}", "0", "\"\"", "false"] {
        for key in ["config", "layers", "fsLayers", "history"] {
            let body = index("").replace("]}", &format!(r#"],"{key}":{value}}}"#));
            refused(body, Code::ManifestAmbiguous, key);
        }
        for media_type in [OCI_MANIFEST, DOCKER_MANIFEST] {
            for key in ["manifests", "fsLayers", "history"] {
                let descriptor = format!(r#"{{"mediaType":"a/b","digest":"{SHA}","size":2}}"#);
                let body = format!(
                    r#"{{"{key}":{value},"schemaVersion":2,"mediaType":"{media_type}","config":{descriptor},"layers":[]}}"#
                );
                refused(body, Code::ManifestAmbiguous, key);
            }
        }
    }
    refused(r#"{"schemaVersion":2,"manifests":[],"layers":[]}"#, Code::ManifestAmbiguous, "manifests");
}

#[test]
fn keys_that_differ_in_case_only_are_refused_as_go_folds_them() {
    for key in
        ["Manifests", "MANIFESTS", "manifeſts", "ſchemaVerſion", "mediatype", "Config", "Layers", "FsLayers"]
    {
        let body = index("").replace("]}", &format!(r#"],"{key}":null}}"#));
        assert_eq!(parse(&body, None).unwrap_err().code(), Code::ManifestAmbiguous, "{key}");
    }
    for key in ["Size", "ſize", "DIGEST", "MediaType", "Urls", "Platform", "data\\u0041"] {
        let body = index(&entry(&format!(r#","{key}":1"#)));
        let expected = if key.contains('\\') { None } else { Some(Code::ManifestAmbiguous) };
        assert_eq!(parse(&body, None).err().map(|error| error.code()), expected, "{key}");
    }
    for key in ["OS", "oS", "oſ", "Architecture", "os.Version", "OS.features", "VARIANT"] {
        let body = index(&entry("").replace(r#""os""#, &format!(r#""{key}":"windows","os""#)));
        assert_eq!(parse(&body, None).unwrap_err().code(), Code::ManifestAmbiguous, "{key}");
    }
    // U+212A is the other one; no key of a manifest has a k, so it is shown on the rule itself.
    assert!(multiarch::json::is_variant("\u{212a}ey\u{17f}", "keys"));
    assert!(!multiarch::json::is_variant("keys", "keys"));
    // Annotations are the user's own names.
    let body = index(&entry(r#","annotations":{"Size":"1","size":"2","OS":"3"}"#));
    assert!(parse(&body, None).is_ok());
}

#[test]
fn keys_that_stand_twice_are_refused_anywhere() {
    refused(r#"{"schemaVersion":2,"manifests":[],"manifests":[]}"#, Code::JsonDuplicateKey, "manifests");
    refused(
        r#"{"schemaVersion":2,"x":{"y":[0,{"z":1,"z":1}]},"manifests":[]}"#,
        Code::JsonDuplicateKey,
        "x.y[1].z",
    );
    refused(index(&entry(r#","size":2"#)), Code::JsonDuplicateKey, "manifests[0].size");
    let twice = entry("").replace(r#""os""#, r#""os":"windows","\u006fs""#);
    refused(index(&twice), Code::JsonDuplicateKey, "manifests[0].platform.os");
    let labelled = entry(r#","annotations":{"a.b":"1","a.b":"2"}"#);
    refused(index(&labelled), Code::JsonDuplicateKey, r#"manifests[0].annotations["a.b"]"#);
    // Many keys, the second one far away; and as many that are all different.
    let keys = |last: &str| {
        let all: Vec<String> =
            (0..50_000).map(|number| format!(r#""k{number}":0"#)).chain([last.to_owned()]).collect();
        format!(r#"{{"schemaVersion":2,"manifests":[],"x":{{{}}}}}"#, all.join(","))
    };
    refused(keys(r#""k7":0"#), Code::JsonDuplicateKey, "x.k7");
    assert!(parse(&keys(r#""other":0"#), None).is_ok());
}

#[test]
fn names_that_javascript_treats_as_special_stay_names() {
    let body = index(&entry(r#","annotations":{"__proto__":"p","constructor":"c","":"e"}"#));
    let document = parse(&body, None).unwrap();
    let annotations = &document.manifests()[0].require().unwrap().annotations;
    assert_eq!(annotations.get("__proto__"), Some("p"));
    assert_eq!(annotations.iter().count(), 3);
}

#[test]
fn nesting_stops_at_the_limit_at_any_depth() {
    let nested = |open: &str, close: &str, depth: usize| {
        // The document itself is the first level.
        let (open, close) = (open.repeat(depth - 1), close.repeat(depth - 1));
        format!(r#"{{"schemaVersion":2,"manifests":[],"x":{open}0{close}}}"#)
    };
    for depth in [1, 2, 63, limits::JSON_DEPTH] {
        assert!(parse(&nested("[", "]", depth), None).is_ok(), "{depth}");
        assert!(parse(&nested(r#"{"a":"#, "}", depth), None).is_ok(), "{depth}");
    }
    for depth in [limits::JSON_DEPTH + 1, 127, 128, 129, 10_000, 200_000] {
        refused(nested("[", "]", depth), Code::JsonTooDeep, "");
        refused(nested(r#"{"a":"#, "}", depth), Code::JsonTooDeep, "");
        refused("[".repeat(depth), Code::JsonTooDeep, "");
    }
}

#[test]
fn what_tools_read_differently_is_not_json() {
    let good = index("");
    let cases: &[(Vec<u8>, u64)] = &[
        ([b"\xef\xbb\xbf", good.as_bytes()].concat(), 0),
        ([good.as_bytes(), b"garbage"].concat(), good.len() as u64),
        ([good.as_bytes(), b"\n{}"].concat(), good.len() as u64 + 1),
        ([good.as_bytes(), b"\0"].concat(), good.len() as u64),
        (b"".to_vec(), 0),
        (b"  ".to_vec(), 2),
        (b"\0{}".to_vec(), 0),
        (b"{\"a\":\"\xff\"}".to_vec(), 6),
        (b"{\"a\":\"\xed\xa0\x80\"}".to_vec(), 6),
        (br#"{"a":"\ud800"}"#.to_vec(), 6),
        (br#"{"a":"\udc00\ud800"}"#.to_vec(), 6),
        (br#"{"a":"\ud800\u0041"}"#.to_vec(), 6),
        (br#"{"a":"\ud800\"#.to_vec(), 6),
        (br#"{"a":"\u12"}"#.to_vec(), 6),
        (br#"{"a":"\x41"}"#.to_vec(), 6),
        (b"{\"a\":\"\x01\"}".to_vec(), 6),
        (b"{\"a\":\"\n\"}".to_vec(), 6),
        (br#"{"a":01}"#.to_vec(), 6),
        (br#"{"a":+1}"#.to_vec(), 5),
        (br#"{"a":.5}"#.to_vec(), 5),
        (br#"{"a":1.}"#.to_vec(), 7),
        (br#"{"a":1e}"#.to_vec(), 7),
        (br#"{"a":-}"#.to_vec(), 6),
        (br#"{"a":NaN}"#.to_vec(), 5),
        (br#"{"a":tru}"#.to_vec(), 5),
        (br#"{"a":1,}"#.to_vec(), 7),
        (br#"{"a":[1,]}"#.to_vec(), 8),
        (br#"{"a" 1}"#.to_vec(), 5),
        (br#"{a:1}"#.to_vec(), 1),
        (br#"{'a':1}"#.to_vec(), 1),
        (br#"{"a":1 "b":2}"#.to_vec(), 7),
        (br#"{"a":1]"#.to_vec(), 6),
        (br#"{"a":[1}"#.to_vec(), 7),
        (br#"{"a":"b"#.to_vec(), 7),
        (br#"{"a":1 // comment"#.to_vec(), 7),
        (b"{\"a\":\xc2\xa01}".to_vec(), 5),
        (b"<!DOCTYPE html>".to_vec(), 0),
    ];
    for (body, position) in cases {
        let shown = String::from_utf8_lossy(body);
        let error = json::parse(body).expect_err(&shown);
        assert_eq!(
            (error.code(), error.detail("position")),
            (Code::JsonInvalid, Some(&Detail::Number(*position))),
            "{shown}: {error}"
        );
        assert_eq!(Document::parse(body.clone(), None, None).unwrap_err().code(), Code::JsonInvalid);
    }
    assert!(parse(&format!("\r\n\t {good}\n"), None).is_ok());
}

#[test]
fn the_strict_reader_agrees_with_serde_json_on_ordinary_text() {
    // Texts of the vectors, cut at every place and with every byte replaced: serde_json accepts exactly the
    // same ones, but for keys that stand twice. One document in five keeps this to a moment.
    for row in vectors().iter().step_by(5) {
        let body = row["body"].as_str().unwrap().as_bytes();
        for at in 0..body.len() {
            let mut cut = body[..at].to_vec();
            assert_eq!(json::parse(&cut).is_ok(), serde_json::from_slice::<Value>(&cut).is_ok());
            cut.clear();
            for byte in [b'"', b'\\', b'{', b']', b',', b'0', b' ', 0x80] {
                cut.extend_from_slice(body);
                cut[at] = byte;
                let ours = json::parse(&cut).map(|_| ()).map_err(|error| error.code());
                let theirs = serde_json::from_slice::<Value>(&cut).is_ok();
                let twice = ours == Err(Code::JsonDuplicateKey);
                assert!(ours.is_ok() == theirs || (theirs && twice), "{}", String::from_utf8_lossy(&cut));
                cut.clear();
            }
        }
    }
}

#[test]
fn strings_say_what_serde_json_reads() {
    for text in
        [r#""plain é 名""#, r#""\"\\\/\b\f\n\r\t""#, r#""\u00e9\u0000\u2028""#, r#""a\ud83d\ude00b\u0041""#]
    {
        let ours = json::parse(text.as_bytes()).unwrap().string().unwrap().into_owned();
        assert_eq!(ours, serde_json::from_str::<String>(text).unwrap());
    }
}

#[test]
fn integers_are_written_as_integers() {
    for (size, valid) in [
        ("0", true),
        ("9007199254740991", true),
        ("9007199254740992", false),
        ("18446744073709551616", false),
        ("-1", false),
        ("7682.0", false),
        ("1e3", false),
        ("1.5", false),
        ("1E400", false),
        ("\"2\"", false),
        ("null", false),
        ("true", false),
    ] {
        let body = index(&entry("").replace(r#""size":2"#, &format!(r#""size":{size}"#)));
        match valid {
            true => assert!(parse(&body, None).is_ok(), "{size}"),
            false => spoilt(body, Code::DescriptorInvalid, "manifests[0].size"),
        }
    }
    for version in ["1", "3", "2.0", "2e0", "\"2\"", "20"] {
        let body = index("").replace(r#""schemaVersion":2"#, &format!(r#""schemaVersion":{version}"#));
        refused(body, Code::ManifestInvalid, "schemaVersion");
    }
}

#[test]
fn errors_name_the_place() {
    let two = |second: &str| index(&format!("{},{second}", entry("")));
    let with = |from: &str, to: &str| two(&entry("").replace(from, to));
    let cases = [
        (two("null"), "manifests[1]"),
        (two("{}"), "manifests[1].mediaType"),
        (with(r#""os":"linux","#, ""), "manifests[1].platform.os"),
        (with(r#""os":"linux""#, r#""os":7"#), "manifests[1].platform.os"),
        (with(r#","architecture":"amd64""#, ""), "manifests[1].platform.architecture"),
        (with(r#""os":"#, r#""os.features":[1],"os":"#), r#"manifests[1].platform["os.features"][0]"#),
        (with("sha256:4", "sha256:G"), "manifests[1].digest"),
        (with(OCI_MANIFEST, "not a type"), "manifests[1].mediaType"),
        (two(&entry(r#","annotations":{"a b":1}"#)), r#"manifests[1].annotations["a b"]"#),
        (two(&entry(r#","annotations":null"#)), "manifests[1].annotations"),
        (two(&entry(r#","urls":["u",null]"#)), "manifests[1].urls[1]"),
        (two(&entry(r#","artifactType":"x""#)), "manifests[1].artifactType"),
        (two(&entry(r#","data":"***""#)), "manifests[1].data"),
    ];
    for (body, path) in cases {
        faulty(body, Code::DescriptorInvalid, path);
    }
    for body in ["null", "[]", "1", "\"{}\""] {
        refused(body, Code::ManifestInvalid, "");
    }
    refused(index("").replace("[]", "{}"), Code::ManifestInvalid, "manifests");
    faulty(index("").replace("[]", "null"), Code::ManifestInvalid, "manifests");
    faulty(index("").replace("]}", r#"],"annotations":[]}"#), Code::ManifestInvalid, "annotations");
    faulty(index("").replace("]}", r#"],"subject":null}"#), Code::ManifestInvalid, "subject");
    faulty(index("").replace("]}", r#"],"subject":{}}"#), Code::DescriptorInvalid, "subject.digest");
}

#[test]
fn embedded_content_must_be_the_content() {
    let document = parse(&index(&entry(r#","data":"e30=""#)), None).unwrap();
    assert_eq!(document.manifests()[0].require().unwrap().data.as_deref(), Some("e30="));
    spoilt(index(&entry(r#","data":"e30K""#)), Code::SizeMismatch, "manifests[0].data");
    spoilt(index(&entry(r#","data":"W10=""#)), Code::DigestMismatch, "manifests[0].data");
}

#[test]
fn documents_and_indexes_have_a_largest_size() {
    let many = |count: usize| index(&vec![entry(""); count].join(","));
    assert_eq!(parse(&many(limits::INDEX_ENTRIES), None).unwrap().manifests().len(), limits::INDEX_ENTRIES);
    refused(many(limits::INDEX_ENTRIES + 1), Code::IndexTooLarge, "manifests");
    let mut body = index("").into_bytes();
    body.resize(limits::MANIFEST_BYTES, b' ');
    assert!(Document::parse(body.clone(), None, None).is_ok());
    body.push(b' ');
    refused(body, Code::ManifestTooLarge, "");
}
