//! The vectors: tables of inputs and the answers of other implementations, read by the JavaScript tests too.

use multiarch::descriptor::{Annotations, Descriptor, Listed};
use multiarch::digest::Digest;
use multiarch::media_type::MediaType;
use multiarch::platform::Platform;
use serde_json::Value;

/// Reads `tests/data/vectors/<name>.json`.
pub(crate) fn read(name: &str) -> Value {
    let path = format!("{}/tests/data/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of an array.
pub(crate) fn rows(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not an array: {value}"))
}

/// A text, empty where it is absent or null.
pub(crate) fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A platform under the names of the image specification; absent fields are empty.
pub(crate) fn platform(value: &Value) -> Platform {
    let features = value.get("os.features").map_or(&[][..], |features| rows(features));
    Platform {
        os: text(value, "os").to_owned(),
        architecture: text(value, "architecture").to_owned(),
        variant: text(value, "variant").to_owned(),
        os_version: text(value, "os.version").to_owned(),
        os_features: features.iter().map(|feature| feature.as_str().unwrap().to_owned()).collect(),
    }
}

/// A platform given as a specifier or as an object.
pub(crate) fn any_platform(value: &Value) -> Platform {
    match value.as_str() {
        Some(specifier) => Platform::parse(specifier, None).unwrap(),
        None => platform(value),
    }
}

/// An entry of an index, of which the platform alone matters.
pub(crate) fn entry(platform: Option<Platform>) -> Descriptor {
    let media_type = MediaType::parse("application/vnd.oci.image.manifest.v1+json").unwrap();
    let mut entry = Descriptor::new(media_type, Digest::of(Default::default(), b"{}"), 2);
    entry.platform = platform;
    entry
}

/// The entries of an index document.
pub(crate) fn entries(index: &Value) -> Vec<Descriptor> {
    let read = |value: &Value| {
        let mut entry = entry(value.get("platform").map(platform));
        entry.media_type = MediaType::parse(text(value, "mediaType")).unwrap();
        entry.digest = Digest::parse(text(value, "digest")).unwrap();
        let pairs = value.get("annotations").and_then(Value::as_object).into_iter().flatten();
        let pair = |(key, value): (&String, &Value)| (key.clone(), value.as_str().unwrap().to_owned());
        entry.annotations = Annotations::from_pairs(pairs.map(pair).collect());
        entry
    };
    rows(&index["manifests"]).iter().map(read).collect()
}

/// Descriptors as an index lists them.
pub(crate) fn listed(descriptors: &[Descriptor]) -> Vec<Listed> {
    descriptors.iter().cloned().map(Listed::from).collect()
}
