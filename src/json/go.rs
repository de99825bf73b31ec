//! What Go's `encoding/json` says about text that is not JSON: docker prints it as it is.

use crate::json::Value;
use crate::json::scanner::{Problem, Rules, scan};

/// The value in a text that Go takes for JSON, keys written twice included. Fails with the fault in Go's words.
pub fn lenient(bytes: &[u8]) -> std::result::Result<Value<'_>, String> {
    if let Some(fault) = error(bytes) {
        return Err(fault);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "the document is not UTF-8".to_owned())?;
    Ok(Value::checked(text.trim_matches([' ', '\t', '\n', '\r'])))
}

/// The first fault, in Go's words; none in a text that Go takes for JSON.
pub fn error(bytes: &[u8]) -> Option<String> {
    let fault = scan(bytes, RULES).err()?;
    let context = match fault.problem {
        Problem::Depth => return Some("exceeded max depth".to_owned()),
        Problem::Value => "looking for beginning of value",
        Problem::Literal(word, letter) => &format!("in literal {word} (expecting '{letter}')"),
        Problem::Digit => "in numeric literal",
        Problem::Fraction => "after decimal point in numeric literal",
        Problem::Exponent => "in exponent of numeric literal",
        Problem::String => "in string literal",
        Problem::Escape => "in string escape code",
        Problem::Hexadecimal => "in \\u hexadecimal character escape",
        Problem::Key => "looking for beginning of object key string",
        Problem::Colon => "after object key",
        Problem::AfterMember => "after object key:value pair",
        Problem::AfterElement => "after array element",
        // The last two are no faults by these rules.
        Problem::Trailing | Problem::Surrogate | Problem::Twice => "after top-level value",
    };
    Some(match bytes.get(fault.at) {
        None => "unexpected end of JSON input".to_owned(),
        Some(byte) => format!("invalid character {} {context}", quoted(*byte)),
    })
}

/// Go follows nesting to 10,000 levels, which is more than the stack of a WebAssembly module holds.
const RULES: Rules = Rules { depth: 256, pairs_surrogates: false, keys_once: false };

/// A byte as Go quotes it: every byte for itself, those above ASCII as Latin-1.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => "'\\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => "'\\\\'".to_owned(),
        b'\n' => "'\\n'".to_owned(),
        b'\r' => "'\\r'".to_owned(),
        b'\t' => "'\\t'".to_owned(),
        0x07 => "'\\a'".to_owned(),
        0x08 => "'\\b'".to_owned(),
        0x0b => "'\\v'".to_owned(),
        0x0c => "'\\f'".to_owned(),
        0..=0x1f | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{:04x}'", u32::from(byte)),
        _ => format!("'{}'", char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::error;

    /// Each as Go 1.24 answers.
    #[test]
    fn faults_are_in_gos_words() {
        for (text, words) in [
            ("", "unexpected end of JSON input"),
            ("{\"a\":", "unexpected end of JSON input"),
            ("\"abc", "unexpected end of JSON input"),
            ("not json", "invalid character 'o' in literal null (expecting 'u')"),
            ("{a", "invalid character 'a' looking for beginning of object key string"),
            ("{\"a\" 1", "invalid character '1' after object key"),
            ("{\"a\":1 2", "invalid character '2' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            ("{} x", "invalid character 'x' after top-level value"),
            ("[1,]", "invalid character ']' looking for beginning of value"),
            ("<html>", "invalid character '<' looking for beginning of value"),
            ("\"\u{1}\"", "invalid character '\\x01' in string literal"),
            ("\"\\x\"", "invalid character 'x' in string escape code"),
            ("\"\\u12g\"", "invalid character 'g' in \\u hexadecimal character escape"),
            ("-x", "invalid character 'x' in numeric literal"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("1ex", "invalid character 'x' in exponent of numeric literal"),
            ("\u{feff}{}", "invalid character 'ï' looking for beginning of value"),
        ] {
            assert_eq!(error(text.as_bytes()).as_deref(), Some(words), "{text:?}");
        }
        assert_eq!(error(b" {\"a\": [1, -0.5e+3, true, null, \"\\u00e9\"]} "), None);
    }
}
