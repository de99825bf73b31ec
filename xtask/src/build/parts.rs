//! A program in a few files: the first has what most commands need, the others the chunks that esbuild cuts all other
//! modules into, as functions that run when they are first asked for.
//!
//! Node reads a file to its end before it runs, so what a command does not need costs its start. A file for each chunk would
//! cost more than that, as a command needs dozens; and so would functions within a function, which are read twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::project::Project;
use crate::tools::node;

/// Shortened, but with the names of functions: they are what the stack of an error is read by.
pub(super) const SYNTAX: [&str; 5] = [
    "--platform=node",
    "--target=node20.19",
    "--minify-whitespace",
    "--minify-syntax",
    "--log-level=warning",
];

pub(super) const LAYOUT: &str = "--line-limit=160";

/// What stands for `import.meta.url`, from which files of the package are found: the program's own place, which
/// has to be as deep in the package as its modules.
pub(super) const HERE: &str = "--define:import.meta.url=programUrl";

/// Gives the exports of a chunk by its number, wherever it is.
const CHUNK_AT: &str = "const programUrl=require(\"node:url\").pathToFileURL(__filename).href;\n\
    function chunkAt(at){const{own,made}=chunkAt;if(own[at])return own[at]();if(made[at])return made[at].exports;\
    const module=made[at]={exports:{}};\
    chunkAt.fileOf(at)[at](chunkAt,programUrl,module,module.exports);return module.exports}\n\
    chunkAt.made={};\n";

/// A file of a program: its name, and the ends of the paths of the modules that it is for, each of which is the program or
/// one that `import()` names. A file has what its modules import, except for what another one needs as well: that is in
/// the first. The last file has all modules that are left.
pub(super) type Part<'a> = (&'a str, &'a [&'a str]);

