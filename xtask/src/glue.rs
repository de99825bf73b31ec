//! The JavaScript beside the wasm: what becomes of wasm-bindgen's glue, and the binary as text.

use anyhow::{Result, bail};

/// The glue as a function that makes a new one: it keeps the instance and views of its memory in variables, so
/// an instance that trapped can only be replaced together with its glue. Steps of pending calls are queued
/// through the argument, which is how the facade hears of a trap in one.
pub(crate) fn factory(glue: &str) -> Result<String> {
    let mut names = Vec::new();
    let mut body = String::with_capacity(glue.len());
    for line in glue.lines() {
        let declared = line.strip_prefix("export ");
        if let Some(rest) = declared {
            let name = rest.strip_prefix("function ").or_else(|| rest.strip_prefix("class "));
            let end = |name: &str| name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$');
            match name.and_then(|name| Some(name.split_at_checked(end(name)?)?.0)) {
                Some(name) => names.push(name),
                None => bail!("the glue exports what is neither a function nor a class: {line}"),
            }
        }
        if line.starts_with("import ") {
            bail!("the glue imports something: {line}");
        }
        body.push_str(declared.unwrap_or(line));
        body.push('\n');
    }
    Ok(format!("export default function (queueMicrotask) {{\n{body}return {{ {} }};\n}}\n", names.join(", ")))
}

/// The binary as a module, for hosts where no file can be fetched. `globalThis.Buffer`, because a
/// bare `Buffer` makes some bundlers add a polyfill.
pub(crate) fn inline(wasm: &[u8]) -> String {
    let bytes =
        "globalThis.Buffer?.from(text, \"base64\") ?? Uint8Array.from(atob(text), (c) => c.charCodeAt(0))";
    format!("const text = \"{}\";\nexport default () => {bytes};\n", base64(wasm))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            let symbol = ALPHABET.get(value as usize).copied().unwrap_or(b'=');
            text.push(if digit <= group.len() { char::from(symbol) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_becomes_a_factory() {
        let glue = "let wasm;\nexport function set(val) {\n    wasm = val;\n}\nexport class A {}\n";
        let made = factory(glue).unwrap();
        assert_eq!(
            made,
            "export default function (queueMicrotask) {\nlet wasm;\nfunction set(val) {\n    wasm = val;\n}\n\
             class A {}\nreturn { set, A };\n}\n"
        );
        assert!(factory("export { a };").is_err());
        assert!(factory("import * as a from './snippet.js';").is_err());
    }

    #[test]
    fn base64_of_the_rfc_4648_samples() {
        let samples = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in samples {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }
}
