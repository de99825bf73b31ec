//! [`Value`]: a view of JSON text that [`crate::json::parse`] has checked.
//!
//! A value is its own text. Members and elements are found by stepping over brackets and strings, so reading
//! a document allocates only what is kept of it, however much an attacker puts beside that.

use std::borrow::Cow;

/// One JSON value inside a checked text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a>(&'a str);

/// What a [`Value`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number, of any size and spelling.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Type {
    /// With its article, as messages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Type::Null => "null",
            Type::Boolean => "a boolean",
            Type::Number => "a number",
            Type::String => "a string",
            Type::Array => "an array",
            Type::Object => "an object",
        }
    }
}

impl<'a> Value<'a> {
    /// Wraps text that is known to be exactly one JSON value.
    pub(crate) fn checked(text: &'a str) -> Value<'a> {
        Value(text)
    }

    /// The value as the document writes it.
    pub fn text(self) -> &'a str {
        self.0
    }

    /// What it is.
    pub fn kind(self) -> Type {
        match self.0.as_bytes().first() {
            Some(b'{') => Type::Object,
            Some(b'[') => Type::Array,
            Some(b'"') => Type::String,
            Some(b't' | b'f') => Type::Boolean,
            Some(b'n') => Type::Null,
            _ => Type::Number,
        }
    }

    /// What a string says.
    pub fn string(self) -> Option<Cow<'a, str>> {
        let raw = self.0.strip_prefix('"')?.strip_suffix('"')?;
        Some(if raw.contains('\\') { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) })
    }

    /// A whole number that is written as one: digits only, as Go reads integers. `2.0` and `1e3` are not.
    pub fn integer(self) -> Option<u64> {
        let digits = self.0.as_bytes();
        digits.first()?.is_ascii_digit().then(|| self.0.parse().ok()).flatten()
    }

    /// The members of an object in the document's order; nothing for other values.
    pub fn members(self) -> impl Iterator<Item = (Cow<'a, str>, Value<'a>)> {
        self.spans().filter_map(|(key, value)| Some((key.string()?, value)))
    }

    /// The member `key` of an object, whatever it holds.
    pub fn member(self, key: &str) -> Option<Value<'a>> {
        self.members().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The member `key` of an object, unless it is `null`, which is as good as absent.
    pub fn stated(self, key: &str) -> Option<Value<'a>> {
        self.member(key).filter(|value| value.kind() != Type::Null)
    }

    /// The members of an object, each with its key as the document writes it.
    pub(super) fn spans(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let mut rest = Rest::inside(self, '{');
        std::iter::from_fn(move || Some((rest.next()?, rest.next()?)))
    }

    /// The elements of an array; nothing for other values.
    pub fn elements(self) -> impl Iterator<Item = Value<'a>> {
        let mut rest = Rest::inside(self, '[');
        std::iter::from_fn(move || rest.next())
    }
}

/// What is left of a container's inside.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn inside(container: Value<'a>, open: char) -> Rest<'a> {
        Rest(container.0.strip_prefix(open).unwrap_or_default())
    }

    /// The next value, keys counted as values. In checked text only separators can stand before it.
    fn next(&mut self) -> Option<Value<'a>> {
        let separators = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':');
        let start = self.0.as_bytes().iter().position(|byte| !separators(byte))?;
        let text = self.0.get(start..)?;
        if text.starts_with(['}', ']']) {
            return None;
        }
        let (value, rest) = text.split_at_checked(length(text.as_bytes()))?;
        self.0 = rest;
        Some(Value(value))
    }
}

/// How many bytes the value at the start of `bytes` takes.
fn length(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => {
                at += string_length(bytes.get(at..).unwrap_or_default());
                if depth == 0 {
                    return at;
                }
            }
            b'{' | b'[' => depth += 1,
            // A closing bracket or a separator that is not inside ends a number, `true`, `false` or `null`.
            b'}' | b']' | b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return at - 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    at
}

/// How many bytes a string takes after its opening quote, the closing one included.
pub(super) fn string_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// Resolves the escapes of a checked string's inside.
pub(super) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut characters = escape.chars();
        match characters.next() {
            Some('u') => {
                let (character, after) = unescape_unit(characters.as_str());
                out.push(character);
                rest = after;
                continue;
            }
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(character) => out.push(character),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out
}

/// The character that `XXXX` or `XXXX\uXXXX` writes, and what follows it.
fn unescape_unit(text: &str) -> (char, &str) {
    let unit =
        |text: &str| text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0);
    let high = unit(text);
    let after = text.get(4..).unwrap_or_default();
    if !(0xd800..=0xdbff).contains(&high) {
        return (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), after);
    }
    let low = after.strip_prefix("\\u").unwrap_or_default();
    let point = 0x1_0000 + ((high - 0xd800) << 10) + (unit(low) & 0x3ff);
    (char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER), low.get(4..).unwrap_or_default())
}

/// Whether Go's encoding/json takes `key` for `known` although it is spelt otherwise. Go folds letter case by
/// Unicode, and two characters outside of ASCII fold into it: `ſ` (U+017F) is an s, `K` (U+212A) is a k.
pub fn is_variant(key: &str, known: &str) -> bool {
    if key.is_ascii() {
        return key != known && key.eq_ignore_ascii_case(known);
    }
    let fold = |character: char| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(known.chars().map(fold))
}
