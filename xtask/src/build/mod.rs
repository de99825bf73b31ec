//! From the core crate, and that of zstd, to `pkg/wasm`: [`compile`] (cargo), [`bind`] (wasm-bindgen), [`optimise`] (wasm-opt) and
//! [`publish`] (the files that the package ships). And from the modules of the command line to few files: [`command`], [`parts`],
//! from a parser that is not ours to another: [`vendor`]; from what reads to an entry of its own: [`reader`]; the inspector: [`page`]; what all
//! these carry of others:
//! [`notices`]; and the texts that lie beside it: [`texts`].

mod bind;
mod command;
mod compile;
mod glue;
mod notices;
mod optimise;
mod page;
mod parts;
mod publish;
mod reader;
mod texts;
mod vendor;

pub(crate) use page::first_view;

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::project::Project;
use crate::tools::{node, rust};

/// The recipe: a build is repeated when one of these files changes.
const RECIPE: [&str; 5] = [
    include_str!("bind.rs"),
    include_str!("compile.rs"),
    include_str!("glue.rs"),
    include_str!("optimise.rs"),
    include_str!("publish.rs"),
];

/// A module that the package ships: the cargo package that it is compiled from, and what its files are called.
struct Core {
    package: &'static str,
    name: &'static str,
}

const CORES: [Core; 3] = [
    Core { package: "multiarch", name: "multiarch" },
    Core { package: "multiarch-readonly", name: "reader" },
    Core { package: "multiarch-proxied", name: "proxied" },
];

/// Makes `pkg/wasm` anew where the sources have changed.
pub(crate) fn build(project: &Project) -> Result<()> {
    rust::add_wasm_target()?;
    node::install(project, &project.pkg())?;
    // Cargo compiles one at a time; meanwhile another is optimised.
    std::thread::scope(|scope| {
        let mut parts: Vec<_> =
            CORES.iter().map(|core| scope.spawn(move || make_core(project, core))).collect();
        parts.push(scope.spawn(|| make_zstd(project)));
        parts.into_iter().try_for_each(|part| part.join().map_err(|_| anyhow!("a build panicked"))?)
    })?;
    vendor_yaml(project)?;
    bundle_reader(project)?;
    bundle_page(project)?;
    bundle_programs(project)?;
    notices::write(project)?;
    texts::write(project)
}

fn bundle_reader(project: &Project) -> Result<()> {
    let scratch = Scratch::new(project.target(), "reader")?;
    reader::bundle(project, &scratch.0)
}

fn vendor_yaml(project: &Project) -> Result<()> {
    let scratch = Scratch::new(project.target(), "vendor")?;
    vendor::yaml(project, &scratch.0)
}

/// The command line for the package, and the program of the GitHub Action, which runs from a checkout without the package.
fn bundle_programs(project: &Project) -> Result<()> {
    let scratch = Scratch::new(project.target(), "command")?;
    let (modules, programs) = (project.pkg().join("cli"), project.pkg().join("bin"));
    command::bundle(project, &modules.join("program.js"), &programs, &scratch.0)?;
    command::bundle_alone(
        project,
        &modules.join("action/program.js"),
        &programs.join("action.cjs"),
        &scratch.0,
    )
}

/// Writes the command line as a program that needs no file of the package.
pub(crate) fn bundle_standalone(project: &Project, program: &Path) -> Result<()> {
    let scratch = Scratch::new(project.target(), "standalone")?;
    command::bundle_alone(project, &project.pkg().join("cli/standalone.js"), program, &scratch.0)
}

fn bundle_page(project: &Project) -> Result<()> {
    let scratch = Scratch::new(project.target(), "page")?;
    page::bundle(project, &scratch.0)
}

/// The modules of the cores, in their order: what the size gate measures and a second build has to repeat. The last one is
/// the inspector's, and shipped with it alone.
pub(crate) fn binaries(project: &Project) -> [PathBuf; 3] {
    CORES.map(|core| {
        let [module, ..] = publish::outputs(core.name);
        project.pkg().join("wasm").join(module)
    })
}

fn make_core(project: &Project, core: &Core) -> Result<()> {
    make(project, core.package, &publish::outputs(core.name), |folder, wasm, glue| {
        publish::publish(folder, core.name, wasm, glue)
    })
}

fn make_zstd(project: &Project) -> Result<()> {
    make(project, "multiarch-zstd", &[publish::ZSTD.to_owned()], |folder, wasm, glue| {
        publish::write(&folder.join(publish::ZSTD), glue::glue_and_binary(glue, wasm)?.as_bytes())
    })
}

/// Makes the files of `pkg/wasm` that come of a package anew, where it has changed.
fn make(
    project: &Project,
    package: &str,
    outputs: &[String],
    publish: impl FnOnce(&Path, &[u8], &str) -> Result<()>,
) -> Result<()> {
    let compiled = compile::library(project, package)?;
    let stamp = project.target().join(format!("{package}-wasm.stamp"));
    let before = fingerprint(project, &compiled, outputs)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == before) {
        println!("pkg/wasm is up to date with {package}");
        return Ok(());
    }
    let scratch = Scratch::new(project.target(), &format!("bindgen-{package}"))?;
    let bound = bind::bind(&fs::read(&compiled)?, &scratch.0)?;
    let wasm = optimise::optimise(project, &bound.wasm, &scratch.0)?;
    let folder = project.pkg().join("wasm");
    fs::create_dir_all(&folder)?;
    publish(&folder, &wasm, &bound.glue)?;
    println!("pkg/wasm written, {} bytes of wasm of {package}", wasm.len());
    publish::write(&stamp, fingerprint(project, &compiled, outputs)?.as_bytes())
}

/// Changes whenever the compiled package, the recipe, its tools or its outputs do.
fn fingerprint(project: &Project, compiled: &Path, outputs: &[String]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    RECIPE.hash(&mut hasher);
    fs::read(compiled)?.hash(&mut hasher);
    fs::read(project.pkg().join("package-lock.json"))?.hash(&mut hasher);
    for name in outputs {
        fs::read(project.pkg().join("wasm").join(name)).ok().hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// A folder of this process alone, removed when the value is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(parent: &Path, name: &str) -> Result<Scratch> {
        let path = parent.join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A module for the tests of the steps: `answer` calls an import and returns 42, `idle` is never called.
#[cfg(test)]
const SMALL: &str = r#"(module
  (import "./multiarch_bg.js" "heard" (func $heard (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "src/small.rs")
  (func $idle (result i32) (i32.const 7))
  (func $answer (export "answer") (result i32)
    (call $heard (i32.const 1))
    (i32.add (i32.const 40) (i32.const 2))))
"#;

/// The tools that the steps call; one test at a time installs them.
#[cfg(test)]
fn install(project: &Project) -> Result<()> {
    static INSTALLING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = INSTALLING.lock();
    node::install(project, &project.pkg())
}

/// [`SMALL`] in bytes, with the names of its functions.
#[cfg(test)]
fn small(project: &Project, scratch: &Path) -> Result<Vec<u8>> {
    let (text, wasm) = (scratch.join("small.wat"), scratch.join("small.wasm"));
    fs::write(&text, SMALL)?;
    install(project)?;
    let mut assemble = node::command(project);
    assemble.arg(project.pkg().join("node_modules/binaryen/bin/wasm-as"));
    crate::process::run(assemble.arg(&text).arg("--debuginfo").arg("-o").arg(&wasm))?;
    Ok(fs::read(&wasm)?)
}
