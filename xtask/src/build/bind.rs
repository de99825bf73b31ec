//! The second step: wasm-bindgen makes the glue between the module and JavaScript.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// The wasm names its imports after the glue's file name, so the two share this stem.
const STEM: &str = "multiarch";

/// What wasm-bindgen makes. Of its "bundler" output only the glue and the module are kept: how the module is loaded
/// differs by host and is the package's own matter (`pkg/entry`).
pub(super) struct Bound {
    pub(super) wasm: Vec<u8>,
    pub(super) glue: String,
}

/// Binds a compiled module by way of the folder `scratch`. Refuses one that needs JavaScript of its own.
pub(super) fn bind(compiled: &[u8], scratch: &Path) -> Result<Bound> {
    // The target_features section must survive this step: wasm-opt takes from it what it may use.
    Bindgen::new()
        .input_bytes(STEM, compiled.to_vec())
        .out_name(STEM)
        .bundler(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(scratch)
        .context("wasm-bindgen failed")?;
    if scratch.join("snippets").exists() {
        bail!("the core brings JavaScript snippets along; the package's facade is the place for JavaScript");
    }
    let file = |name: &str| scratch.join(format!("{STEM}{name}"));
    Ok(Bound { wasm: fs::read(file("_bg.wasm"))?, glue: fs::read_to_string(file("_bg.js"))? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::build::{Scratch, small};
    use crate::project::Project;

    #[test]
    fn a_module_is_bound_and_loses_its_names() {
        let project = Project::find().unwrap();
        let scratch = Scratch::new(project.target(), "test-bind").unwrap();
        let module = small(&project, &scratch.0).unwrap();
        let holds =
            |wasm: &[u8], text: &str| wasm.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds(&module, "idle"));
        let bound = bind(&module, &scratch.0).unwrap();
        assert!(holds(&bound.wasm, "answer") && holds(&bound.wasm, "src/small.rs"));
        assert!(!holds(&bound.wasm, "idle"));
        assert!(bound.glue.contains("__wbg_set_wasm"), "{}", bound.glue);
        assert!(bind(b"no module", &scratch.0).is_err());
    }
}
