//! Docker's JSON layout: lines, indentation and Go's escapes change no value.

use multiarch::json::{self, compact, go, indent, quote};
use serde_json::Value;

use crate::run::kind;
use crate::seeds;

pub(crate) const WORDS: &[&str] = seeds::DOCUMENT_WORDS;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::documents();
    seeds.extend(seeds::lines(&[
        "{ }",
        "[ [ ] , {} ]",
        "\"<\\u003c&>\u{2028}\"",
        "{\"a\" : [1, 2.0e5]}\n\n",
        "-0.10",
    ]));
    seeds
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return kind(&["no text"]) };
    assert_eq!(serde_json::from_str::<String>(&quote(text)).as_deref().ok(), Some(text));
    let is_checked = json::parse(input).is_ok();
    if !is_checked && text.len() > 1 << 10 {
        return kind(&["nothing that is ever laid out"]);
    }
    let (small, large) = (compact(text), indent(text, "   "));
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        let fault = go::error(input).unwrap_or_default();
        return kind(&["no JSON", fault.split_once(' ').map_or("", |(_, words)| words)]);
    };
    assert_eq!(serde_json::from_str::<Value>(&small).ok().as_ref(), Some(&value), "{small}");
    assert_eq!(serde_json::from_str::<Value>(&large).ok().as_ref(), Some(&value), "{large}");
    assert_eq!(compact(&small), small);
    assert_eq!(compact(&large), small);
    assert_eq!(indent(large.trim_end(), "   "), large.trim_end());
    assert!(!small.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{small}");
    kind(&["JSON", &large.lines().count().min(40).to_string()])
}
