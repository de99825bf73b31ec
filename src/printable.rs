//! Makes text from outside safe to print.
//!
//! A registry chooses tag names, annotations and error messages, and a terminal obeys escape sequences in
//! them. Everything that could move the cursor, rewrite what stands on the screen or reorder what is read
//! becomes visible instead: `\u{1b}`. Newline and tab stay out too; a message is one line.

use std::borrow::Cow;
use std::fmt::Write;

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
    fn a_second_pass_changes_nothing() {
        let once = printable("\u{0}\u{feff}x").into_owned();
        assert_eq!(printable(&once), once);
    }
}
