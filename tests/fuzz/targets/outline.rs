//! A document that is read in one pass is the one that is read member by member, and so is what is chosen from it.

use multiarch::descriptor::Listed;
use multiarch::error::Result;
use multiarch::manifest::{Document, Kind};
use multiarch::media_type::{MediaType, OCI_INDEX, OCI_MANIFEST};
use multiarch::platform::Platform;
use multiarch::selection::{Entries, Options, Policy, choose, select};
use serde_json::Value;

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = seeds::DOCUMENT_WORDS;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::inside(&["data", "beside/reports"])
}

pub(crate) fn round(input: &[u8]) -> u64 {
    for declared in [OCI_INDEX, OCI_MANIFEST, "application/vnd.example+json"] {
        let _ = both(input, Some(&MediaType::parse(declared).unwrap()));
    }
    match both(input, None) {
        Ok(document) => {
            let way = if document.outlined_view().is_some() { "one pass" } else { "by members" };
            kind(&[way, document.kind().as_str(), document.media_type().as_str()])
        }
        Err(error) => kind_of(&error),
    }
}

fn both(input: &[u8], declared: Option<&MediaType>) -> Result<Document> {
    let fast = Document::parse(input.to_vec(), declared, None);
    let slow = Document::parse_by_members(input.to_vec(), declared, None);
    if let (Ok(fast), Ok(slow)) = (&fast, &slow) {
        assert!(slow.outlined_view().is_none());
        same_json(fast, slow);
        same_choice(fast, slow);
    }
    assert_eq!(fast.as_ref().map(parts), slow.as_ref().map(parts));
    fast
}

/// Everything that can be asked of a document.
fn parts(document: &Document) -> String {
    let lists = (document.manifests(), document.layers());
    let members = (document.stated_config(), document.annotations(), document.stated_subject());
    let head = (document.kind(), document.media_type(), document.digest(), document.artifact_type());
    format!("{head:?} {lists:?} {members:?} {:?}", document.strict())
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

/// What JavaScript gets.
fn same_json(fast: &Document, slow: &Document) {
    let Some(view) = fast.outlined_view() else { return };
    let mut expected = serde_json::Map::new();
    expected.insert("manifests".to_owned(), json(slow.manifests()));
    expected.insert("layers".to_owned(), json(slow.layers()));
    expected.insert("annotations".to_owned(), json(slow.annotations()));
    for (name, value) in [("config", slow.stated_config()), ("subject", slow.stated_subject())] {
        expected.extend(value.map(|value| (name.to_owned(), json(value))));
    }
    expected.extend(slow.artifact_type().map(|text| ("artifactType".to_owned(), json(text))));
    let view: Value = serde_json::from_str(&view).unwrap();
    assert_eq!(view, Value::Object(expected));
    for at in 0..=slow.manifests().len() {
        let entry = fast.outlined_entry(at).map(|text| serde_json::from_str(&text).unwrap());
        assert_eq!(entry, slow.manifests().get(at).map(json));
    }
}

/// Choosing reads only what it needs, and only of one document.
fn same_choice(fast: &Document, slow: &Document) {
    if fast.kind() != Kind::Index {
        return;
    }
    assert_eq!(fast.count(), slow.manifests().len());
    let stated = slow.manifests().iter().filter_map(Listed::sound).filter_map(|entry| entry.platform.clone());
    let common = ["linux/amd64", "linux/arm64", "linux/arm/v7", "windows(10.0.20348)/amd64"];
    let common = common.iter().map(|text| Platform::parse(text, None).unwrap());
    let host = Platform { os: "linux".to_owned(), ..Platform::default() };
    for wanted in common.chain(stated.take(2)) {
        for policy in [Policy::Containerd, Policy::Strict, Policy::First, Policy::Podman] {
            for (host, docker_list) in [(None, false), (Some(&host), true)] {
                let options = Options { policy, host, docker_list };
                let chosen = select(slow.manifests(), &wanted, &options).chosen;
                assert_eq!(choose(fast, &wanted, &options), chosen, "{wanted} {policy:?} in one pass");
                assert_eq!(choose(slow, &wanted, &options), chosen, "{wanted} {policy:?} by members");
            }
        }
    }
}
