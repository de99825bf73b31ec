//! Strict JSON: whether a text is JSON which every tool reads alike.
//!
//! RFC 8259 leaves room that tools fill differently, and a digest over bytes that mean two things is worth
//! nothing. So this refuses what Go, JavaScript or serde would each take in their own way: a byte order mark,
//! bytes after the value, text that is not UTF-8, lone surrogates, keys written twice, and nesting beyond
//! [`limits::JSON_DEPTH`].

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::json::quote;
use crate::json::scanner::{Fault, Problem, Rules, Step, key_of, scan};
use crate::json::value::Value;
use crate::limits;

/// The longest key that an error message repeats, in characters.
const KEY_SHOWN: usize = 64;

/// Checks a whole document. Fails with `JSON_INVALID` (detail `position`, in bytes), `JSON_TOO_DEEP` or
/// `JSON_DUPLICATE_KEY`, each with the detail `path`.
pub fn parse(bytes: &[u8]) -> Result<Value<'_>> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(error(bytes, Code::JsonInvalid, 0, "it starts with a byte order mark", &[]));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|fault| error(bytes, Code::JsonInvalid, fault.valid_up_to(), "it is not UTF-8", &[]))?;
    // The limit keeps the recursion of the scanner far from the end of wasm's stack, which no instance survives.
    let depth = if stands(Guard::JsonDepth) { limits::JSON_DEPTH } else { usize::MAX };
    let rules = Rules { depth, pairs_surrogates: true, keys_once: stands(Guard::JsonTwice) };
    let value = scan(bytes, rules).map_err(|fault| worded(bytes, &fault))?;
    Ok(Value::checked(text.get(value).unwrap_or_default()))
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

/// A fault in the words of documents.
fn worded(bytes: &[u8], fault: &Fault) -> Error {
    let (code, at, reason) = match fault.problem {
        Problem::Depth => (Code::JsonTooDeep, fault.at, ""),
        Problem::Twice => (Code::JsonDuplicateKey, fault.at, ""),
        problem => {
            (Code::JsonInvalid, fault.token, reason(problem, bytes.get(fault.at).is_some(), bytes.is_empty()))
        }
    };
    error(bytes, code, at, reason, &fault.steps)
}

fn reason(problem: Problem, has_more: bool, is_empty: bool) -> &'static str {
    match problem {
        Problem::Value if is_empty => "it is empty",
        Problem::Value if !has_more => "it ends too early",
        Problem::Value | Problem::Literal(..) => "a value is expected",
        Problem::Digit | Problem::Fraction | Problem::Exponent => "a number lacks a digit",
        Problem::String if has_more => "a control character stands bare in a string",
        Problem::String => "it ends inside a string",
        Problem::Escape => "an escape is not known",
        Problem::Hexadecimal => "\\u takes four hexadecimal digits",
        Problem::Surrogate => "a surrogate stands alone",
        Problem::Key => "a key in double quotes is expected",
        Problem::Colon => "a colon is expected after a key",
        Problem::AfterMember => "a comma or } is expected",
        Problem::AfterElement => "a comma or ] is expected",
        Problem::Trailing => "more follows after its end",
        Problem::Depth | Problem::Twice => "",
    }
}

fn error(bytes: &[u8], code: Code, at: usize, reason: &str, steps: &[Step]) -> Error {
    let mut path = String::new();
    for step in steps.iter().rev() {
        match step {
            Step::Key(key) => write_key(&mut path, &key_of(bytes, key)),
            Step::Element(index) => path.push_str(&format!("[{index}]")),
        }
    }
    let before = bytes.get(..at).unwrap_or(bytes);
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
    let message = match code {
        Code::JsonDuplicateKey => {
            format!("the key {path} stands twice in the document (line {line}, column {column})")
        }
        Code::JsonTooDeep => format!(
            "the document nests deeper than {} levels (line {line}, column {column})",
            limits::JSON_DEPTH
        ),
        _ => format!("the document is not JSON: {} (line {line}, column {column})", reason),
    };
    let error = Error::new(code, message).with_detail("position", at as u64);
    // The path of a nesting attack is as long as the attack and says nothing.
    if path.is_empty() || code == Code::JsonTooDeep { error } else { error.with_detail("path", path) }
}
