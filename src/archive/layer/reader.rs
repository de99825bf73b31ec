//! A layer, chunk by chunk.

use std::collections::BTreeSet;

use super::entry::{LayerEntry, LayerKind};
use crate::archive::Finding;
use crate::archive::tar::{Event, Reader};
use crate::error::{Code, Error, Result};

/// What a chunk made.
#[derive(Debug)]
pub struct Read {
    /// The entries whose headers ended in the chunk.
    pub entries: Vec<LayerEntry>,
    /// What ended the layer after those.
    pub error: Option<Error>,
}

/// Reads the tar of one layer, unpacked.
#[derive(Debug)]
pub struct LayerReader {
    tar: Reader,
    most: u64,
    /// Hashes of the paths so far: the paths themselves would take as much memory as all names of the layer.
    seen: BTreeSet<u64>,
}

impl LayerReader {
    /// Before the first byte of a layer that may have `most` bytes.
    pub fn new(most: u64) -> LayerReader {
        LayerReader { tar: Reader::new(), most, seen: BTreeSet::new() }
    }

    /// Takes the next bytes. What it fails with beside [`Reader::feed`]: `ARCHIVE_LIMIT` beyond the bytes that it may have.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Read {
        let mut entries = Vec::new();
        if self.tar.offset() + bytes.len() as u64 > self.most {
            let message =
                format!("the layer unpacks to more than {} bytes, which are all that it may have", self.most);
            let error = Error::new(Code::ArchiveLimit, message).with_detail("limit", "bytes");
            return Read { entries, error: Some(error.with_detail("most", self.most)) };
        }
        while !bytes.is_empty() {
            let step = match self.tar.feed(bytes) {
                Ok(step) => step,
                Err(error) => return Read { entries, error: Some(error) },
            };
            if let Some(Event::Entry(entry)) = step.event {
                let mut entry = LayerEntry::of(*entry);
                self.compare(&mut entry);
                entries.push(entry);
            }
            bytes = bytes.get(step.consumed..).unwrap_or_default();
        }
        Read { entries, error: None }
    }

    /// The layer has no more bytes. Gives what is odd about its end; fails as [`Reader::finish`].
    pub fn finish(&self) -> Result<Vec<Finding>> {
        self.tar.finish(self.tar.offset())
    }

    /// Notes an entry of a path that came before. A folder that is stated twice is one folder.
    fn compare(&mut self, entry: &mut LayerEntry) {
        if matches!(entry.kind, LayerKind::Whiteout | LayerKind::Opaque | LayerKind::Other) {
            return;
        }
        let path = entry.raw_path.as_deref().unwrap_or(entry.path.as_bytes());
        if !self.seen.insert(hash(path)) && entry.kind != LayerKind::Folder {
            entry.findings.push(Finding::EntryDuplicate);
        }
    }
}

/// FNV-1a. An attacker who finds two paths that collide gets a finding that is not one, and nothing more.
fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
