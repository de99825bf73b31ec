//! Layers of headers that are made here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::archive::Finding;
use crate::error::Code;

fn header(name: &[u8], flag: u8, size: u64, target: &str) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name);
    block[100..107].copy_from_slice(b"0000755");
    block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    block[148..156].fill(b' ');
    block[156] = flag;
    block[157..157 + target.len()].copy_from_slice(target.as_bytes());
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    block
}

fn read(layer: &[Vec<u8>]) -> Vec<LayerEntry> {
    let mut reader = LayerReader::new(1 << 20);
    let read = reader.feed(&layer.concat());
    assert_eq!(read.error, None);
    read.entries
}

fn one(name: &str, flag: u8, target: &str) -> (String, LayerKind, Vec<Finding>) {
    let entry = read(&[header(name.as_bytes(), flag, 0, target)]).remove(0);
    (entry.path, entry.kind, entry.findings)
}

#[test]
fn whiteouts_name_what_goes() {
    let is = |path: &str, kind, findings: &[Finding]| (path.to_owned(), kind, findings.to_vec());
    assert_eq!(one("etc/.wh.motd", b'0', ""), is("etc/motd", LayerKind::Whiteout, &[]));
    assert_eq!(one("./.wh.tmp", b'0', ""), is("tmp", LayerKind::Whiteout, &[]));
    assert_eq!(one("etc/.wh..wh..opq", b'0', ""), is("etc", LayerKind::Opaque, &[]));
    assert_eq!(one(".wh..wh..opq", b'0', ""), is("", LayerKind::Opaque, &[]));
    assert_eq!(one(".wh./x", b'0', ""), is(".wh./x", LayerKind::File, &[]));
    assert_eq!(one("a.wh.b", b'0', ""), is("a.wh.b", LayerKind::File, &[]));
    for nothing in ["a/.wh.", "a/.wh..", "a/.wh...", ".wh..wh.plnk", ".wh..wh.aufs"] {
        assert_eq!(one(nothing, b'0', "").1, LayerKind::Other);
        assert_eq!(one(nothing, b'0', "").2, [Finding::WhiteoutInvalid], "{nothing}");
    }
}

#[test]
fn paths_and_targets_are_cleaned() {
    assert_eq!(one("./a/../b", b'0', ""), ("b".to_owned(), LayerKind::File, vec![Finding::PathUpwards]));
    assert_eq!(one("a", b'1', "../../etc/shadow").2, [Finding::PathUpwards]);
    let links = read(&[header(b"a", b'1', 0, "./b"), header(b"c", b'2', 0, "../b")]);
    assert_eq!(links[0].target.as_deref(), Some("b"));
    assert_eq!(links[1].target.as_deref(), Some("../b"));
}

#[test]
fn a_name_that_is_no_utf_8_keeps_its_bytes() {
    let json = serde_json::to_value(read(&[header(b"gr\xfcn", b'0', 5, "")])).unwrap();
    let expected = serde_json::json!([{
        "path": "gr\u{fffd}n", "rawPath": "Z3L8bg==", "type": "file", "size": 5, "mode": 0o755, "uid": 0, "gid": 0, "mtime": 0,
        "offset": 512,
    }]);
    assert_eq!(json, expected);
}

#[test]
fn a_path_that_comes_twice_is_said() {
    let layer = [
        header(b"a", b'0', 0, ""),
        header(b"b/", b'5', 0, ""),
        header(b"b", b'5', 0, ""),
        header(b"./a", b'2', 0, "b"),
    ];
    let findings: Vec<_> = read(&layer).into_iter().map(|entry| entry.findings).collect();
    assert_eq!(findings, [vec![], vec![], vec![], vec![Finding::EntryDuplicate]]);
}

#[test]
fn entries_before_a_fault_are_given() {
    let mut reader = LayerReader::new(4096);
    let read = reader.feed(&[header(b"a", b'0', 0, ""), vec![b'x'; 512]].concat());
    assert_eq!((read.entries.len(), read.error.unwrap().code()), (1, Code::ArchiveInvalid));
    assert_eq!(reader.finish().unwrap_err().code(), Code::ArchiveInvalid);
}

#[test]
fn a_layer_has_so_many_bytes() {
    let mut reader = LayerReader::new(1024);
    assert_eq!(reader.feed(&header(b"a", b'0', 1 << 32, "")).error, None);
    assert_eq!(reader.feed(&[0; 512]).error, None);
    let error = reader.feed(&[0]).error.unwrap();
    assert_eq!((error.code(), error.detail("limit")), (Code::ArchiveLimit, Some(&"bytes".into())));
}

#[test]
fn devices_have_numbers() {
    let json = serde_json::to_value(read(&[header(b"null", b'3', 0, "")])).unwrap();
    assert_eq!(json[0]["device"], serde_json::json!({ "kind": "character", "major": 0, "minor": 0 }));
    assert_eq!(json[0]["type"], "device");
}
