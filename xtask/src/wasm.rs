//! From the core crate to `pkg/wasm`: cargo, then wasm-bindgen, then wasm-opt.
//!
//! Of wasm-bindgen's "bundler" output only the glue and the binary are kept. How the binary is
//! loaded differs by host and is the package's own matter (`pkg/entry`).

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::project::Project;
use crate::{glue, node, order, process, rust};

/// The wasm names its imports after the glue's file name, so the two share this stem.
const STEM: &str = "multiarch";
const OUTPUTS: [&str; 3] = ["multiarch_bg.wasm", "multiarch_bg.js", "multiarch_bg.inline.js"];

/// Rewritten into a flat form first, code that LLVM left alike becomes alike. Passes that save bytes but cost more
/// after compression are left out: a function inlined where it is called once, and a computation kept in a local,
/// leave less that repeats.
///
/// The first kilobyte of memory is the far end of the stack, where nothing has an address.
const WASM_OPT: [&str; 8] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "--gufa",
    "-Oz",
    "--low-memory-unused",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
];

/// Puts functions where [`order`] says, which their names do. Which features were used, nobody reads after this.
const WASM_ORDER: [&str; 6] = [
    "-Oz",
    "--low-memory-unused",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
    "--reorder-functions-by-name",
    "--strip-target-features",
];

/// Texts of the repository that belong into the npm package as well.
const TEXTS: [&str; 3] = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Brings `pkg/wasm` up to date with the sources.
pub(crate) fn build(project: &Project) -> Result<()> {
    rust::add_wasm_target()?;
    node::install(project, &project.pkg())?;
    let compiled = compile(project)?;
    let stamp = project.target().join("multiarch-wasm.stamp");
    let before = fingerprint(project, &compiled)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == before) {
        println!("pkg/wasm is up to date");
    } else {
        generate(project, &compiled)?;
        write(&stamp, fingerprint(project, &compiled)?.as_bytes())?;
    }
    for name in TEXTS {
        if let Ok(text) = fs::read(project.root().join(name)) {
            write(&project.pkg().join(name), &text)?;
        }
    }
    Ok(())
}

/// The file that the size gate and the benchmarks measure.
pub(crate) fn binary(project: &Project) -> PathBuf {
    project.pkg().join("wasm/multiarch_bg.wasm")
}

/// sha2 unrolled twice, for 256 and for 512 bits, is a tenth of the whole binary.
const COMPACT_SHA2: &str = r#""--cfg=sha2_backend_soft=\"compact\"""#;

fn compile(project: &Project) -> Result<PathBuf> {
    let mut cargo = rust::cargo(project, "build");
    cargo.args(["--package", "multiarch", "--lib", "--release", "--target", rust::WASM]);
    // Panic messages carry file names: without this the binary would tell where it was built.
    cargo.arg("--config").arg(format!(
        "target.{}.rustflags=[\"--remap-path-prefix={}=.\",\"--remap-path-prefix={}=cargo\",{COMPACT_SHA2}]",
        rust::WASM,
        project.root().display(),
        cargo_home().display(),
    ));
    process::run(&mut cargo)?;
    let compiled = project.target().join(rust::WASM).join("release").join(STEM).with_extension("wasm");
    if !compiled.is_file() {
        bail!("cargo succeeded but left no {}", compiled.display());
    }
    Ok(compiled)
}

fn cargo_home() -> PathBuf {
    let default = || std::env::home_dir().unwrap_or_default().join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(default, PathBuf::from)
}

