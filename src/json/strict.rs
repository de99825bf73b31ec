//! Strict JSON: one pass that decides whether a text is JSON which every tool reads alike.
//!
//! RFC 8259 leaves room that tools fill differently, and a digest over bytes that mean two things is worth
//! nothing. So this refuses what Go, JavaScript or serde would each take in their own way: a byte order mark,
//! bytes after the value, text that is not UTF-8, lone surrogates, keys written twice, and nesting beyond
//! [`limits::JSON_DEPTH`]. Nothing is built on the way; [`Value`] reads the checked text afterwards.

use std::borrow::Cow;

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::json::quote;
use crate::json::value::{Value, unescape};
use crate::limits;

/// Up to this many keys are compared one by one; more are sorted first, so that no object is quadratic.
const FEW_KEYS: usize = 16;

/// The longest key that an error message repeats, in characters.
const KEY_SHOWN: usize = 64;

/// Checks a whole document. Fails with `JSON_INVALID` (detail `position`, in bytes), `JSON_TOO_DEEP` or
/// `JSON_DUPLICATE_KEY`, each with the detail `path`.
pub fn parse(bytes: &[u8]) -> Result<Value<'_>> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(Fault::new(0, "it starts with a byte order mark").into_error(bytes));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Fault::new(error.valid_up_to(), "it is not UTF-8").into_error(bytes))?;
    let mut scanner = Scanner { text, bytes, at: 0, keys: Vec::new() };
    scanner.document().map_err(|fault| fault.into_error(bytes))
}

/// Writes one step of a JSON path: `.os`, `[3]` or `["os.version"]`.
pub(crate) fn write_key(path: &mut String, key: &str) {
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '_' || character == '-';
    if !key.is_empty() && key.len() <= KEY_SHOWN && key.chars().all(plain) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        return;
    }
    path.push('[');
    match key.char_indices().nth(KEY_SHOWN) {
        Some((end, _)) => path.push_str(&quote(&format!("{}…", key.get(..end).unwrap_or_default()))),
        None => path.push_str(&quote(key)),
    }
    path.push(']');
}

/// Why and where the check stopped. The path is gathered while the recursion unwinds, innermost step first,
/// so that text without faults pays nothing for it.
struct Fault<'a> {
    code: Code,
    at: usize,
    reason: &'static str,
    steps: Vec<Step<'a>>,
}

enum Step<'a> {
    Key(Cow<'a, str>),
    Element(usize),
}

impl<'a> Fault<'a> {
    fn new(at: usize, reason: &'static str) -> Fault<'a> {
        Fault { code: Code::JsonInvalid, at, reason, steps: Vec::new() }
    }

    fn inside(mut self, step: Step<'a>) -> Fault<'a> {
        self.steps.push(step);
        self
    }

    fn into_error(self, bytes: &[u8]) -> Error {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Key(key) => write_key(&mut path, key),
                Step::Element(index) => path.push_str(&format!("[{index}]")),
            }
        }
        let before = bytes.get(..self.at).unwrap_or(bytes);
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
        let message = match self.code {
            Code::JsonDuplicateKey => {
                format!("the key {path} stands twice in the document (line {line}, column {column})")
            }
            Code::JsonTooDeep => format!(
                "the document nests deeper than {} levels (line {line}, column {column})",
                limits::JSON_DEPTH
            ),
            _ => format!("the document is not JSON: {} (line {line}, column {column})", self.reason),
        };
        let error = Error::new(self.code, message).with_detail("position", self.at as u64);
        // The path of a nesting attack is as long as the attack and says nothing.
        if path.is_empty() || self.code == Code::JsonTooDeep {
            error
        } else {
            error.with_detail("path", path)
        }
    }
}

type Checked<'a, T> = std::result::Result<T, Fault<'a>>;

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// The keys of every object that is open, outermost first.
    keys: Vec<Cow<'a, str>>,
}

impl<'a> Scanner<'a> {
    fn document(&mut self) -> Checked<'a, Value<'a>> {
        self.space();
        let start = self.at;
        self.value(0)?;
        let end = self.at;
        self.space();
        if self.at < self.bytes.len() {
            return Err(self.fault("more follows after its end"));
        }
        Ok(Value::checked(self.text.get(start..end).unwrap_or_default()))
    }

