//! What tools write, and what means harm, header by header. Whole archives of real tools: `tests/core/archive`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::archive::Finding;
use crate::error::Code;
use crate::limits::{ARCHIVE_NAME_BYTES, TAR_HEADER_BYTES};

/// A header to be filled in.
struct Made([u8; 512]);

fn made(name: &str, flag: u8, size: u64) -> Made {
    let mut block = [0; 512];
    block[257..265].copy_from_slice(b"ustar\x0000");
    Made(block)
        .with(0, name.as_bytes())
        .with(100, b"0000644\0")
        .with(124, format!("{size:011o}\0").as_bytes())
        .with(156, &[flag])
}

impl Made {
    fn with(mut self, at: usize, bytes: &[u8]) -> Made {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    fn summed(mut self, sum: impl Fn(u8) -> i64) -> Vec<u8> {
        self.0[148..156].fill(b' ');
        let sum: i64 = self.0.iter().map(|byte| sum(*byte)).sum();
        self.with(148, format!("{sum:06o}\0 ").as_bytes()).0.to_vec()
    }

    fn bytes(self) -> Vec<u8> {
        self.summed(i64::from)
    }
}

fn entry(name: &str, flag: u8, content: &[u8]) -> Vec<u8> {
    [made(name, flag, content.len() as u64).bytes(), padded(content)].concat()
}

fn padded(content: &[u8]) -> Vec<u8> {
    let mut content = content.to_vec();
    content.resize(content.len().next_multiple_of(512), 0);
    content
}

fn pax(flag: u8, records: &[(&str, &str)]) -> Vec<u8> {
    let content: String = records.iter().map(|(key, value)| record(key, value)).collect();
    entry("pax", flag, content.as_bytes())
}

fn record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while rest + length.to_string().len() != length {
        length += 1;
    }
    format!("{length} {key}={value}\n")
}

fn end() -> Vec<u8> {
    vec![0; 1024]
}

struct Read {
    entries: Vec<Entry>,
    contents: Vec<Vec<u8>>,
    findings: Vec<Finding>,
}

/// Reads an archive in pieces of that size.
fn read_by(archive: &[u8], piece: usize) -> crate::error::Result<Read> {
    let mut reader = Reader::new();
    let mut read = Read { entries: vec![], contents: vec![], findings: vec![] };
    for mut bytes in archive.chunks(piece) {
        while !bytes.is_empty() {
            let step = reader.feed(bytes)?;
            match step.event {
                Some(Event::Entry(entry)) => {
                    read.entries.push(*entry);
                    read.contents.push(Vec::new());
                }
                Some(Event::Content(range)) => {
                    read.contents.last_mut().unwrap().extend_from_slice(&bytes[range])
                }
                Some(Event::End) => {}
                None => assert_eq!(step.consumed, bytes.len()),
            }
            bytes = &bytes[step.consumed..];
        }
    }
    read.findings = reader.finish(archive.len() as u64)?;
    Ok(read)
}

/// The same in pieces of any size, and when content is passed over.
fn read(parts: &[Vec<u8>]) -> crate::error::Result<Read> {
    let archive = parts.concat();
    let whole = read_by(&archive, usize::MAX);
    for piece in [1, 7, 512, 1000] {
        let again = read_by(&archive, piece);
        match (&whole, &again) {
            (Ok(a), Ok(b)) => {
                assert!(a.entries == b.entries && a.contents == b.contents && a.findings == b.findings)
            }
            (a, b) => assert_eq!(a.as_ref().err(), b.as_ref().err()),
        }
    }
    assert_eq!(whole.as_ref().ok().map(|whole| &whole.entries), skimmed(&archive).as_ref().ok());
    whole
}

fn skimmed(archive: &[u8]) -> crate::error::Result<Vec<Entry>> {
    let mut reader = Reader::new();
    let mut entries = Vec::new();
    loop {
        let start = (reader.offset() as usize).min(archive.len());
        let bytes = &archive[start..(start + reader.wanted()).min(archive.len())];
        if bytes.is_empty() {
            reader.finish(archive.len() as u64)?;
            return Ok(entries);
        }
        if let Some(Event::Entry(entry)) = reader.feed(bytes)?.event {
            assert_eq!(entry.offset, reader.offset());
            entries.push(*entry);
            reader.skip();
        }
    }
}

fn fails(parts: &[Vec<u8>], code: Code, words: &str) {
    let error = read(parts).err().unwrap_or_else(|| panic!("no error with {words}"));
    assert_eq!(error.code(), code, "{error}");
    assert!(error.message().contains(words), "{error}");
    assert!(error.detail("offset").is_some(), "{error}");
}

fn only(parts: &[Vec<u8>]) -> Entry {
    let read = read(parts).unwrap();
    assert_eq!(read.entries.len(), 1);
    read.entries.into_iter().next().unwrap()
}

