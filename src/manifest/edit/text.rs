//! The text of descriptors, platforms and annotations, written and changed.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::descriptor::{Annotations, Descriptor};
use crate::error::{Code, Error, Result};
use crate::json::splice::{self, with_member, with_member_before};
use crate::json::{self, Value, quote};
use crate::manifest::Document;
use crate::media_type::MediaType;
use crate::platform::Platform;
use crate::platform::write_json;

/// The members of an entry, an index and a platform in the order in which docker and BuildKit write them, so that what
/// is changed here has their bytes. Source: opencontainers/image-spec, specs-go/v1.
pub(super) const OF_ENTRY: &[&str] =
    &["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];
pub(super) const OF_INDEX: &[&str] =
    &["schemaVersion", "mediaType", "artifactType", "manifests", "subject", "annotations"];
const OF_PLATFORM: &[&str] = &["architecture", "os", "os.version", "os.features", "variant"];

/// Members of a platform that are set, and with an empty text or list taken away; `None` leaves one alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlatformChange {
    /// `linux`, …
    pub os: Option<String>,
    /// `arm64`, …
    pub architecture: Option<String>,
    /// `v8`, …
    pub variant: Option<String>,
    /// `10.0.20348`, …
    pub os_version: Option<String>,
    /// `win32k`, …
    pub os_features: Option<Vec<String>>,
}