    fn value(&mut self, depth: usize) -> Checked<'a, ()> {
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal(b"true"),
            Some(b'f') => self.literal(b"false"),
            Some(b'n') => self.literal(b"null"),
            Some(_) => Err(self.fault("a value is expected")),
            None if self.bytes.is_empty() => Err(self.fault("it is empty")),
            None => Err(self.fault("it ends too early")),
        }
    }

    fn object(&mut self, depth: usize) -> Checked<'a, ()> {
        self.enter(depth)?;
        let first_key = self.keys.len();
        self.space();
        if !self.take(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return Err(self.fault("a key in double quotes is expected"));
                }
                let key = self.string()?;
                self.space();
                if !self.take(b':') {
                    return Err(self.fault("a colon is expected after a key"));
                }
                self.space();
                if let Err(fault) = self.value(depth + 1) {
                    return Err(fault.inside(Step::Key(key)));
                }
                self.keys.push(key);
                self.space();
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.fault("a comma or } is expected"));
                }
                self.space();
            }
        }
        self.close_object(first_key)
    }

    /// Forgets the keys of the object that ends here, after looking for one that stands twice.
    fn close_object(&mut self, first_key: usize) -> Checked<'a, ()> {
        let keys = self.keys.get(first_key..).unwrap_or_default();
        let twice = if keys.len() <= FEW_KEYS {
            keys.iter()
                .enumerate()
                .find(|(at, key)| keys.iter().take(*at).any(|other| other == *key))
                .map(|(_, key)| key.as_ref())
        } else {
            let mut sorted: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
            sorted.sort_unstable();
            sorted.iter().zip(sorted.iter().skip(1)).find(|(one, next)| one == next).map(|(key, _)| *key)
        };
        if let Some(key) = twice.filter(|_| stands(Guard::JsonTwice)) {
            let key = Step::Key(Cow::Owned(key.to_owned()));
            return Err(Fault { code: Code::JsonDuplicateKey, ..self.fault("") }.inside(key));
        }
        self.keys.truncate(first_key);
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Checked<'a, ()> {
        self.enter(depth)?;
        self.space();
        if self.take(b']') {
            return Ok(());
        }
        for index in 0.. {
            if let Err(fault) = self.value(depth + 1) {
                return Err(fault.inside(Step::Element(index)));
            }
            self.space();
            if self.take(b']') {
                break;
            }
            if !self.take(b',') {
                return Err(self.fault("a comma or ] is expected"));
            }
            self.space();
        }
        Ok(())
    }

    /// Steps over the opening bracket of a container that stands inside `depth` others. The limit keeps the
    /// recursion of this scanner far from the end of wasm's stack, which no instance survives.
    fn enter(&mut self, depth: usize) -> Checked<'a, ()> {
        if depth >= limits::JSON_DEPTH && stands(Guard::JsonDepth) {
            return Err(Fault { code: Code::JsonTooDeep, ..self.fault("") });
        }
        self.at += 1;
        Ok(())
    }

    /// Steps over a string and returns what it says.
    fn string(&mut self) -> Checked<'a, Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..=0x1f) => return Err(self.fault("a control character stands bare in a string")),
                Some(_) => self.at += 1,
                None => return Err(self.fault("it ends inside a string")),
            }
        }
        let raw = self.text.get(start..self.at).unwrap_or_default();
        self.at += 1;
        Ok(if escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) })
    }

    fn escape(&mut self) -> Checked<'a, ()> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => match self.unit(self.at)? {
                0xd800..=0xdbff => {
                    let paired = self.bytes.get(self.at + 6..self.at + 8) == Some(b"\\u")
                        && (0xdc00..=0xdfff).contains(&self.unit(self.at + 6)?);
                    if !paired {
                        return Err(self.fault("a surrogate stands alone"));
                    }
                    self.at += 12;
                }
                0xdc00..=0xdfff => return Err(self.fault("a surrogate stands alone")),
                _ => self.at += 6,
            },
            _ => return Err(self.fault("an escape is not known")),
        }
        Ok(())
    }

    /// The UTF-16 unit that the `\uXXXX` at `at` writes.
    fn unit(&self, at: usize) -> Checked<'a, u32> {
        let digits = self.bytes.get(at + 2..at + 6).unwrap_or_default();
        let mut unit = 0;
        for byte in digits {
            let Some(digit) = char::from(*byte).to_digit(16) else {
                return Err(self.fault("\\u takes four hexadecimal digits"));
            };
            unit = unit * 16 + digit;
        }
        if digits.len() == 4 { Ok(unit) } else { Err(self.fault("\\u takes four hexadecimal digits")) }
    }

    fn number(&mut self) -> Checked<'a, ()> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Checked<'a, ()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("a number lacks a digit")) } else { Ok(()) }
    }

    fn literal(&mut self, word: &[u8]) -> Checked<'a, ()> {
        if !self.bytes.get(self.at..).unwrap_or_default().starts_with(word) {
            return Err(self.fault("a value is expected"));
        }
        self.at += word.len();
        Ok(())
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fault(&self, reason: &'static str) -> Fault<'a> {
        Fault::new(self.at, reason)
    }
}