#[test]
fn entries_and_their_contents_come_in_order() {
    let long = vec![b'x'; 1500];
    let archive = [entry("a", b'0', b"hello"), entry("b/", b'5', b""), entry("c", b'0', &long), end()];
    let read = read(&archive).unwrap();
    let kinds: Vec<_> = read.entries.iter().map(|entry| (entry.kind, entry.size, entry.offset)).collect();
    assert_eq!(kinds, [(Kind::File, 5, 512), (Kind::Folder, 0, 1536), (Kind::File, 1500, 2048)]);
    assert_eq!(read.contents, [b"hello".to_vec(), vec![], long]);
    assert!(read.findings.is_empty());
}

#[test]
fn every_type_has_its_kind() {
    for (flag, kind) in [
        (b'0', Kind::File),
        (0, Kind::File),
        (b'7', Kind::File),
        (b'1', Kind::Link),
        (b'2', Kind::Symlink),
        (b'3', Kind::CharacterDevice),
        (b'4', Kind::BlockDevice),
        (b'5', Kind::Folder),
        (b'6', Kind::Fifo),
        (b'V', Kind::Other(b'V')),
    ] {
        assert_eq!(only(&[entry("x", flag, b""), end()]).kind, kind);
    }
    assert_eq!(only(&[entry("x/", 0, b""), end()]).kind, Kind::Folder);
    let unknown = read(&[entry("x", b'Z', b"content"), entry("y", b'0', b""), end()]).unwrap();
    assert_eq!(unknown.entries[0].findings, [Finding::TarTypeUnknown]);
    assert_eq!(unknown.contents, [b"content".to_vec(), vec![]]);
}

#[test]
fn names_are_put_together_as_each_format_does() {
    let prefixed = |magic: &[u8]| made("name", b'0', 0).with(257, magic).with(345, b"some/prefix");
    assert_eq!(only(&[prefixed(b"ustar\x0000").bytes()]).path, b"some/prefix/name");
    assert_eq!(only(&[prefixed(b"ustar\x0000").with(508, b"tar\0").bytes()]).path, b"some/prefix/name");
    // GNU has times there, octal digits; Go before 1.8 wrote a prefix.
    assert_eq!(only(&[prefixed(b"ustar  \0").bytes()]).path, b"some/prefix/name");
    let times = made("name", b'0', 0).with(257, b"ustar  \0").with(345, b"14000000000\x0014000000000\0");
    assert_eq!(only(&[times.bytes()]).path, b"name");
    assert_eq!(only(&[prefixed(&[0; 8]).bytes()]).path, b"name");
    assert_eq!(only(&[made(&"n".repeat(100), b'0', 0).bytes()]).path.len(), 100);
}

#[test]
fn a_checksum_counts_signed_bytes_too() {
    let name = "gr\u{fc}n";
    assert_eq!(
        only(&[made(name, b'0', 0).summed(|byte| i64::from(byte.cast_signed()))]).path,
        name.as_bytes()
    );
    assert_eq!(only(&[made(name, b'0', 0).bytes()]).path, name.as_bytes());
    let wrong = made(name, b'0', 0).summed(|byte| i64::from(byte) + 1);
    fails(&[wrong], Code::ArchiveInvalid, "this is no tar");
    fails(&[entry("a", b'0', b""), vec![b'x'; 512]], Code::ArchiveInvalid, "its checksum does not fit");
}

#[test]
fn long_names_and_links_of_gnu_are_read() {
    let (path, target) = ("p/".repeat(150), "t/".repeat(150));
    let nul = |text: &str| [text.as_bytes(), b"\0"].concat();
    let archive = [
        entry("././@LongLink", b'L', &nul(&path)),
        entry("././@LongLink", b'K', &nul(&target)),
        entry("p", b'2', b""),
    ];
    let entry = only(&archive);
    assert_eq!((entry.path, entry.target), (path.into_bytes(), Some(target.into_bytes())));
}

#[test]
fn pax_records_count_before_the_header() {
    let local = [
        ("path", "a path"),
        ("linkpath", "a target"),
        ("mtime", "-1.5"),
        ("uid", "3000000"),
        ("gid", "4"),
        ("uname", "me"),
        ("comment", "x"),
        ("gname", ""),
    ];
    let entry = only(&[pax(b'x', &local), made("n", b'2', 0).with(297, b"group").bytes()]);
    assert_eq!((&*entry.path, entry.target.as_deref()), (&b"a path"[..], Some(&b"a target"[..])));
    assert_eq!((entry.mtime, entry.uid, entry.gid, entry.mode), (-2, 3_000_000, 4, 0o644));
    assert_eq!((&*entry.owner, &*entry.group), (&b"me"[..], &b"group"[..]));
}

