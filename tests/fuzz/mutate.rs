//! Changes to an input: of bytes, of the words and marks that a text is made of, and of numbers.

use crate::random::Random;

/// The longest input that is mutated further.
const KEPT: usize = 16 << 10;
/// The longest input that is tried.
const MOST: usize = 64 << 10;

/// Texts that parsers of any kind fail on.
const ODD: &[&str] = &[
    "",
    "\0",
    "\t",
    "\n",
    "\r\n",
    " ",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{feff}",
    "\u{202e}",
    "\u{130}",
    "\u{17f}",
    "\u{212a}",
    "\u{2028}",
    "\u{1d7d8}",
    "\u{10ffff}",
    "\\",
    "\\\"",
    "\"",
    "'",
    "%",
    "%00",
    "%2F",
    "..",
    ".",
    "/",
    "//",
    ":",
    "@",
    "#",
    "?",
    "*",
    "-",
    "_",
    "+",
    ",",
    ";",
    "=",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "null",
    "true",
    "0",
    "-0",
    "00",
    "-1",
    "1e999",
    "1.5",
    "255",
    "256",
    "65535",
    "65536",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
    "__proto__",
    "\\ud800",
    "\\udc00\\ud800",
    "\\u0000",
    "\\ud83d\\ude00",
];

/// An input made of another one, or of two.
pub(crate) fn mutated(random: &mut Random, corpus: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut input = random.pick(corpus).clone();
    let mut changes = 1 + random.below(4);
    if random.chance(8) {
        changes += random.below(16);
    }
    for _ in 0..changes {
        let other = random.pick(corpus);
        change(random, &mut input, other, words);
    }
    if random.chance(500) {
        repeat(random, &mut input);
    }
    input.truncate(if random.chance(2) { KEPT } else { MOST });
    input
}

/// Whether an input is short enough to be mutated further.
pub(crate) fn is_kept(input: &[u8]) -> bool {
    input.len() <= KEPT / 4
}

fn change(random: &mut Random, input: &mut Vec<u8>, other: &[u8], words: &[&str]) {
    let at = random.below(input.len() + 1);
    match random.below(14) {
        0 if at < input.len() => input[at] ^= 1 << random.below(8),
        1 if at < input.len() => input[at] = random.next() as u8,
        2 => input.insert(at, random.next() as u8),
        3 => drop(input.drain(span(random, input.len()))),
        4 => {
            let piece = input[span(random, input.len())].to_vec();
            put(input, at, &piece);
        }
        5 => {
            let piece = &other[span(random, other.len())];
            let place = span(random, input.len());
            drop(input.splice(place, piece.iter().copied()));
        }
        6 => put(input, at, random.pick(ODD).as_bytes()),
        7 if !words.is_empty() => put(input, at, random.pick(words).as_bytes()),
        8 => number(random, input),
        9 => input.truncate(at),
        _ => token(random, input, other, words),
    }
}

fn put(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    drop(input.splice(at..at, piece.iter().copied()));
}

/// A part of so many bytes, more often a short one.
fn span(random: &mut Random, length: usize) -> std::ops::Range<usize> {
    let start = random.below(length + 1);
    let most = if random.chance(4) { length } else { 8 };
    start..(start + random.below(most + 1)).min(length)
}

/// Where words, marks and quoted texts begin and end.
fn tokens(input: &[u8]) -> Vec<std::ops::Range<usize>> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < input.len() && tokens.len() < 2_000 {
        let start = at;
        at += 1;
        if is_word(input[start]) {
            at += input[at..].iter().take_while(|byte| is_word(**byte)).count();
        } else if input[start] == b'"'
            && let Some(end) = input[at..].iter().position(|byte| *byte == b'"')
        {
            at += end + 1;
        }
        tokens.push(start..at);
    }
    tokens
}

/// Removes, doubles, swaps or replaces a token.
fn token(random: &mut Random, input: &mut Vec<u8>, other: &[u8], words: &[&str]) {
    let known = tokens(input);
    if known.is_empty() {
        return put(input, 0, random.pick(ODD).as_bytes());
    }
    let place = random.pick(&known).clone();
    let piece = match random.below(6) {
        0 => Vec::new(),
        1 => input[place.clone()].repeat(2),
        2 if !words.is_empty() => random.pick(words).as_bytes().to_vec(),
        3 => random.pick(ODD).as_bytes().to_vec(),
        4 => {
            let others = tokens(other);
            others
                .get(random.below(others.len()))
                .map_or_else(Vec::new, |token| other[token.clone()].to_vec())
        }
        _ => input[random.pick(&known).clone()].to_vec(),
    };
    drop(input.splice(place, piece));
}

/// Puts another number in the place of one.
fn number(random: &mut Random, input: &mut Vec<u8>) {
    let digits: Vec<_> =
        tokens(input).into_iter().filter(|token| input[token.start].is_ascii_digit()).collect();
    if digits.is_empty() {
        return;
    }
    let place = random.pick(&digits).clone();
    let value: u64 =
        std::str::from_utf8(&input[place.clone()]).ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let next = match random.below(4) {
        0 => value.wrapping_add(1),
        1 => value.wrapping_sub(1),
        2 => value.wrapping_mul(10),
        _ => 1_u64.checked_shl(random.below(64) as u32).unwrap_or_default(),
    };
    drop(input.splice(place, next.to_string().into_bytes()));
}

/// Repeats a part until the input is long: what is quadratic shows then.
fn repeat(random: &mut Random, input: &mut Vec<u8>) {
    let place = span(random, input.len());
    let piece = input[place.clone()].to_vec();
    if !piece.is_empty() {
        put(input, place.end, &piece.repeat(random.below(MOST / piece.len()) + 1));
    }
}