fn generate(project: &Project, compiled: &Path) -> Result<()> {
    let scratch = project.target().join(format!("bindgen-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let result = bind(compiled, &scratch)
        .and_then(|()| optimize(project, &scratch))
        .and_then(|wasm| publish(project, &scratch, &wasm));
    fs::remove_dir_all(&scratch)?;
    result
}

fn bind(compiled: &Path, scratch: &Path) -> Result<()> {
    let mut module = walrus::ModuleConfig::new()
        .generate_name_section(true)
        .generate_producers_section(false)
        .parse_file(compiled)
        .with_context(|| format!("cannot read {}", compiled.display()))?;
    silence_panics(&mut module);
    forget_places(&mut module);
    // The target_features section must survive this step: wasm-opt takes from it what it may use.
    Bindgen::new()
        .input_module(STEM, module)
        .out_name(STEM)
        .bundler(true)?
        .typescript(false)
        .remove_producers_section(true)
        .generate(scratch)
        .context("wasm-bindgen failed")?;
    if scratch.join("snippets").exists() {
        bail!("the core brings JavaScript snippets along; the package's facade is the place for JavaScript");
    }
    Ok(())
}

/// What a panic runs through. Its message reaches nobody: a module cannot print.
const PANICS: [&str; 13] = [
    "<std::panicking::",
    "core::cell::panic_",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_",
    "core::str::slice_error_fail",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::handle_error",
    "std::alloc::rust_oom",
    "std::panicking::",
];

/// Makes every panic the trap that it ends in anyway, without putting a message together first. JavaScript sees the
/// same `RuntimeError`.
fn silence_panics(module: &mut walrus::Module) {
    let is_panic = |function: &&walrus::Function| {
        let name = function.name.as_deref().map(|name| format!("{:#}", rustc_demangle::demangle(name)));
        let is_known = name.is_some_and(|name| PANICS.iter().any(|start| name.starts_with(start)));
        is_known && matches!(function.kind, walrus::FunctionKind::Local(_))
    };
    let panics: Vec<_> =
        module.funcs.iter().filter(is_panic).map(|function| (function.id(), function.ty())).collect();
    for (id, kind) in panics {
        let kind = module.types.get(kind);
        let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
        let args = params.iter().map(|param| module.locals.add(*param)).collect();
        let mut trap = walrus::FunctionBuilder::new(&mut module.types, &params, &results);
        trap.func_body().unreachable();
        module.funcs.get_mut(id).kind = walrus::FunctionKind::Local(trap.local_func(args));
    }
}

/// Clears where panics are: each is four words (a path, its length, a line and a column), and nobody is told.
fn forget_places(module: &mut walrus::Module) {
    let begins = |data: &walrus::Data| match data.kind {
        walrus::DataKind::Active {
            offset: walrus::ConstExpr::Value(walrus::ir::Value::I32(start)), ..
        } => usize::try_from(start).ok(),
        _ => None,
    };
    let segments: Vec<_> = module.data.iter().filter_map(|data| Some((data.id(), begins(data)?))).collect();
    for (id, start) in segments {
        let memory = &mut module.data.get_mut(id).value;
        let aligned = start.next_multiple_of(4) - start;
        let places = (aligned..memory.len()).step_by(4);
        let places: Vec<_> = places.filter_map(|at| Some((at, path_of_place(memory, start, at)?))).collect();
        for range in places.into_iter().flat_map(|(at, path)| [at..at + 16, path]) {
            memory.get_mut(range).unwrap_or_default().fill(0);
        }
    }
}

/// Where in `memory`, which begins at `start`, the path lies that the place at `at` names, if one is there.
fn path_of_place(memory: &[u8], start: usize, at: usize) -> Option<std::ops::Range<usize>> {
    let word = |at: usize| -> Option<usize> {
        let bytes = memory.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    };
    let (length, line, column) = (word(at + 4)?, word(at + 8)?, word(at + 12)?);
    let first = word(at)?.checked_sub(start)?;
    let text = memory.get(first..first.checked_add(length)?)?;
    let is_path = text.ends_with(b".rs") && text.iter().all(u8::is_ascii_graphic);
    let is_position = (1..100_000).contains(&line) && (1..1_000).contains(&column);
    (is_path && is_position).then_some(first..first + length)
}

fn optimize(project: &Project, scratch: &Path) -> Result<Vec<u8>> {
    let optimized = wasm_opt(project, &WASM_OPT, scratch, "multiarch_bg.wasm")?;
    fs::write(scratch.join("named.wasm"), order::named_by_place(&optimized)?)?;
    wasm_opt(project, &WASM_ORDER, scratch, "named.wasm")
}

fn wasm_opt(project: &Project, arguments: &[&str], scratch: &Path, name: &str) -> Result<Vec<u8>> {
    let output = scratch.join("output.wasm");
    let wasm_opt = project.pkg().join("node_modules/binaryen/bin/wasm-opt");
    let mut command = node::command(project);
    command.arg(wasm_opt).args(arguments).arg(scratch.join(name)).arg("-o").arg(&output);
    process::run(&mut command)?;
    fs::read(&output).context("wasm-opt left no output")
}

fn publish(project: &Project, scratch: &Path, wasm: &[u8]) -> Result<()> {
    let folder = project.pkg().join("wasm");
    fs::create_dir_all(&folder)?;
    write(&binary(project), wasm)?;
    let glue = fs::read_to_string(scratch.join("multiarch_bg.js"))?;
    write(&folder.join("multiarch_bg.js"), glue::factory(&glue)?.as_bytes())?;
    write(&folder.join("multiarch_bg.inline.js"), glue::inline(wasm).as_bytes())?;
    println!("pkg/wasm written, {} bytes of wasm", wasm.len());
    Ok(())
}

/// Changes whenever the compiled core, the recipe, its tools or its outputs do.
fn fingerprint(project: &Project, compiled: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    (include_str!("wasm.rs"), include_str!("glue.rs"), include_str!("order.rs")).hash(&mut hasher);
    fs::read(compiled)?.hash(&mut hasher);
    fs::read(project.pkg().join("package-lock.json"))?.hash(&mut hasher);
    for name in OUTPUTS {
        fs::read(project.pkg().join("wasm").join(name)).ok().hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Replaces `path` in one step, so that a reader never sees half a file; leaves it alone when nothing changed.
fn write(path: &Path, contents: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == contents) {
        return Ok(());
    }
    let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
    fs::write(&unfinished, contents)
        .and_then(|()| fs::rename(&unfinished, path))
        .with_context(|| format!("cannot write {}", path.display()))
}
