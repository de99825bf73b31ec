//! Makes text from outside safe to print.
//!
//! A registry chooses tag names, annotations and error messages, and a terminal obeys escape sequences in
//! them. Everything that could move the cursor, rewrite what stands on the screen or reorder what is read
//! becomes visible instead: `\u{1b}`. Newline and tab stay out too; a message is one line.

use std::borrow::Cow;
use std::fmt::Write;

use crate::guard::{Guard, stands};
use crate::limits::SHOWN;

/// Returns `text` with C0 and C1 controls, DEL, line separators, bidirectional controls and invisible format
/// characters written as `\u{…}`. Text that is safe comes back as it is. Idempotent.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unsafe(character) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", character as u32);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// `text` as an error or a table quotes it: printable, and at most [`SHOWN`] bytes.
pub fn shown(text: &str) -> Cow<'_, str> {
    // Cut first, so that the work does not grow with the text, and once more, because escapes are longer.
    match cut(text) {
        Cow::Borrowed(text) => match printable(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            Cow::Owned(text) => Cow::Owned(cut(&text).into_owned()),
        },
        Cow::Owned(text) => Cow::Owned(cut(&printable(&text)).into_owned()),
    }
}

/// At most [`SHOWN`] bytes of `text`: its start and its end, where messages say what is wrong. Idempotent.
pub fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= SHOWN || !stands(Guard::TextSize) {
        return Cow::Borrowed(text);
    }
    const GAP: &str = " … ";
    let tail = SHOWN / 4;
    let (head, tail) = (SHOWN - tail - GAP.len(), text.len() - tail);
    // A character has at most four bytes, so one of four places in a row is its boundary.
    let start = (0..4).find_map(|back| text.get(..head - back));
    let end = (0..4).find_map(|on| text.get(tail + on..));
    Cow::Owned([start.unwrap_or_default(), GAP, end.unwrap_or_default()].concat())
}

/// Controls (Unicode Cc), and the format characters (Cf, Zl, Zp) that reorder or hide text: "Trojan Source",
/// CVE-2021-42574.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(printable("näme: 名前 <&>"), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_and_bidi_marks_become_visible() {
        assert_eq!(printable("a\u{1b}[2J\u{7f}\u{9b}b\n"), "a\\u{1b}[2J\\u{7f}\\u{9b}b\\u{a}");
        assert_eq!(printable("safe\u{202e}exe\u{2066}"), "safe\\u{202e}exe\\u{2066}");
    }

    #[test]
    fn what_is_shown_has_a_length() {
        assert!(matches!(shown("short"), Cow::Borrowed("short")));
        for text in
            ["a".repeat(SHOWN + 1), "é".repeat(5_000_000), "\u{7f}".repeat(400), "\u{7f}".repeat(8_000_000)]
        {
            let shown = shown(&text);
            assert!(shown.len() <= SHOWN && shown.len() > SHOWN - 16, "{}", shown.len());
            assert!(shown.contains(" … "));
            assert_eq!(super::shown(&shown), shown);
        }
        let message = format!("size \"{}\" is not a number", "9".repeat(10_000));
        assert!(shown(&message).starts_with("size \"99") && shown(&message).ends_with("\" is not a number"));
    }

    #[test]
    fn a_second_pass_changes_nothing() {
        let once = printable("\u{0}\u{feff}x").into_owned();
        assert_eq!(printable(&once), once);
    }
}
