//! The order in which functions stand in the binary.
//!
//! deflate looks 32 KiB back. Functions that have much in common are put close enough together for it to see that: a
//! thirtieth of the whole binary, for nothing.

use std::collections::HashMap;

use anyhow::{Context, Result};

/// How many bytes in a row have to be the same to count.
const RUN: usize = 6;

/// What more functions than these have in common says nothing about any two of them.
const COMMON: usize = 200;

/// What remains of a function's say after one more function: the window slides on.
const FADING: f64 = 0.98;

/// `wasm` with other names: each function is called after its place, so that sorting by name puts it there.
pub(crate) fn named_by_place(wasm: &[u8]) -> Result<Vec<u8>> {
    let sections = sections(wasm)?;
    let mut out = wasm.get(..8).context("the binary has no header")?.to_vec();
    let mut imported = 0;
    let mut places = Vec::new();
    for section in &sections {
        match section.id {
            2 => imported = imported_functions(section.content)?,
            10 => places = places_of(&bodies(section.content)?),
            _ => {}
        }
        if !is_name_section(section) {
            out.extend_from_slice(section.whole);
        }
    }
    let mut names = Vec::new();
    write_number(&mut names, places.len());
    for (at, place) in places.iter().enumerate() {
        write_number(&mut names, imported + at);
        write_text(&mut names, &format!("{place:06}"));
    }
    let mut content = Vec::new();
    write_text(&mut content, "name");
    content.push(1);
    write_number(&mut content, names.len());
    content.append(&mut names);
    out.push(0);
    write_number(&mut out, content.len());
    out.append(&mut content);
    Ok(out)
}

/// The place of each function: always the one next that has most in common with those before it, for its length.
fn places_of(bodies: &[&[u8]]) -> Vec<usize> {
    let runs: Vec<Vec<&[u8]>> = bodies.iter().map(|body| runs(body)).collect();
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, run) in runs.iter().enumerate().flat_map(|(at, runs)| runs.iter().map(move |run| (at, *run))) {
        holders.entry(run).or_default().push(at);
    }
    holders.retain(|_, holders| (2..=COMMON).contains(&holders.len()));
    let mut places = vec![None; bodies.len()];
    let mut scores = vec![0.0; bodies.len()];
    let mut next = (!bodies.is_empty()).then_some(0);
    for place in 0..bodies.len() {
        let Some(current) = next else { break };
        if let Some(slot) = places.get_mut(current) {
            *slot = Some(place);
        }
        scores.iter_mut().for_each(|score| *score *= FADING);
        for holders in runs.get(current).into_iter().flatten().filter_map(|run| holders.get(run)) {
            for holder in holders {
                if let Some(score) = scores.get_mut(*holder) {
                    *score += 1.0 / holders.len() as f64;
                }
            }
        }
        let mut best = f64::MIN;
        next = None;
        for (at, ((score, runs), known)) in scores.iter().zip(&runs).zip(&places).enumerate() {
            let worth = score / (runs.len() + 8) as f64;
            if known.is_none() && worth > best {
                (best, next) = (worth, Some(at));
            }
        }
    }
    places.into_iter().map(Option::unwrap_or_default).collect()
}

/// The different runs of bytes in a function.
fn runs(body: &[u8]) -> Vec<&[u8]> {
    let mut runs: Vec<&[u8]> = body.windows(RUN).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

struct Section<'a> {
    id: u8,
    /// With its id and its length.
    whole: &'a [u8],
    content: &'a [u8],
}

fn sections(wasm: &[u8]) -> Result<Vec<Section<'_>>> {
    let mut rest = wasm.get(8..).context("the binary has no header")?;
    let mut sections = Vec::new();
    while let Some((id, after)) = rest.split_first() {
        let mut after = after;
        let length = number(&mut after)?;
        let (content, following) = after.split_at_checked(length).context("a section is cut off")?;
        let whole = rest.get(..rest.len() - following.len()).unwrap_or_default();
        sections.push(Section { id: *id, whole, content });
        rest = following;
    }
    Ok(sections)
}

fn is_name_section(section: &Section<'_>) -> bool {
    section.id == 0 && section.content.starts_with(b"\x04name")
}

/// How many functions are imported; functions are all that wasm-bindgen imports, except for a table or a memory.
fn imported_functions(mut content: &[u8]) -> Result<usize> {
    let mut functions = 0;
    for _ in 0..number(&mut content)? {
        for _ in ["module", "name"] {
            let length = number(&mut content)?;
            content = content.get(length..).context("an import is cut off")?;
        }
        let (kind, rest) = content.split_first().context("an import is cut off")?;
        content = rest;
        anyhow::ensure!(*kind == 0, "the binary imports something that is not a function");
        number(&mut content)?;
        functions += 1;
    }
    Ok(functions)
}

fn bodies(mut content: &[u8]) -> Result<Vec<&[u8]>> {
    let mut bodies = Vec::new();
    for _ in 0..number(&mut content)? {
        let length = number(&mut content)?;
        let (body, rest) = content.split_at_checked(length).context("a function is cut off")?;
        bodies.push(body);
        content = rest;
    }
    Ok(bodies)
}

/// An unsigned number in LEB128, taken from the front.
fn number(bytes: &mut &[u8]) -> Result<usize> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let (byte, rest) = bytes.split_first().context("a number is cut off")?;
        *bytes = rest;
        value |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
        anyhow::ensure!(shift < 32, "a number is too long");
    }
}

fn write_number(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    write_number(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_stands_together() {
        let (one, other) = ([b"abcdefgh".as_slice(), b"ABCDEFGH"], [b"abcdefghi".as_slice(), b"ABCDEFGHI"]);
        let places = places_of(&[one[0], one[1], other[0], other[1]]);
        assert_eq!(places, [0, 2, 1, 3]);
        assert!(places_of(&[]).is_empty());
    }

    #[test]
    fn names_are_replaced_and_nothing_else() {
        // One type, two functions of it without a body, and a name section.
        let head = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x03\x02\0\0\x0a\x07\x02\x02\0\x0b\x02\0\x0b";
        let wasm = [head.as_slice(), b"\0\x0b\x04name\x01\x04\x01\0\x01f"].concat();
        let named = named_by_place(&wasm).unwrap();
        assert_eq!(
            named,
            [head.as_slice(), b"\0\x18\x04name\x01\x11\x02\0\x06000000\x01\x06000001"].concat()
        );
        assert!(named_by_place(b"\0asm").is_err());
        assert!(named_by_place(&wasm[..wasm.len() - 1]).is_err());
    }
}
