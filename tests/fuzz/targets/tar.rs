//! Tars: the same entries, contents and errors whatever the pieces that the bytes come in and whether content is passed
//! over; and paths that stay below their root.

use multiarch::archive::path;
use multiarch::archive::tar::{Entry, Event, Reader};
use multiarch::error::Result;

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "ustar\x0000",
    "ustar  \0",
    "././@LongLink\0",
    "../",
    "/",
    "00000000012\0",
    "77777777777\0",
    "12 path=a/b\n",
    "15 size=000010\n",
    "19 GNU.sparse.x=1\n",
    "11 path=\n",
    "\0\0\0\0\0\0\0\0",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::archives()
}

/// Headers of mutated archives would end at their checksums: these are made to fit again, block by block.
pub(super) fn summed(input: &[u8]) -> Vec<u8> {
    let mut archive = input.to_vec();
    for block in archive.chunks_exact_mut(512) {
        if block[257..262] == *b"ustar" {
            block[148..156].fill(b' ');
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        }
    }
    archive
}

fn read(archive: &[u8], piece: usize) -> (Vec<Entry>, Vec<u8>, Result<()>) {
    let mut reader = Reader::new();
    let (mut entries, mut contents) = (Vec::new(), Vec::new());
    for mut bytes in archive.chunks(piece) {
        while !bytes.is_empty() {
            let step = match reader.feed(bytes) {
                Ok(step) => step,
                Err(error) => return (entries, contents, Err(error)),
            };
            match step.event {
                Some(Event::Entry(entry)) => entries.push(*entry),
                Some(Event::Content(range)) => contents.extend_from_slice(&bytes[range]),
                Some(Event::End) | None => assert!(step.consumed > 0),
            }
            bytes = &bytes[step.consumed..];
        }
    }
    let end = reader.finish(archive.len() as u64).map(drop);
    (entries, contents, end)
}

fn skimmed(archive: &[u8]) -> (Vec<Entry>, Result<()>) {
    let mut reader = Reader::new();
    let mut entries = Vec::new();
    loop {
        let start = archive.len().min(usize::try_from(reader.offset()).unwrap());
        let end = archive.len().min(start + reader.wanted());
        if start == end {
            return (entries, reader.finish(archive.len() as u64).map(drop));
        }
        match reader.feed(&archive[start..end]) {
            Ok(step) => {
                if let Some(Event::Entry(entry)) = step.event {
                    entries.push(*entry);
                    reader.skip();
                }
            }
            Err(error) => return (entries, Err(error)),
        }
    }
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let archive = summed(input);
    let (entries, contents, end) = read(&archive, usize::MAX);
    assert_eq!(read(&archive, 1 + input.len() % 700), (entries.clone(), contents.clone(), end.clone()));
    let (skimmed, skimmed_end) = skimmed(&archive);
    assert_eq!((&skimmed, skimmed_end.is_ok()), (&entries, end.is_ok()));
    for entry in &entries {
        let cleaned = path::clean(&entry.path);
        let again = path::clean(&cleaned.path);
        assert_eq!(again.path, cleaned.path);
        assert!(cleaned.path.split(|byte| *byte == b'/').all(|part| part != b".." && part != b"."));
        assert!(!cleaned.path.starts_with(b"/"));
    }
    if let Err(error) = end {
        return kind_of(&error);
    }
    let kinds: Vec<_> = entries.iter().take(6).map(|entry| entry.kind.as_str()).collect();
    let findings: Vec<_> =
        entries.iter().flat_map(|entry| &entry.findings).take(3).map(|one| one.as_str()).collect();
    kind(&[&kinds.join(" "), &findings.join(" "), if contents.is_empty() { "empty" } else { "full" }])
}
