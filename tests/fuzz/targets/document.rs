//! Manifests and indexes: the view is what serde_json reads, and the bytes stay.

use multiarch::descriptor::{Descriptor, Listed};
use multiarch::docker::drafts::inspect;
use multiarch::error::Code;
use multiarch::json;
use multiarch::manifest::{Document, Kind, edit, parse_descriptor};
use multiarch::reference::Reference;
use serde_json::Value;

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = seeds::DOCUMENT_WORDS;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::documents()
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let _ = parse_descriptor(input);
    let document = match Document::parse(input.to_vec(), None, None) {
        Ok(document) => document,
        Err(error) => return kind_of(&error),
    };
    assert_eq!(document.bytes(), input);
    assert_eq!(document.size(), input.len() as u64);
    document.digest().verify(input).unwrap();
    let again =
        Document::parse(input.to_vec(), Some(document.media_type()), Some(document.digest())).unwrap();
    assert_eq!((again.kind(), again.descriptor()), (document.kind(), document.descriptor()));
    if !document.is_json() {
        return kind(&[document.kind().as_str(), "no JSON"]);
    }
    json::parse(input).unwrap();
    let root: Value = match serde_json::from_slice(input) {
        Ok(root) => root,
        Err(error) => {
            assert!(error.to_string().starts_with("number out of range"), "{error}");
            return kind(&[document.kind().as_str(), "large number"]);
        }
    };
    match document.kind() {
        Kind::Index => same_entries(document.manifests(), &root["manifests"]),
        Kind::Image => same_entries(document.layers(), &root["layers"]),
        _ => {}
    }
    if let Some(config) = document.config() {
        same_entry(config, &root["config"]);
    }
    for (key, value) in document.annotations().iter() {
        assert_eq!(text(&root["annotations"][key]), value);
    }
    if document.kind() == Kind::Index {
        // CVE-2021-41190: nothing is an index for one tool and a manifest for another.
        for other in ["config", "layers", "fsLayers"] {
            assert!(root.get(other).is_none_or(Value::is_null), "an index has {other}");
        }
        index(&document, &root);
    }
    let reference = Reference::parse("registry.example/a:1").unwrap();
    for printed in [inspect::single(&document), inspect::object(&reference, &document, None)] {
        if let Err(error) = printed {
            assert_ne!(error.code(), Code::Internal);
        }
    }
    kind(&[document.kind().as_str(), document.media_type().as_str()])
}

/// Entries are taken away and added without a change to anything else.
fn index(document: &Document, root: &Value) {
    let _ = inspect::list(document);
    let all = edit::keep(document, &|_| true).unwrap();
    let all: Value = serde_json::from_str(&all).unwrap();
    assert!(
        all == *root || root["manifests"].is_null() && all["manifests"] == Value::Array(Vec::new()),
        "{all}"
    );
    let none: Value = serde_json::from_str(&edit::keep(document, &|_| false).unwrap()).unwrap();
    assert_eq!(none["manifests"], Value::Array(Vec::new()));
    if let Some(first) = document.manifests().first().and_then(Listed::sound) {
        let added = edit::append(document, first).unwrap();
        let added: Value = serde_json::from_str(&added).unwrap();
        let count = document.manifests().len();
        assert_eq!(added["manifests"].as_array().map(Vec::len), Some(count + 1));
        same_entry(&Descriptor { urls: Vec::new(), ..first.clone() }, &added["manifests"][count]);
    }
}

/// An entry that cannot be used is listed, and stands for nothing.
fn same_entries(entries: &[Listed], value: &Value) {
    let values = value.as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(entries.len(), values.len());
    let both = entries.iter().zip(values).filter_map(|(entry, value)| Some((entry.sound()?, value)));
    both.for_each(|(entry, value)| same_entry(entry, value));
}

fn same_entry(entry: &Descriptor, value: &Value) {
    assert_eq!(text(&value["mediaType"]), entry.media_type.as_str());
    assert_eq!(value["digest"], entry.digest.as_str());
    assert_eq!(value["size"], entry.size);
    if let (Some(platform), Some(stated)) = (&entry.platform, value["platform"].as_object()) {
        let stated = |name: &str| stated.get(name).map(text).unwrap_or_default();
        assert_eq!((stated("os"), stated("architecture")), (&*platform.os, &*platform.architecture));
    }
    for (key, stated) in entry.annotations.iter() {
        assert_eq!(text(&value["annotations"][key]), stated);
    }
}

/// A text, empty for what is absent or `null`.
fn text(value: &Value) -> &str {
    assert!(value.is_string() || value.is_null(), "{value} is read as a text");
    value.as_str().unwrap_or_default()
}
