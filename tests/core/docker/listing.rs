//! What an index says of an image, in docker's file and in the list that is pushed.

use multiarch::descriptor::Annotations;
use multiarch::digest::Digest;
use multiarch::docker::drafts::draft::{Entry, decode, encode, encode_to_keep};
use multiarch::docker::drafts::listing::{Listing, Source};
use multiarch::docker::drafts::plan::plan;
use multiarch::error::Code;
use multiarch::manifest::parse_descriptor;
use multiarch::reference::Reference;
use serde_json::{Value, json};

use crate::support::store::entry;

const MANIFEST: &str =
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}"#;
const OCI: &str = "application/vnd.oci.image.manifest.v1+json";

/// An entry out of an index; `more` are members that its index states beside type, digest and size.
fn listed(architecture: &str, padding: &str, more: &str) -> Entry {
    let raw = format!("{MANIFEST}{padding}");
    let mut entry =
        entry(&json!({"ref": "r.example/app:x", "mediaType": OCI, "architecture": architecture, "raw": raw}));
    let (digest, size) = (entry.descriptor.digest.to_string(), raw.len());
    let text = format!(r#"{{"size":{size},"digest":"{digest}","mediaType":"{OCI}"{more}}}"#);
    entry.descriptor = parse_descriptor(text.as_bytes()).unwrap();
    entry.reference = format!("r.example/app@{digest}");
    let index = Digest::parse(&format!("sha256:{}", "1".repeat(64))).unwrap();
    let pairs = vec![("<k>".to_owned(), "\"v\"\n".to_owned())];
    let source = Source {
        reference: "r.example/app:index".to_owned(),
        digest: index,
        annotations: Annotations::from_pairs(pairs),
    };
    entry.listing = Some(Listing { text, sources: vec![source] });
    entry
}

const LINUX: &str = r#","platform":{"os":"linux","architecture":"arm64"}"#;

#[test]
fn the_file_keeps_what_dockers_text_has_no_place_for() {
    let entry = listed("arm64", "", &format!("{LINUX},\"x-own\":1.50"));
    let file = encode_to_keep(&entry).unwrap();
    assert_eq!(decode(file.as_bytes(), None).unwrap(), entry);
    let docker = encode(&entry).unwrap();
    assert_eq!(file.get(..docker.len() - 1), docker.get(..docker.len() - 1));
    assert!(!docker.contains("Multiarch"));
    let without = Entry { listing: None, ..entry };
    assert_eq!(decode(docker.as_bytes(), None).unwrap(), without);
}

#[test]
fn a_member_about_another_manifest_is_refused() {
    let (one, other) = (listed("arm64", "", LINUX), listed("arm64", " ", LINUX));
    let mixed = Entry { listing: other.listing, ..one };
    assert_eq!(encode_to_keep(&mixed).unwrap_err().code(), Code::OptionInvalid);
}

fn pushed(entries: &[Entry]) -> Value {
    let target = Reference::parse("r.example/app:1").unwrap();
    let plan = plan(&target, entries, &[], None).unwrap();
    serde_json::from_str(&plan.body).unwrap()
}

#[test]
fn the_list_states_what_the_index_states_but_for_what_was_annotated() {
    let more = r#","platform":{"os":"linux","architecture":"arm64","features":["sse"]},"annotations":{"a":"1"},"x-own":1.50"#;
    let mut entry = listed("arm64", "", more);
    let body = pushed(std::slice::from_ref(&entry));
    let stated: Value = serde_json::from_str(&entry.listing.as_ref().unwrap().text).unwrap();
    assert_eq!(body["manifests"], json!([stated]));
    assert_eq!(body["annotations"], json!({"<k>": "\"v\"\n"}));
    entry.descriptor.platform.as_mut().unwrap().variant = "v8".to_owned();
    entry.descriptor.annotations = Annotations::from_pairs(vec![("b".to_owned(), "2".to_owned())]);
    let body = pushed(&[entry]);
    let mut expected = stated;
    expected["platform"]["variant"] = "v8".into();
    expected["annotations"] = json!({"b": "2"});
    assert_eq!(body["manifests"], json!([expected]));
}

#[test]
fn beside_such_an_entry_every_entry_is_written_whole_and_attestations_come_last() {
    let unknown = r#","platform":{"os":"unknown","architecture":"unknown"},"annotations":{"vnd.docker.reference.type":"attestation-manifest"}"#;
    let statement = listed("unknown", "", unknown);
    let mut plain = listed("arm64", " ", &format!(r#"{LINUX},"annotations":{{"kept":"1"}}"#));
    plain.listing = None;
    plain.reference = "r.example/app:zzz".to_owned();
    let body = pushed(&[statement.clone(), plain.clone()]);
    let digests: Vec<_> =
        body["manifests"].as_array().unwrap().iter().map(|entry| entry["digest"].clone()).collect();
    assert_eq!(digests, [plain.descriptor.digest.as_str(), statement.descriptor.digest.as_str()]);
    assert_eq!(body["manifests"][0]["annotations"], json!({"kept": "1"}));
    // Docker drops the member that it does not know, and keeps what its own has.
    assert_eq!(pushed(&[plain])["manifests"][0]["annotations"], json!({"kept": "1"}));
}
