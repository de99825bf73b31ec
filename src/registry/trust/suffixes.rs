//! The public suffix list: below which names many owners have names.
//!
//! A list of 11,000 rules is a sixth of a megabyte of text. What is asked of it is only whether a name is in it, so the
//! table holds a number of 26 bits for each rule, 13 kilobytes in all. A rule is never missed. One name in some
//! 3,000 is taken for a rule that it is not; then credentials stay with their registry until the user names its realm.
//!
//! The numbers are the first 26 bits of SHA-256 of the rules (`co.uk`, `*.ck`), in ascending order, each as its distance
//! from the one before: the distance divided by 2^13 as that many ones and a zero, and the rest in 13 bits (a Rice
//! code). Ones fill the last byte. Left out are rules of one label, since every top-level domain is a public suffix,
//! exceptions (`!www.ck`), which make an owner of a name that a rule covers, and what [`super::owner`] names itself.
//! Cities of a prefecture of Japan are one rule. `tests/core/registry/suffixes.rs` makes the table of
//! `tests/data/vectors/public-suffixes.txt`. Source: <https://publicsuffix.org/list/>.

use std::sync::OnceLock;

use crate::digest::{Algorithm, Digest};

const TABLE: &[u8] = include_bytes!("suffixes.bin");

/// How many bits of a distance stand as they are.
const REST_BITS: usize = 13;

/// The part of `name` that one owner has registered: its public suffix and one label more. None for what is a public
/// suffix itself. `name` is in lower case and ASCII.
pub(crate) fn registrable(name: &str) -> Option<&str> {
    let starts: Vec<usize> =
        std::iter::once(0).chain(name.match_indices('.').map(|(dot, _)| dot + 1)).collect();
    let tail = |at: usize| starts.get(at).and_then(|start| name.get(*start..));
    // From the longest tail to the shortest of two labels, and for each the rule itself and its wildcard.
    let tails = starts.len().saturating_sub(1);
    let mut wanted = Vec::with_capacity(2 * tails);
    for at in 0..tails {
        wanted.push(number(tail(at)?));
        wanted.push(number(&format!("*.{}", tail(at + 1)?)));
    }
    let longest = wanted.iter().position(|wanted| numbers().binary_search(wanted).is_ok());
    tail(longest.map_or(tails, |at| at / 2).checked_sub(1)?)
}

/// What stands for a rule in the table.
fn number(rule: &str) -> u32 {
    let digest = Digest::of(Algorithm::Sha256, rule.as_bytes());
    digest.encoded().get(..7).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default() >> 2
}

/// The numbers of the table, read when a registry first names a realm elsewhere.
fn numbers() -> &'static [u32] {
    static NUMBERS: OnceLock<Vec<u32>> = OnceLock::new();
    NUMBERS.get_or_init(|| {
        let bits = TABLE.iter().flat_map(|byte| (0..8).rev().map(move |at| u32::from(byte >> at & 1)));
        decoded(bits)
    })
}

fn decoded(mut bits: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut numbers = Vec::new();
    let (mut last, mut distance) = (0, 0);
    while let Some(bit) = bits.next() {
        if bit == 1 {
            distance += 1;
            continue;
        }
        last += bits.by_ref().take(REST_BITS).fold(distance, |distance, bit| distance << 1 | bit);
        numbers.push(last);
        distance = 0;
    }
    numbers
}
