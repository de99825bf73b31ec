//! The JavaScript beside the wasm: what becomes of wasm-bindgen's glue, and the binary as text.

use anyhow::{Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The glue as a function that makes a new one: it keeps the instance and views of its memory in variables, so
/// an instance that trapped can only be replaced together with its glue. Steps of pending calls are queued
/// through the first argument, which is how the facade hears of a trap in one; the second hears of a panic.
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
    Ok(format!(
        "export default function (queueMicrotask, panicked) {{\n{body}return {{ {} }};\n}}\n",
        names.join(", ")
    ))
}

/// The binary as a module, for hosts where no file can be fetched. `globalThis.Buffer`, because a
/// bare `Buffer` makes some bundlers add a polyfill.
pub(crate) fn inline(wasm: &[u8]) -> String {
    let bytes =
        "globalThis.Buffer?.from(text, \"base64\") ?? Uint8Array.from(atob(text), (c) => c.charCodeAt(0))";
    format!("const text = \"{}\";\nexport default () => {bytes};\n", STANDARD.encode(wasm))
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
            "export default function (queueMicrotask, panicked) {\nlet wasm;\nfunction set(val) {\n    wasm = val;\n}\n\
             class A {}\nreturn { set, A };\n}\n"
        );
        assert!(factory("export { a };").is_err());
        assert!(factory("import * as a from './snippet.js';").is_err());
    }

    #[test]
    fn the_binary_comes_back_from_its_text() {
        assert!(inline(&[0xfb, 0xff, 0xfe, 0]).starts_with("const text = \"+//+AA==\";\n"));
    }
}
