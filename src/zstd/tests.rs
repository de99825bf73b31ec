//! The decoder on frames of our own making, whole, cut off and wrong.

use super::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// What the decoder makes of the bytes, fed in pieces of that size.
fn decoded(bytes: &[u8], piece: usize) -> Result<Vec<u8>, Fault> {
    let mut decoder = Decoder::new();
    let mut output = Vec::new();
    let mut drain = |decoder: &mut Decoder| loop {
        let part = decoder.read()?;
        if part.is_empty() {
            return Ok(());
        }
        output.extend(part);
    };
    for chunk in bytes.chunks(piece) {
        decoder.feed(chunk);
        drain(&mut decoder)?;
    }
    decoder.end();
    drain(&mut decoder)?;
    Ok(output)
}

fn text(lines: usize) -> Vec<u8> {
    (0..lines).flat_map(|line| format!("line {line} of {}\n", line % 7).into_bytes()).collect()
}

fn frame(content: &[u8]) -> Vec<u8> {
    compress_to_vec(content, CompressionLevel::Fastest)
}

/// A frame that is skipped.
fn skipped(content: &[u8]) -> Vec<u8> {
    [&[0x5a, 0x2a, 0x4d, 0x18], &u32::try_from(content.len()).unwrap().to_le_bytes()[..], content].concat()
}

/// A frame of raw blocks with that descriptor and what follows it in the header.
fn raw(descriptor: u8, header: &[u8], content: &[u8]) -> Vec<u8> {
    let block = u32::try_from(content.len() << 3 | 1).unwrap().to_le_bytes();
    [&[0x28, 0xb5, 0x2f, 0xfd, descriptor][..], header, &block[..3], content].concat()
}

#[test]
fn what_was_compressed_comes_back_whatever_the_pieces() {
    for lines in [0, 1, 9, 40_000] {
        let content = text(lines);
        for piece in [1, 3, 4096, usize::MAX] {
            assert_eq!(decoded(&frame(&content), piece), Ok(content.clone()), "{lines} lines by {piece}");
        }
    }
}

#[test]
fn frames_follow_each_other_and_some_are_skipped() {
    let (one, two) = (text(100), text(7));
    let bytes =
        [skipped(b"a table"), frame(&one), skipped(b""), skipped(&[7; 5000]), frame(&two), skipped(b"end")];
    for piece in [1, 700, usize::MAX] {
        assert_eq!(decoded(&bytes.concat(), piece), Ok([&one[..], &two].concat()));
    }
    assert_eq!(decoded(&[], 1), Ok(Vec::new()));
}

#[test]
fn a_cut_is_seen_wherever_it_is() {
    let bytes = [frame(&text(5)), skipped(b"table"), frame(&text(9))].concat();
    let whole = [frame(&text(5)).len(), frame(&text(5)).len() + 13, bytes.len()];
    for length in 1..bytes.len() {
        let outcome = decoded(&bytes[..length], usize::MAX);
        assert_eq!(outcome.is_ok(), whole.contains(&length), "{length}");
        assert!(outcome.is_ok() || outcome == Err(Fault::Cut), "{length}: {outcome:?}");
    }
}

#[test]
fn what_does_not_fit_is_a_fault() {
    let good = raw(0x20, &[3], b"abc");
    assert_eq!(decoded(&good, 1), Ok(b"abc".to_vec()));
    let cases = [
        ("no zstd", b"\x1f\x8b\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), Fault::Damaged),
        ("bytes behind the last frame", [&good[..], b"trailing bytes of whatever"].concat(), Fault::Damaged),
        ("another size than is stated", raw(0x20, &[4], b"abc"), Fault::Damaged),
        ("a bit that has to be zero", raw(0x28, &[3], b"abc"), Fault::Damaged),
        ("a checksum that does not fit", [&raw(0x24, &[3], b"abc")[..], b"nope"].concat(), Fault::Damaged),
        ("a dictionary", raw(0x21, &[9, 3], b"abc"), Fault::Dictionary),
        ("a window of 144 MiB", raw(0, &[0x89], b"abc"), Fault::Window),
        ("a size that needs such a window", raw(0xa0, &[0, 0, 0, 9], b"abc"), Fault::Window),
        ("a block of an unknown kind", [&good[..6], &[7, 0, 0], &good[9..]].concat(), Fault::Damaged),
        ("a block beyond its window", raw(0, &[0], &[0; 2000]), Fault::Damaged),
    ];
    for (name, bytes, fault) in cases {
        assert_eq!(decoded(&bytes, usize::MAX), Err(fault), "{name}");
    }
}

#[test]
fn a_bomb_is_handed_out_in_parts() {
    // 64 MiB of zeros, four bytes for each 128 KiB.
    let run = |is_last: u32| (131_072 << 3 | 2 | is_last).to_le_bytes();
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x38];
    for at in 0..512 {
        bytes.extend([&run(u32::from(at == 511))[..3], &[0]].concat());
    }
    let mut decoder = Decoder::new();
    decoder.feed(&bytes);
    decoder.end();
    let (mut size, mut largest) = (0, 0);
    loop {
        let part = decoder.read().unwrap();
        if part.is_empty() {
            break;
        }
        (size, largest) = (size + part.len(), largest.max(part.len()));
    }
    assert_eq!((size, largest <= 2 * OUTPUT_BYTES), (64 << 20, true), "{largest}");
}
