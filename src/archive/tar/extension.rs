//! What extension headers say about the entry that follows them: GNU's long names, and pax records.

use super::entry::Sparse;
use super::number;
use crate::error::{Code, Error, Result};

/// The values that take the place of those in a header.
#[derive(Clone, Debug, Default)]
pub(super) struct Extensions {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<i64>,
    pub(super) gid: Option<i64>,
    pub(super) mtime: Option<i64>,
    pub(super) owner: Option<Vec<u8>>,
    pub(super) group: Option<Vec<u8>>,
    pub(super) sparse: Option<Sparse>,
    /// The path of a sparse file; its entry has a made-up one for tools that do not know the form.
    pub(super) sparse_path: Option<Vec<u8>>,
    pub(super) real_size: Option<u64>,
}

impl Extensions {
    /// GNU's long name. Fails with `ARCHIVE_AMBIGUOUS`.
    pub(super) fn long_path(&mut self, content: &[u8]) -> Result<()> {
        set("path", &mut self.path, until_nul(content))
    }

    /// GNU's long target of a link. Fails with `ARCHIVE_AMBIGUOUS`.
    pub(super) fn long_link(&mut self, content: &[u8]) -> Result<()> {
        set("target", &mut self.link, until_nul(content))
    }

    /// The records of one entry. Fails with `ARCHIVE_INVALID` and `ARCHIVE_AMBIGUOUS`.
    pub(super) fn local(&mut self, content: &[u8]) -> Result<()> {
        for record in Records(content) {
            let (key, value) = record?;
            // A record without a value takes the record back, and the header counts.
            if !value.is_empty() {
                self.record(key, value)?;
            }
        }
        Ok(())
    }

    /// The records of all entries that follow. Go's reader does not apply them: where one would change which bytes an
    /// entry is, or what its name is, two tools read two archives. Fails with `ARCHIVE_INVALID` and `ARCHIVE_AMBIGUOUS`.
    pub(super) fn global(&mut self, content: &[u8]) -> Result<()> {
        for record in Records(content) {
            let (key, value) = record?;
            if matches!(key, b"path" | b"linkpath" | b"size") || key.starts_with(b"GNU.sparse.") {
                let key = String::from_utf8_lossy(key).into_owned();
                return Err(ambiguous(&format!("a global pax header states \"{key}\" for all entries")));
            }
            match key {
                b"uid" => self.uid = None,
                b"gid" => self.gid = None,
                b"mtime" => self.mtime = None,
                b"uname" => self.owner = None,
                b"gname" => self.group = None,
                _ => {}
            }
            if !value.is_empty() {
                self.record(key, value)?;
            }
        }
        Ok(())
    }

    fn record(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        match key {
            b"path" => set("path", &mut self.path, value.to_vec())?,
            b"linkpath" => set("target", &mut self.link, value.to_vec())?,
            b"size" => set("size", &mut self.size, size(value)?)?,
            b"uid" => self.uid = Some(integer(key, value)?),
            b"gid" => self.gid = Some(integer(key, value)?),
            b"mtime" => self.mtime = Some(integer(key, value)?),
            b"uname" => self.owner = Some(value.to_vec()),
            b"gname" => self.group = Some(value.to_vec()),
            b"GNU.sparse.name" => set("sparse name", &mut self.sparse_path, value.to_vec())?,
            b"GNU.sparse.size" | b"GNU.sparse.realsize" | b"SCHILY.realsize" => {
                set("real size", &mut self.real_size, size(value)?)?;
                self.sparse = Some(Sparse::Pax);
            }
            _ if key.starts_with(b"GNU.sparse.") => self.sparse = Some(Sparse::Pax),
            _ => {}
        }
        Ok(())
    }
}

/// Go lets the last of several extensions count, Python the first: they have to agree.
fn set<T: PartialEq>(what: &str, slot: &mut Option<T>, value: T) -> Result<()> {
    if slot.as_ref().is_some_and(|before| *before != value) {
        return Err(ambiguous(&format!("the extensions of one entry state two values for its {what}")));
    }
    *slot = Some(value);
    Ok(())
}

fn until_nul(content: &[u8]) -> Vec<u8> {
    content.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()
}

fn size(value: &[u8]) -> Result<u64> {
    number::decimal(value).filter(|size| *size <= crate::limits::SIZE).ok_or_else(|| no_number(b"size"))
}

fn integer(key: &[u8], value: &[u8]) -> Result<i64> {
    number::integer(value).ok_or_else(|| no_number(key))
}

fn no_number(key: &[u8]) -> Error {
    invalid(&format!("the pax record \"{}\" is no number", String::from_utf8_lossy(key)))
}

pub(super) fn invalid(message: &str) -> Error {
    Error::new(Code::ArchiveInvalid, message)
}

pub(super) fn ambiguous(message: &str) -> Error {
    Error::new(Code::ArchiveAmbiguous, message)
}

/// `length key=value\n`, one after another, where the length counts all of it. The value may be any bytes.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Result<(&'a [u8], &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let record = record(self.0);
        self.0 = record.map_or(&[], |(_, _, rest)| rest);
        Some(record.map(|(key, value, _)| (key, value)).ok_or_else(|| {
            invalid("a pax record is not \"length key=value\" and a line break, with the length of all of it")
        }))
    }
}

/// The key and the value of the first record, and the records after it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().position(|byte| *byte == b' ')?;
    let length = usize::try_from(number::decimal(bytes.get(..space)?)?).ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let pair = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    let (key, value) = (pair.get(..equals)?, pair.get(equals + 1..)?);
    (!key.is_empty() && !key.contains(&0)).then_some((key, value, rest))
}