#[test]
fn global_records_hold_until_they_are_taken_back() {
    let archive = [
        pax(b'g', &[("mtime", "7"), ("uname", "all")]),
        entry("a", b'0', b""),
        pax(b'x', &[("mtime", "8")]),
        entry("b", b'0', b""),
        pax(b'g', &[("uname", "")]),
        entry("c", b'0', b""),
    ];
    let read = read(&archive).unwrap();
    let seen: Vec<_> = read.entries.iter().map(|entry| (entry.mtime, entry.owner.as_slice())).collect();
    assert_eq!(seen, [(7, &b"all"[..]), (8, b"all"), (7, b"")]);
}

#[test]
fn large_sizes_stand_in_base_256_or_in_a_record() {
    let large = 9_u64 << 30;
    let field = [&[0x80, 0, 0, 0][..], &large.to_be_bytes()].concat();
    let mut reader = Reader::new();
    let step = reader.feed(&made("a", b'0', 0).with(124, &field).bytes()).unwrap();
    assert!(matches!(step.event, Some(Event::Entry(entry)) if entry.size == large));
    assert_eq!(reader.skip(), large);
    assert_eq!(reader.finish(reader.offset()).unwrap(), [Finding::TarEndMissing]);
    assert_eq!(reader.finish(large).unwrap_err().code(), Code::ArchiveTruncated);
    for field in [0, 0o77_777_777_777] {
        let archive = [pax(b'x', &[("size", "9663676416")]), made("a", b'0', field).bytes()].concat();
        let mut reader = Reader::new();
        let mut at = 0;
        while at < archive.len() {
            at += reader.feed(&archive[at..]).unwrap().consumed;
        }
        assert_eq!(reader.skip(), large);
    }
}

#[test]
fn sparse_files_are_named() {
    let map = |more: u8| {
        made("s", b'S', 512).with(257, b"ustar  \0").with(482, &[more]).with(483, b"00000100000\0")
    };
    let one = |entry: Entry| (entry.size, entry.stored, entry.sparse, entry.findings);
    let expected = (0o100_000, 512, Some(Sparse::Gnu), vec![Finding::TarSparse]);
    assert_eq!(one(only(&[map(0).bytes(), vec![1; 512], end()])), expected);
    let mut more = vec![0; 1024];
    more[504] = 1;
    assert_eq!(one(only(&[map(1).bytes(), more.clone(), vec![1; 512], end()])), expected);
    fails(&[map(1).bytes(), more[..700].to_vec()], Code::ArchiveTruncated, "cut off");
    let records = [("GNU.sparse.major", "1"), ("GNU.sparse.name", "real"), ("GNU.sparse.realsize", "32768")];
    let pax = only(&[pax(b'x', &records), entry("GNUSparseFile.1/s", b'0', &[1; 512]), end()]);
    assert_eq!(pax.path, b"real");
    assert_eq!(one(pax), (32768, 512, Some(Sparse::Pax), vec![Finding::TarSparse]));
}

#[test]
fn what_tools_read_in_two_ways_is_refused() {
    let file = || entry("a", b'0', &[0; 512]);
    let local = |key, value| [pax(b'x', &[(key, value)]), file(), end()];
    fails(
        &local("size", "0"),
        Code::ArchiveAmbiguous,
        "a pax record says that an entry has 0 bytes, its header 512",
    );
    fails(&local("size", "9663676416"), Code::ArchiveAmbiguous, "its header 512");
    for key in ["path", "linkpath", "size", "GNU.sparse.name"] {
        fails(&[pax(b'g', &[(key, "512")]), file(), end()], Code::ArchiveAmbiguous, "for all entries");
    }
    let twice = [entry("L", b'L', b"one\0"), entry("L", b'L', b"two\0"), file()];
    fails(&twice, Code::ArchiveAmbiguous, "two values for its path");
    let both = [pax(b'x', &[("path", "one")]), entry("L", b'L', b"two\0"), file()];
    fails(&both, Code::ArchiveAmbiguous, "two values for its path");
    fails(
        &[entry("K", b'K', b"one\0"), pax(b'x', &[("linkpath", "two")])],
        Code::ArchiveAmbiguous,
        "for its target",
    );
    fails(&[pax(b'x', &[("size", "1"), ("size", "2")])], Code::ArchiveAmbiguous, "two values for its size");
    fails(&[file(), vec![0; 512], file()], Code::ArchiveAmbiguous, "a single empty block");
    for flag in [b'2', b'3', b'4', b'5', b'6'] {
        fails(&[entry("a", flag, &[0; 512])], Code::ArchiveAmbiguous, "states 512 bytes of content");
    }
    fails(&[entry("a/", b'0', &[0; 512])], Code::ArchiveAmbiguous, "is a folder states 512 bytes");
}

