//! Lower-casing as Go's `strings.ToLower` does it: one character becomes one character.
//!
//! References and platforms are compared after it, so it has to agree with Go where Rust's own
//! `str::to_lowercase` maps one character to two (U+0130) or looks at its neighbours (final sigma).

use std::borrow::Cow;

/// Returns `text` in lower case; text that already is comes back as it is.
pub(crate) fn lowercase(text: &str) -> Cow<'_, str> {
    if is_lowercase(text) { Cow::Borrowed(text) } else { Cow::Owned(text.chars().map(lower).collect()) }
}

/// Whether lower-casing changes nothing.
pub(crate) fn is_lowercase(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    text.bytes().all(is_plain) || text.chars().all(|character| lower(character) == character)
}

/// The first character of the full mapping is the simple one, which is Go's.
fn lower(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_becomes_one_character() {
        assert_eq!(lowercase("\u{130}\u{212a}X"), "ikx");
        assert_eq!(lowercase("\u{39f}\u{3a3}"), "\u{3bf}\u{3c3}");
        // The only character with a longer mapping is the one above.
        let mapped = |character: &char| character.to_lowercase().count() > 1;
        assert_eq!(('\0'..=char::MAX).filter(mapped).collect::<String>(), "\u{130}");
    }

    #[test]
    fn lower_case_text_is_not_copied() {
        assert!(matches!(lowercase("linux/ä/日本"), Cow::Borrowed(_)));
        assert!(!is_lowercase("Ä"));
        // A titlecase letter is not upper case, but lower-casing changes it.
        assert!(!is_lowercase("\u{1c5}"));
    }
}
