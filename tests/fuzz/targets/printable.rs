//! Text made safe to print: nothing is left that a terminal obeys, and nothing else changes.

use multiarch::text::printable::printable;

use crate::run::kind;
use crate::seeds;

pub(crate) const WORDS: &[&str] =
    &["\u{1b}[2J", "\u{9b}", "\u{202e}", "\u{2066}", "\u{200b}", "\u{ad}", "\u{e0041}", "\\u{1b}"];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::lines(&[
        "plain",
        "\u{1b}]0;title\u{7}",
        "a\u{202e}b\u{2066}c",
        "n\u{e4}me \u{540d}\u{524d}",
        "line\r\nline\t",
    ])
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let shown = printable(&text);
    assert!(
        !shown
            .chars()
            .any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    );
    assert_eq!(printable(&shown), shown, "a second pass changes something");
    let is_kept = |character: &char| (' '..='~').contains(character);
    assert!(shown.chars().filter(is_kept).count() >= text.chars().filter(is_kept).count());
    kind(&[if shown == text { "as it was" } else { "changed" }, &shown.len().min(64).to_string()])
}