/// An index's entry for a document as an index would list it: type, digest, size, and what is given beside them.
pub fn descriptor_text(entry: &Descriptor) -> String {
    let mut text = format!(
        r#"{{"mediaType":{},"digest":{},"size":{}"#,
        quote(entry.media_type.as_str()),
        quote(entry.digest.as_str()),
        entry.size
    );
    if !entry.urls.is_empty() {
        let urls: Vec<_> = entry.urls.iter().map(|url| quote(url)).collect();
        text.push_str(&format!(r#","urls":[{}]"#, urls.join(",")));
    }
    if !entry.annotations.is_empty() {
        text.push_str(&format!(r#","annotations":{}"#, annotations_text(&entry.annotations)));
    }
    if let Some(data) = &entry.data {
        text.push_str(&format!(r#","data":{}"#, quote(data)));
    }
    if let Some(platform) = &entry.platform {
        text.push_str(r#","platform":"#);
        write_json(&mut text, platform);
    }
    if let Some(kind) = &entry.artifact_type {
        text.push_str(&format!(r#","artifactType":{}"#, quote(kind)));
    }
    text.push('}');
    text
}

/// The text of a descriptor with the members of another one laid over its own: those of `annotations` and `platform` one
/// by one, all others as they are. Fails with the codes of [`json::parse`].
pub fn laid_over(descriptor: &str, over: &str) -> Result<String> {
    let (descriptor, over) = (json::parse(descriptor.as_bytes())?, json::parse(over.as_bytes())?);
    let text = combined(descriptor, over, Some(OF_ENTRY), &|key, known, value| match key {
        "annotations" => combined(known, value, None, &later),
        "platform" => combined(known, value, Some(OF_PLATFORM), &later),
        _ => later(key, known, value),
    });
    // What is new as a whole is put in order, too.
    let annotations = over.member("annotations").filter(|_| descriptor.member("annotations").is_none());
    let Some(annotations) = annotations else { return Ok(text) };
    let sorted = combined(json::parse(b"{}")?, annotations, None, &later);
    Ok(with_member(json::parse(text.as_bytes())?, "annotations", Some(&sorted)))
}

/// The later of two values.
fn later(_: &str, _: Value<'_>, value: Value<'_>) -> String {
    json::compact(value.text())
}

/// The text of an index without entries, with what another one has beside its entries, and these annotations.
pub(super) fn index_text(
    media_type: &MediaType,
    like: Option<&Document>,
    annotations: &BTreeMap<String, String>,
) -> Result<String> {
    let mut text =
        format!(r#"{{"schemaVersion":2,"mediaType":{},"manifests":[]"#, quote(media_type.as_str()));
    if !annotations.is_empty() {
        let pairs = annotations.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        text.push_str(&format!(r#","annotations":{}"#, pairs_text(pairs)));
    }
    text.push('}');
    let Some(like) = like else { return Ok(text) };
    let (root, over) = (json::parse(like.bytes())?, json::parse(text.as_bytes())?);
    Ok(combined(root, over, Some(OF_INDEX), &|key, known, value| match key {
        "annotations" => combined(known, value, None, &later),
        _ => later(key, known, value),
    }))
}

/// The members of two objects as compact JSON: the `known` ones in their order and others behind them, or all in the order
/// of their names. `both` makes one value of two.
fn combined(
    object: Value<'_>,
    over: Value<'_>,
    known: Option<&[&str]>,
    both: &dyn Fn(&str, Value<'_>, Value<'_>) -> String,
) -> String {
    let over: Vec<_> = over.members().filter(|(_, value)| value.text() != "null").collect();
    let names: HashMap<&str, Value<'_>> = over.iter().map(|(key, value)| (key.as_ref(), *value)).collect();
    let own: Vec<_> = object.members().collect();
    let own_names: HashSet<&str> = own.iter().map(|(key, _)| key.as_ref()).collect();
    let mut members: Vec<(&str, String)> = own
        .iter()
        .map(|(key, value)| match names.get(key.as_ref()) {
            Some(new) => (key.as_ref(), both(key, *value, *new)),
            None => (key.as_ref(), json::compact(value.text())),
        })
        .collect();
    let added = over.iter().filter(|(key, _)| !own_names.contains(key.as_ref()));
    members.extend(added.map(|(key, value)| (key.as_ref(), json::compact(value.text()))));
    members.sort_by_cached_key(|(key, _)| match known {
        Some(known) => (known.iter().position(|name| name == key).unwrap_or(known.len()), ""),
        None => (0, *key),
    });
    let members: Vec<_> = members.iter().map(|(key, value)| format!("{}:{value}", quote(key))).collect();
    format!("{{{}}}", members.join(","))
}

/// The text of an object with a member in its place among the `known` ones, where it is new.
pub(super) fn with_known_member(object: Value<'_>, known: &[&str], key: &str, value: Option<&str>) -> String {
    let behind: Vec<&str> = known.iter().skip_while(|name| **name != key).skip(1).copied().collect();
    with_member_before(object, key, value, |name| behind.contains(&name))
}

pub(super) fn is_set(object: Value<'_>, name: &str) -> bool {
    object.member(name).is_some_and(|value| !matches!(value.text(), "null" | "{}" | "[]"))
}

/// The text of an object in which a member is replaced by text that is laid out already.
pub(super) fn with_raw_member(object: Value<'_>, key: &str, value: &str) -> Result<String> {
    let Some(old) = object.member(key) else { return Ok(with_member(object, key, Some(value))) };
    Ok(splice::in_place(object.text(), old, value))
}

pub(super) fn patched_platform(platform: Value<'_>, change: &PlatformChange) -> Result<String> {
    let mut text = platform.text().to_owned();
    let texts = [
        ("architecture", &change.architecture),
        ("os", &change.os),
        ("os.version", &change.os_version),
        ("variant", &change.variant),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            let value = Some(value).filter(|value| !value.is_empty()).map(|value| quote(value));
            text = with_known_member(json::parse(text.as_bytes())?, OF_PLATFORM, key, value.as_deref());
        }
    }
    if let Some(features) = &change.os_features {
        let list: Vec<_> = features.iter().map(|feature| quote(feature)).collect();
        let list = (!list.is_empty()).then(|| format!("[{}]", list.join(",")));
        text = with_known_member(json::parse(text.as_bytes())?, OF_PLATFORM, "os.features", list.as_deref());
    }
    Ok(text)
}

pub(super) fn changed(platform: Platform, change: &PlatformChange) -> Platform {
    let PlatformChange { os, architecture, variant, os_version, os_features } = change.clone();
    Platform {
        os: os.unwrap_or(platform.os),
        architecture: architecture.unwrap_or(platform.architecture),
        variant: variant.unwrap_or(platform.variant),
        os_version: os_version.unwrap_or(platform.os_version),
        os_features: os_features.unwrap_or(platform.os_features),
    }
}

/// The text of an object of these `known` members with its `annotations` changed, those that are new in the order of their
/// names; without the member where none is left.
pub(super) fn annotated(object: &str, known: &[&str], changes: &[(&str, Option<&str>)]) -> Result<String> {
    let root = json::parse(object.as_bytes())?;
    let old = root.member("annotations").filter(|old| old.members().next().is_some());
    let Some(old) = old else {
        let mut set = BTreeMap::new();
        for (key, value) in changes.iter().filter_map(|(key, value)| Some((*key, (*value)?))) {
            set.insert(key, value);
        }
        let text = (!set.is_empty()).then(|| pairs_text(set.into_iter()));
        return Ok(match (text, root.member("annotations")) {
            (None, None) => object.to_owned(),
            (text, _) => with_known_member(root, known, "annotations", text.as_deref()),
        });
    };
    let mut text = old.text().to_owned();
    for (key, value) in changes {
        let value = value.map(quote);
        text = with_member_before(json::parse(text.as_bytes())?, key, value.as_deref(), |known| known > *key);
    }
    match text.as_str() {
        "{}" => Ok(with_member(root, "annotations", None)),
        text => with_raw_member(root, "annotations", text),
    }
}

pub(super) fn annotations_text(annotations: &Annotations) -> String {
    pairs_text(annotations.iter())
}

pub(super) fn pairs_text<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let members: Vec<_> = pairs.map(|(key, value)| format!("{}:{}", quote(key), quote(value))).collect();
    format!("{{{}}}", members.join(","))
}

/// The first member of an entry that an entry of a Docker list does not have.
pub(super) fn lost_of_entry(entry: Value<'_>) -> Option<&'static str> {
    ["annotations", "artifactType", "data"].into_iter().find(|key| is_set(entry, key))
}

/// The error for what a Docker list has no member for.
pub(super) fn refused_in_list(what: &str) -> Error {
    let message = format!("a Docker manifest list cannot hold {what}");
    let hint = "Make it an OCI index: `convert` does that, and a Docker list has no place for it.";
    Error::new(Code::MediaTypeUnsupported, message).with_hint(hint).with_detail("lost", what)
}
