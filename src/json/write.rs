//! Go's JSON layout, as docker prints it: text transforms that keep the spelling of every number and key.
//!
//! Each function takes JSON text that has been checked; other text is passed through without a panic.

use std::fmt::Write;

use crate::json::value::string_length;

/// Go's `json.Indent` with an empty prefix: one member a line, each level indented by `unit`, empty containers
/// closed, strings and numbers untouched. White space before the value goes, white space after it stays.
pub fn indent(json: &str, unit: &str) -> String {
    indent_within(json, unit, usize::MAX).unwrap_or_default()
}

/// The same; none where that is more than `most` bytes, which deep nesting makes of few.
pub fn indent_within(json: &str, unit: &str, most: usize) -> Option<String> {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    // Whether a container was opened and nothing came since.
    let mut empty = false;
    let end = json.trim_end_matches([' ', '\t', '\n', '\r']).len();
    let (value, trailing) = json.split_at_checked(end).unwrap_or((json, ""));
    let new_line = |out: &mut String, depth: usize| {
        out.push('\n');
        for _ in 0..depth {
            out.push_str(unit);
        }
    };
    for piece in Pieces(value) {
        if out.len() > most {
            return None;
        }
        if empty && !matches!(piece, "}" | "]") {
            new_line(&mut out, depth);
        }
        match piece {
            "{" | "[" => {
                depth += 1;
                out.push_str(piece);
                empty = true;
                continue;
            }
            "}" | "]" => {
                depth = depth.saturating_sub(1);
                if !empty {
                    new_line(&mut out, depth);
                }
                out.push_str(piece);
            }
            "," => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ":" => out.push_str(": "),
            other => out.push_str(other),
        }
        empty = false;
    }
    out.push_str(trailing);
    (out.len() <= most).then_some(out)
}

/// Go's `json.Compact` with HTML escapes, as `json.Marshal` gives for a `RawMessage`: no white space outside of
/// strings, and `<`, `>`, `&`, U+2028 and U+2029 escaped. Escapes that are there stay as they are spelt.
pub fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for piece in Pieces(json) {
        for character in piece.chars() {
            escape_html(&mut out, character);
        }
    }
    out
}

/// A string literal as Go's `json.Marshal` writes it, quotes included.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => escape_unit(&mut out, control),
            other => escape_html(&mut out, other),
        }
    }
    out.push('"');
    out
}

fn escape_html(out: &mut String, character: char) {
    match character {
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => escape_unit(out, character),
        other => out.push(other),
    }
}

fn escape_unit(out: &mut String, character: char) {
    let _ = write!(out, "\\u{:04x}", u32::from(character));
}

/// Splits JSON text into punctuation, strings, and runs of everything else; white space is left out.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.0 = self.0.trim_start_matches([' ', '\t', '\n', '\r']);
        let bytes = self.0.as_bytes();
        let length = match bytes.first()? {
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            b'"' => 1 + string_length(bytes.get(1..).unwrap_or_default()),
            _ => bytes.iter().position(|byte| b" \t\n\r{}[],:\"".contains(byte)).unwrap_or(bytes.len()),
        };
        let (piece, rest) = self.0.split_at_checked(length).unwrap_or((self.0, ""));
        self.0 = rest;
        Some(piece)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_grows_beyond_its_limit_is_given_up() {
        let deep = format!("{}{}0{}", "[".repeat(60), "0,".repeat(10_000), "]".repeat(60));
        let whole = indent(&deep, "\t");
        assert!(whole.len() > 20 * deep.len());
        assert_eq!(indent_within(&deep, "\t", whole.len()).as_deref(), Some(whole.as_str()));
        assert_eq!(indent_within(&deep, "\t", whole.len() - 1), None);
    }
}
