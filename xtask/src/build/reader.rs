//! The entry `multiarch/reader`: esbuild puts the modules of the package that read into files of their own, over the core
//! that only reads. So a program may use both cores: each has modules, and a state, of its own.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::publish;
use crate::process;
use crate::project::Project;
use crate::tools::node;

/// What an entry needs of the core is imported from `pkg/wasm`, as hosts want it: as a module, as text, by its address.
const OPTIONS: [&str; 9] = [
    "--bundle",
    "--splitting",
    "--format=esm",
    "--target=es2022",
    "--platform=neutral",
    "--external:node:*",
    "--external:../wasm/*",
    "--chunk-names=[name]-[hash]",
    "--log-level=warning",
];

/// What all entries export, which is none itself.
const FACADE: &str = "index.js";

/// Writes `pkg/reader`, a file for each of `pkg/reading`.
pub(super) fn bundle(project: &Project, scratch: &Path) -> Result<()> {
    let mut entries = publish::names_in(&project.pkg().join("reading"))?;
    entries.retain(|name| name != FACADE);
    let mut esbuild = node::command(project);
    esbuild.arg(project.pkg().join("node_modules/esbuild/bin/esbuild"));
    esbuild.args(entries.iter().map(|name| format!("pkg/reading/{name}"))).args(OPTIONS);
    process::run(esbuild.arg(format!("--outdir={}", scratch.display())))?;
    let (folder, names) = (project.pkg().join("reader"), publish::names_in(scratch)?);
    fs::create_dir_all(&folder)?;
    for name in &names {
        publish::write(&folder.join(name), &fs::read(scratch.join(name))?)?;
    }
    for old in publish::names_in(&folder)?.iter().filter(|name| !names.contains(name)) {
        fs::remove_file(folder.join(old))?;
    }
    Ok(())
}
