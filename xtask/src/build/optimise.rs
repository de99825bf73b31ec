//! The third step: wasm-opt rewrites the module.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process;
use crate::project::Project;
use crate::tools::node;

/// Rewritten into a flat form first, code that LLVM left alike becomes alike. Passes that save bytes but cost more
/// after compression are left out: a function inlined where it is called once, and a computation kept in a local,
/// leave less that repeats.
///
/// The first kilobyte of memory is the far end of the stack, where nothing has an address. Which features were used,
/// no later step reads.
const WASM_OPT: [&str; 9] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "--gufa",
    "-Oz",
    "--low-memory-unused",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
    "--strip-target-features",
];

/// The module, optimised. Files in between lie in `scratch`.
pub(super) fn optimise(project: &Project, wasm: &[u8], scratch: &Path) -> Result<Vec<u8>> {
    let (input, output) = (scratch.join("input.wasm"), scratch.join("output.wasm"));
    fs::write(&input, wasm)?;
    let mut command = node::command(project);
    command.arg(project.pkg().join("node_modules/binaryen/bin/wasm-opt")).args(WASM_OPT);
    process::run(command.arg(&input).arg("-o").arg(&output))?;
    fs::read(&output).context("wasm-opt left no output")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::build::{Scratch, small};

    #[test]
    fn what_is_called_stays_and_what_is_not_goes() {
        let project = Project::find().unwrap();
        let scratch = Scratch::new(project.target(), "test-optimise").unwrap();
        let module = small(&project, &scratch.0).unwrap();
        let optimised = optimise(&project, &module, &scratch.0).unwrap();
        fs::write(scratch.0.join("optimised.wasm"), &optimised).unwrap();
        let script = "const [, wasm] = process.argv; const heard = [];
            const module = new WebAssembly.Module(require('fs').readFileSync(wasm));
            const imports = { './multiarch_bg.js': { heard: (value) => heard.push(value) } };
            const { exports } = new WebAssembly.Instance(module, imports);
            console.log(exports.answer(), heard, Object.keys(exports).join());";
        let mut node = node::command(&project);
        node.args(["--eval", script]).arg(scratch.0.join("optimised.wasm"));
        assert_eq!(process::read(&mut node).unwrap(), "42 [ 1 ] memory,answer\n");
        assert!(optimised.len() < module.len());
        // `idle` is gone, the constant of `answer` is computed.
        assert!(!optimised.windows(2).any(|code| code == [0x41, 7] || code == [0x41, 40]));
    }
}
