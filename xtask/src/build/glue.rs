//! The JavaScript beside the wasm: what becomes of wasm-bindgen's glue, and the binary as text.

use anyhow::{Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The glue as a function that makes a new one: it keeps the instance and views of its memory in variables, so
/// an instance that trapped can only be replaced together with its glue. Steps of pending calls are queued
/// through the first argument, which is how the facade notices a trap in one; the second is called with a panic.
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

/// The binary as a module, for hosts where no file can be fetched.
pub(crate) fn inline(wasm: &[u8]) -> String {
    text(wasm, "export default")
}

/// The glue and the binary as one module: `createGlue` is the factory, `wasm` gives the bytes. It has no `default`, which
/// bundles of CommonJS see in two ways.
pub(crate) fn glue_and_binary(glue: &str, wasm: &[u8]) -> Result<String> {
    let factory = factory(glue)?.replacen("export default function ", "export function createGlue", 1);
    Ok(factory + &text(wasm, "export const wasm ="))
}

/// `globalThis.Buffer`, because a bare `Buffer` makes some bundlers add a polyfill.
fn text(wasm: &[u8], export: &str) -> String {
    let bytes =
        "globalThis.Buffer?.from(text, \"base64\") ?? Uint8Array.from(atob(text), (c) => c.charCodeAt(0))";
    format!("const text = \"{}\";\n{export} () => {bytes};\n", STANDARD.encode(wasm))
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
        assert!(
            inline(&[0xfb, 0xff, 0xfe, 0]).starts_with("const text = \"+//+AA==\";\nexport default () => ")
        );
        let module = glue_and_binary("export class A {}\n", &[0]).unwrap();
        assert!(module.starts_with("export function createGlue(queueMicrotask, panicked) {\n"), "{module}");
        assert!(
            module.contains("return { A };\n}\nconst text = \"AA==\";\nexport const wasm = () => "),
            "{module}"
        );
    }
}
