//! zstd: the same bytes and the same fault whatever the pieces that it comes in, and parts of a bounded size.

use multiarch_zstd::{Decoder, Fault};

use crate::run::kind;
use crate::seeds;

pub(crate) const WORDS: &[&str] =
    &["(\u{b5}/", "P*M\x18\x04\0\0\0", "\0\0\0", "\x01\0\0", "\x04", "\x20\x01", "(\0\0"];

/// A few bytes stand for terabytes: no more is read.
const MOST: usize = 256 << 10;
/// A part is no larger than this, which is what is held anyway.
const PART: usize = 512 << 10;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::compressed();
    seeds.push(seeds.concat());
    // A window, and a run, a raw block and an empty one with a checksum.
    seeds.push(b"\x28\xb5\x2f\xfd\x04\x50\x22\x01\0a\x18\0\0abc\x01\0\0aaaa".to_vec());
    seeds.push(b"\x50\x2a\x4d\x18\x02\0\0\0ab\x28\xb5\x2f\xfd\x20\x03\x19\0\0abc".to_vec());
    seeds
}

fn read(bytes: &[u8], piece: usize) -> (Vec<u8>, Option<Fault>) {
    let mut decoder = Decoder::new();
    let mut output = Vec::new();
    let mut chunks = bytes.chunks(piece);
    loop {
        let next = chunks.next();
        match next {
            Some(chunk) => decoder.feed(chunk),
            None => decoder.end(),
        }
        loop {
            match decoder.read() {
                Err(fault) => return (output, Some(fault)),
                Ok(part) if part.is_empty() => break,
                Ok(part) => {
                    assert!(part.len() <= PART);
                    output.extend(part);
                }
            }
            if output.len() > MOST {
                return (output, None);
            }
        }
        if next.is_none() {
            return (output, None);
        }
    }
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let (output, fault) = read(input, usize::MAX);
    let (other, other_fault) = read(input, 1 + input.len() % 700);
    let same = output.len().min(other.len());
    assert_eq!(output[..same], other[..same]);
    if output.len() <= MOST && other.len() <= MOST {
        assert_eq!(fault, other_fault);
    }
    let size = if output.is_empty() {
        "empty"
    } else if output.len() > MOST {
        "large"
    } else {
        "full"
    };
    kind(&[&format!("{fault:?}"), size])
}
