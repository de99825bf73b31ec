//! One header block, field by field.

use std::ops::Range;

use super::number;
use crate::error::{Code, Error, Result};
use crate::limits::SIZE;

/// The unit of a tar, in bytes.
pub(super) const BLOCK: usize = 512;

/// See [`BLOCK`].
pub(super) type Block = [u8; BLOCK];

/// Which fields a header has beside those of V7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    V7,
    Ustar,
    Star,
    Gnu,
}

/// The largest number that eleven octal digits hold: larger sizes stand in a pax record or in base 256.
pub(super) const OCTAL_MAX: u64 = 0o77_777_777_777;

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const UID: Range<usize> = 108..116;
const GID: Range<usize> = 116..124;
const SIZE_FIELD: Range<usize> = 124..136;
const MTIME: Range<usize> = 136..148;
const CHECKSUM: Range<usize> = 148..156;
const FLAG: usize = 156;
const LINK: Range<usize> = 157..257;
const MAGIC: Range<usize> = 257..265;
const OWNER: Range<usize> = 265..297;
const GROUP: Range<usize> = 297..329;
const MAJOR: Range<usize> = 329..337;
const MINOR: Range<usize> = 337..345;
const PREFIX: Range<usize> = 345..500;
const STAR_PREFIX: Range<usize> = 345..476;
const STAR_TRAILER: Range<usize> = 508..512;
const GNU_ATIME: Range<usize> = 345..357;
const GNU_IS_EXTENDED: usize = 482;
const GNU_REAL_SIZE: Range<usize> = 483..495;

/// A header whose checksum fits.
pub(super) struct Header<'a> {
    block: &'a Block,
    format: Format,
}

impl<'a> Header<'a> {
    /// Checks the sum of the bytes, as unsigned numbers and as the signed ones of old tars. `None` where it does not fit.
    pub(super) fn read(block: &'a Block) -> Option<Header<'a>> {
        let mut header = Header { block, format: Format::V7 };
        let stated = number::field(header.field(CHECKSUM))?;
        let [whole, field] = [&block[..], header.field(CHECKSUM)].map(sums);
        // The field itself counts as spaces. A byte from 128 on is 256 less as a signed number.
        let unsigned = whole.0 - field.0 + i64::from(b' ') * CHECKSUM.len() as i64;
        let signed = unsigned - 256 * (whole.1 - field.1);
        if stated != unsigned && stated != signed {
            return None;
        }
        header.format = match header.field(MAGIC) {
            b"ustar  \0" => Format::Gnu,
            magic if !magic.starts_with(b"ustar\0") => Format::V7,
            _ if header.field(STAR_TRAILER) == b"tar\0" => Format::Star,
            _ => Format::Ustar,
        };
        Some(header)
    }

    fn field(&self, range: Range<usize>) -> &'a [u8] {
        self.block.get(range).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> u8 {
        self.block.get(at).copied().unwrap_or_default()
    }

    pub(super) fn flag(&self) -> u8 {
        self.byte(FLAG)
    }

    /// The path, with the prefix that ustar and star keep apart.
    pub(super) fn path(&self) -> Vec<u8> {
        let name = text(self.field(NAME));
        let prefix = match self.format {
            Format::V7 => &[],
            Format::Ustar => text(self.field(PREFIX)),
            Format::Star => text(self.field(STAR_PREFIX)),
            // GNU has times there. Go before 1.8 wrote a prefix all the same, and images of that age are about; Go's
            // reader takes it for one where it is no number.
            Format::Gnu if number::field(self.field(GNU_ATIME)).is_none() => text(self.field(PREFIX)),
            Format::Gnu => &[],
        };
        if prefix.is_empty() { name.to_vec() } else { [prefix, b"/", name].concat() }
    }

    pub(super) fn link(&self) -> Vec<u8> {
        text(self.field(LINK)).to_vec()
    }

    /// The size of what follows. Fails with `ARCHIVE_INVALID`.
    pub(super) fn size(&self) -> Result<u64> {
        size(number::field(self.field(SIZE_FIELD)))
    }

    /// The size of a file of type `S` once it is unpacked. Fails with `ARCHIVE_INVALID`.
    pub(super) fn gnu_real_size(&self) -> Result<u64> {
        size(number::field(self.field(GNU_REAL_SIZE)))
    }

    /// Whether blocks with more of the map of a file of type `S` follow.
    pub(super) fn gnu_is_extended(&self) -> bool {
        self.byte(GNU_IS_EXTENDED) != 0
    }

    /// Mode, owner, group and time; `None` for what is no number.
    pub(super) fn numbers(&self) -> [Option<i64>; 4] {
        [MODE, UID, GID, MTIME].map(|range| number::field(self.field(range)))
    }

    /// Major and minor number.
    pub(super) fn device(&self) -> [Option<i64>; 2] {
        match self.format {
            Format::V7 => [Some(0); 2],
            _ => [MAJOR, MINOR].map(|range| number::field(self.field(range))),
        }
    }

    /// The names of owner and group.
    pub(super) fn names(&self) -> [Vec<u8>; 2] {
        match self.format {
            Format::V7 => [Vec::new(), Vec::new()],
            _ => [OWNER, GROUP].map(|range| text(self.field(range)).to_vec()),
        }
    }
}

/// The sum of the bytes, and how many are from 128 on.
fn sums(bytes: &[u8]) -> (i64, i64) {
    let (mut sum, mut high) = (0_u32, 0_u32);
    for byte in bytes {
        sum += u32::from(*byte);
        high += u32::from(byte >> 7);
    }
    (i64::from(sum), i64::from(high))
}

fn size(number: Option<i64>) -> Result<u64> {
    let size = number.and_then(|number| u64::try_from(number).ok()).filter(|size| *size <= SIZE);
    size.ok_or_else(|| {
        Error::new(Code::ArchiveInvalid, "the size of an entry is no number that a size can be")
    })
}

/// A text ends at its first NUL.
fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}