/// The texts of the files that the program `entry` becomes, in the order of `parts`.
pub(super) fn texts(
    project: &Project,
    entry: &Path,
    parts: &[Part<'_>],
    more: &[String],
    scratch: &Path,
) -> Result<Vec<String>> {
    let cut = scratch.join("cut");
    let mut chunks = cut_up(project, entry, more, scratch)?;
    let ends = sort_by_part(&mut chunks, parts)?;
    let numbers: BTreeMap<String, usize> =
        chunks.iter().enumerate().map(|(at, chunk)| (chunk.file.clone(), at)).collect();
    let first = ends.first().copied().context("a program has a file")?;
    let (own, apart): (Vec<_>, Vec<_>) = numbers.iter().partition(|(_, at)| **at < first);
    let program = together(project, &own, &apart, more, &cut)?;
    required(project, &apart, &cut, &scratch.join("plain"))?;
    let mut texts = vec![CHUNK_AT.to_owned() + &file_of_chunk(&ends, parts) + &linked(&program, &numbers)];
    for (start, end) in ends.iter().zip(ends.iter().skip(1)) {
        let mut functions = String::new();
        for (at, chunk) in chunks.iter().enumerate().take(*end).skip(*start) {
            let text = linked(&fs::read_to_string(scratch.join("plain").join(&chunk.file))?, &numbers);
            writeln!(functions, "{at}(chunkAt,programUrl,module,exports){{{text}}},")?;
        }
        texts.push(format!("module.exports={{{functions}}};\n"));
    }
    Ok(texts)
}

/// Sorts the chunks by the part that they are in. Gives where each part ends.
fn sort_by_part(chunks: &mut Vec<Chunk>, parts: &[Part<'_>]) -> Result<Vec<usize>> {
    let last = parts.len().saturating_sub(1);
    let mut part_of = vec![last; chunks.len()];
    let mut needed_by = vec![0; chunks.len()];
    for (part, (_, modules)) in parts.iter().enumerate() {
        for at in with_imports(chunks, modules)? {
            needed_by.get_mut(at).into_iter().for_each(|count| *count += 1);
            part_of.get_mut(at).into_iter().for_each(|of| *of = part);
        }
    }
    // What several parts need is in the first, so that no command reads one part for the sake of another.
    for (part, count) in part_of.iter_mut().zip(needed_by) {
        if count > 1 {
            *part = 0;
        }
    }
    let mut ordered: Vec<_> = part_of.iter().zip(chunks.drain(..)).collect();
    ordered.sort_by_key(|(part, _)| **part);
    let end_of = |part| ordered.iter().filter(|(of, _)| **of <= part).count();
    let ends = (0..parts.len()).map(end_of).collect();
    chunks.extend(ordered.into_iter().map(|(_, chunk)| chunk));
    Ok(ends)
}

/// The text of a function that gives the chunks of the file which has chunk `at`, for those that the first has not.
fn file_of_chunk(ends: &[usize], parts: &[Part<'_>]) -> String {
    let mut choice = String::new();
    for ((name, _), end) in parts.iter().zip(ends).skip(1) {
        let _ = write!(choice, "at<{end}?require(\"./{name}\"):");
    }
    format!("chunkAt.fileOf=at=>{choice}undefined;\n")
}

/// The chunks `own` as one text, where each runs when it is first asked for; those `apart` stay outside.
fn together(
    project: &Project,
    own: &[(&String, &usize)],
    apart: &[(&String, &usize)],
    more: &[String],
    cut: &Path,
) -> Result<String> {
    let (first, bundled) = (cut.join("first.mjs"), cut.join("first.cjs"));
    let members: String = own.iter().map(|(file, at)| format!("{at}:()=>require(\"./{file}\"),")).collect();
    fs::write(&first, format!("import \"./program.js\";\nchunkAt.own={{{members}}};\n"))?;
    let mut esbuild = esbuild(project);
    // Names of modules in the text are relative to where it runs, and the scratch folder has another name in each build.
    esbuild.current_dir(cut);
    esbuild.arg(&first).args(["--bundle", "--format=cjs", "--supported:dynamic-import=false"]);
    esbuild.args(apart.iter().map(|(file, _)| format!("--external:./{file}")));
    esbuild.args(SYNTAX).arg(LAYOUT).args(more);
    process::run(esbuild.arg(format!("--outfile={}", bundled.display())))?;
    Ok(fs::read_to_string(&bundled)?)
}

fn esbuild(project: &Project) -> Command {
    let mut esbuild = node::command(project);
    esbuild.arg(project.pkg().join("node_modules/esbuild/bin/esbuild"));
    esbuild
}

/// What esbuild cuts.
struct Chunk {
    file: String,
    /// The module that it is for, where it is for one.
    module: Option<String>,
    /// The chunks that run before it, by their files.
    imports: Vec<String>,
}

/// The chunks in an order that depends on the modules alone.
fn cut_up(project: &Project, entry: &Path, more: &[String], scratch: &Path) -> Result<Vec<Chunk>> {
    let [cut, meta] = ["cut", "cut.json"].map(|name| scratch.join(name));
    let mut esbuild = node::command(project);
    esbuild
        .arg(project.pkg().join("node_modules/esbuild/bin/esbuild"))
        .arg(format!("program={}", entry.display()));
    esbuild.args(["--bundle", "--splitting", "--format=esm", "--chunk-names=[name]-[hash]"]);
    esbuild.args(SYNTAX).arg(HERE).args(more);
    esbuild.arg(format!("--outdir={}", cut.display())).arg(format!("--metafile={}", meta.display()));
    process::run(&mut esbuild)?;
    let meta: Value = serde_json::from_str(&fs::read_to_string(&meta)?)?;
    let outputs = meta.get("outputs").and_then(Value::as_object).context("esbuild lists no outputs")?;
    let mut ordered: BTreeMap<(&str, bool), Chunk> = BTreeMap::new();
    for (path, output) in outputs {
        let module = output["entryPoint"].as_str();
        let first = output["inputs"].as_object().and_then(|inputs| inputs.keys().min());
        let key = module.or(first.map(String::as_str)).context("a chunk has no module")?;
        let imports = output["imports"].as_array().into_iter().flatten();
        let imports =
            imports.filter(|import| import["kind"] == "import-statement" && import["external"] != true);
        let imports = imports.filter_map(|import| import["path"].as_str()).map(name).collect();
        let chunk = Chunk { file: name(path), module: module.map(str::to_owned), imports };
        if ordered.insert((key, module.is_some()), chunk).is_some() {
            bail!("two chunks are for {key}");
        }
    }
    Ok(ordered.into_values().collect())
}

fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Writes the chunks in `cut` into `plain` with `require` in the place of `import`.
fn required(project: &Project, chunks: &[(&String, &usize)], cut: &Path, plain: &Path) -> Result<()> {
    let mut esbuild = esbuild(project);
    esbuild.args(chunks.iter().map(|(file, _)| cut.join(file)));
    esbuild.args(["--format=cjs", "--supported:dynamic-import=false"]).args(SYNTAX).arg(LAYOUT);
    process::run(esbuild.arg(format!("--outdir={}", plain.display())))
}

/// The text of a chunk, with the numbers of others in the place of their files.
fn linked(text: &str, numbers: &BTreeMap<String, usize>) -> String {
    let mut pieces = text.split("require(\"./");
    let mut linked = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let found = piece.split_once("\")").and_then(|(file, rest)| Some((numbers.get(file)?, rest)));
        let _ = match found {
            Some((at, rest)) => write!(linked, "chunkAt({at}){rest}"),
            None => write!(linked, "require(\"./{piece}"),
        };
    }
    linked
}

/// The chunks for modules whose paths end so, and those that they import.
fn with_imports(chunks: &[Chunk], modules: &[&str]) -> Result<BTreeSet<usize>> {
    let mut open = Vec::new();
    for module in modules {
        let is_for = |chunk: &Chunk| chunk.module.as_ref().is_some_and(|path| path.ends_with(module));
        open.push(chunks.iter().position(is_for).with_context(|| format!("no chunk is for {module}"))?);
    }
    let mut found = BTreeSet::new();
    while let Some(at) = open.pop() {
        if found.insert(at) {
            let imports = chunks.get(at).map_or(&[][..], |chunk| &chunk.imports);
            open.extend(
                imports.iter().filter_map(|file| chunks.iter().position(|chunk| chunk.file == *file)),
            );
        }
    }
    Ok(found)
}
