//! What mutation starts from: the documents and vectors that the other tests use.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Every `.json` file of a folder below `tests`, and of those in it, up to 8 KiB.
pub(crate) fn files(folder: &str) -> Vec<Vec<u8>> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(path(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let mut contents = Vec::new();
    for path in found {
        if path.is_dir() {
            contents.extend(files(path.strip_prefix(self::path("")).unwrap().to_str().unwrap()));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            contents.push(fs::read(path).unwrap());
        }
    }
    contents.retain(|content| content.len() <= 8 << 10);
    contents
}

/// The tars of other tools, up to 16 KiB.
pub(crate) fn archives() -> Vec<Vec<u8>> {
    data("data/tars", "tar")
}

/// What zstd made, up to 16 KiB.
pub(crate) fn compressed() -> Vec<Vec<u8>> {
    data("data/zstd", "zst")
}

fn data(folder: &str, wanted: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(path(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == wanted)).collect();
    found.sort();
    found
        .into_iter()
        .map(|path| fs::read(path).unwrap())
        .filter(|content| content.len() <= 16 << 10)
        .collect()
}

/// Every file of those folders below `tests` and of those in them, and whatever could be a document inside of one that is
/// JSON: a text that begins as an object does, and an object with a member of a document.
pub(crate) fn inside(folders: &[&str]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut left: Vec<PathBuf> = folders.iter().map(|folder| path(folder)).collect();
    while let Some(next) = left.pop() {
        if next.is_dir() {
            left.extend(fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let content = fs::read(next).unwrap();
        if let Ok(value) = serde_json::from_slice(&content) {
            documents_in(&value, &mut found);
        }
        found.push(content);
    }
    found.sort();
    found.dedup();
    found
}

fn documents_in(value: &Value, found: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) if text.trim_start().starts_with('{') => found.push(text.clone().into_bytes()),
        Value::Array(items) => items.iter().for_each(|item| documents_in(item, found)),
        Value::Object(members) => {
            if ["schemaVersion", "manifests", "config", "layers"].iter().any(|key| members.contains_key(*key))
            {
                found.push(value.to_string().into_bytes());
            }
            members.values().for_each(|value| documents_in(value, found));
        }
        _ => {}
    }
}

/// The texts under `key`, anywhere in a table of `tests/data/vectors`, each once.
pub(crate) fn texts(table: &str, key: &str) -> Vec<Vec<u8>> {
    let table = fs::read(path("data/vectors").join(format!("{table}.json"))).unwrap();
    let mut texts = Vec::new();
    gather(&serde_json::from_slice(&table).unwrap(), key, &mut texts);
    texts.sort();
    texts.dedup();
    texts.retain(|text| text.len() <= 4 << 10);
    texts
}

fn gather(value: &Value, key: &str, texts: &mut Vec<Vec<u8>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, key, texts)),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name == key => texts.push(text.clone().into_bytes()),
                    value => gather(value, key, texts),
                }
            }
        }
        _ => {}
    }
}

/// Manifests, indexes and configs, sound and broken.
pub(crate) fn documents() -> Vec<Vec<u8>> {
    let mut documents =
        [files("data/documents"), files("data/vectors/image-spec"), files("data/golden/docker")].concat();
    documents.extend(texts("mediatype-detection", "body"));
    documents
}

pub(crate) fn lines(lines: &[&str]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| line.as_bytes().to_vec()).collect()
}

/// The keys and values of the documents that this crate reads.
pub(crate) const DOCUMENT_WORDS: &[&str] = &[
    "\"schemaVersion\":2",
    "\"mediaType\"",
    "\"manifests\"",
    "\"layers\"",
    "\"config\"",
    "\"digest\"",
    "\"size\"",
    "\"platform\"",
    "\"os\"",
    "\"architecture\"",
    "\"variant\"",
    "\"os.version\"",
    "\"os.features\"",
    "\"annotations\"",
    "\"urls\"",
    "\"data\"",
    "\"subject\"",
    "\"artifactType\"",
    "\"fsLayers\"",
    "\"blobs\"",
    "\"rootfs\"",
    "\"created\"",
    "\"history\"",
    "\"diff_ids\"",
    "\"Manifests\"",
    "\"mEdiaType\"",
    "null",
    "{}",
    "[]",
    "\"\"",
    "-1",
    "1.0",
    "true",
    "\"application/vnd.oci.image.index.v1+json\"",
    "\"application/vnd.oci.image.manifest.v1+json\"",
    "\"application/vnd.docker.distribution.manifest.list.v2+json\"",
    "\"application/vnd.docker.distribution.manifest.v2+json\"",
    "\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"",
    "\"e30=\"",
    "\"2006-01-02T15:04:05Z\"",
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
];
