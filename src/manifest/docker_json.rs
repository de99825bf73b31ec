//! Go's JSON layout, as docker prints it: text transforms that keep the spelling of every number and key.
//!
//! Each function takes JSON text that has been checked; other text is passed through without a panic.

use std::fmt::Write;

use crate::descriptor::{Descriptor, Listed};
use crate::manifest::value::string_length;
use crate::media_type::{DOCKER_LIST, OCI_INDEX, OCI_MANIFEST};
use crate::platform::Platform;

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

/// The list that `docker manifest` builds from its entries, byte for byte as it is pushed: three spaces a level,
/// no newline at the end. The type of the first entry decides the type of the list; annotations, urls, data and
/// artifact types are dropped, and an entry without a platform gets an empty one.
pub fn list_body(entries: &[Descriptor]) -> String {
    list(entries.iter().map(row))
}

/// As [`list_body`] of what an index states, for display: an entry that cannot be used is shown with the texts that
/// it has.
pub fn list_of_stated(entries: &[Listed]) -> String {
    list(entries.iter().map(|entry| match entry {
        Listed::Sound(entry) => row(entry),
        Listed::Odd(odd) => (
            odd.media_type.as_str(),
            odd.size.unwrap_or_default(),
            odd.digest.as_str(),
            odd.platform.as_ref(),
        ),
    }))
}

/// Type, size, digest and platform of an entry.
type Row<'a> = (&'a str, u64, &'a str, Option<&'a Platform>);

fn row(entry: &Descriptor) -> Row<'_> {
    (entry.media_type.as_str(), entry.size, entry.digest.as_str(), entry.platform.as_ref())
}

fn list<'a>(mut rows: impl Iterator<Item = Row<'a>>) -> String {
    let first = rows.next();
    let is_oci = first.is_some_and(|(media_type, ..)| media_type == OCI_MANIFEST);
    let mut out = String::from("{\"schemaVersion\":2,\"mediaType\":");
    out.push_str(&quote(if is_oci { OCI_INDEX } else { DOCKER_LIST }));
    out.push_str(",\"manifests\":[");
    for (index, (media_type, size, digest, platform)) in first.into_iter().chain(rows).enumerate() {
        if index > 0 {
            out.push(',');
        }
        let _ = write!(out, "{{\"mediaType\":{}", quote(media_type));
        if size > 0 {
            let _ = write!(out, ",\"size\":{size}");
        }
        let _ = write!(out, ",\"digest\":{},\"platform\":", quote(digest));
        write_platform(&mut out, platform.unwrap_or(&Platform::default()));
        out.push('}');
    }
    out.push_str("]}");
    indent(&out, "   ")
}

/// A platform in docker's key order; architecture and os are written even when they are empty.
pub(crate) fn write_platform(out: &mut String, platform: &Platform) {
    let _ =
        write!(out, "{{\"architecture\":{},\"os\":{}", quote(&platform.architecture), quote(&platform.os));
    if !platform.os_version.is_empty() {
        let _ = write!(out, ",\"os.version\":{}", quote(&platform.os_version));
    }
    if !platform.os_features.is_empty() {
        out.push_str(",\"os.features\":[");
        for (index, feature) in platform.os_features.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&quote(feature));
        }
        out.push(']');
    }
    if !platform.variant.is_empty() {
        let _ = write!(out, ",\"variant\":{}", quote(&platform.variant));
    }
    out.push('}');
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