#[test]
fn values_that_agree_may_be_stated_twice() {
    let archive =
        [pax(b'x', &[("path", "one"), ("size", "3")]), entry("L", b'L', b"one\0"), entry("a", b'0', b"abc")];
    assert_eq!(only(&archive).path, b"one");
}

#[test]
fn a_hard_link_has_no_content() {
    let read = read(&[made("a", b'1', 512).with(157, b"b").bytes(), entry("c", b'0', b""), end()]).unwrap();
    assert_eq!((read.entries[0].size, read.entries[0].target.as_deref()), (0, Some(&b"b"[..])));
    assert_eq!(read.entries[0].findings, [Finding::TarLinkSize]);
    assert_eq!(read.entries[1].path, b"c");
}

#[test]
fn records_that_are_none_are_refused() {
    let words = "a pax record is not";
    for content in [
        "x",
        "5 a=b",
        "6 a=b",
        "9 a=b\n",
        "99 a=b\n",
        "5 =b\n",
        "4 a\n",
        "0 a=b\n",
        "-6 a=b\n",
        " a=b\n",
        "7 a\0=b\n",
    ] {
        fails(&[entry("pax", b'x', content.as_bytes())], Code::ArchiveInvalid, words);
    }
    fails(&[entry("pax", b'x', b"6 a=b\n\0\0")], Code::ArchiveInvalid, words);
    for (key, value) in
        [("size", "-1"), ("size", "1e3"), ("uid", "x"), ("mtime", "1.x"), ("size", "99999999999999999")]
    {
        fails(&[pax(b'x', &[(key, value)])], Code::ArchiveInvalid, "is no number");
    }
}

#[test]
fn sizes_that_are_none_are_refused() {
    for field in [
        &b"-0000000001\0"[..],
        b"0000000008\0\0",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x80\0\0\0\0\x40\0\0\0\0\0\0",
    ] {
        fails(&[made("a", b'0', 0).with(124, field).bytes()], Code::ArchiveInvalid, "the size of an entry");
    }
}

#[test]
fn other_numbers_that_are_none_are_a_finding() {
    for at in [100, 108, 116, 136] {
        let entry = only(&[made("a", b'0', 0).with(at, b"junk").bytes()]);
        assert_eq!(entry.findings, [Finding::TarNumberInvalid]);
    }
    let device = only(&[made("a", b'3', 0).with(329, b"0000010\x000000003\0").bytes()]);
    assert_eq!((device.device, device.findings), ((8, 3), vec![]));
    assert_eq!(only(&[made("a", b'0', 0).with(329, b"junk").bytes()]).findings, []);
}

#[test]
fn ends_differ() {
    let file = || entry("a", b'0', b"abc");
    assert_eq!(read(&[file(), end()]).unwrap().findings, []);
    assert_eq!(read(&[file(), end(), vec![0; 9000]]).unwrap().findings, []);
    assert_eq!(read(&[file(), end(), b"more".to_vec()]).unwrap().findings, [Finding::TarTrailingData]);
    assert_eq!(read(&[file()]).unwrap().findings, [Finding::TarEndMissing]);
    assert_eq!(read(&[file(), vec![0; 512]]).unwrap().findings, [Finding::TarEndMissing]);
    assert_eq!(read(&[]).unwrap().findings, [Finding::TarEndMissing]);
    assert_eq!(read(&[file()[..515].to_vec()]).unwrap().findings, [Finding::TarEndMissing]);
    for (length, after) in [(1, "1 byte,"), (511, "511 bytes"), (513, "513 bytes"), (514, "514 bytes")] {
        let cut = file()[..length].to_vec();
        fails(&[cut], Code::ArchiveTruncated, &format!("cut off after {after}"));
    }
    fails(&[pax(b'x', &[("path", "a")])], Code::ArchiveInvalid, "followed by no entry");
    fails(&[entry("L", b'L', b"a\0"), end()], Code::ArchiveInvalid, "followed by no entry");
    fails(&[pax(b'x', &[("path", "a")])[..520].to_vec()], Code::ArchiveTruncated, "cut off after 520 bytes");
}

#[test]
fn headers_have_sizes_that_are_read() {
    let words = "larger than is read";
    for flag in [b'x', b'g', b'L', b'K'] {
        fails(&[made("a", flag, TAR_HEADER_BYTES as u64 + 1).bytes()], Code::ArchiveLimit, words);
    }
    let long = [entry("L", b'L', &vec![b'a'; ARCHIVE_NAME_BYTES + 1]), entry("a", b'0', b"")];
    fails(&long, Code::ArchiveLimit, "the path of an entry is longer than is read");
    let target = [entry("K", b'K', &vec![b'a'; ARCHIVE_NAME_BYTES + 1]), entry("a", b'2', b"")];
    fails(&target, Code::ArchiveLimit, "longer than is read");
}
