//! A program in two files: the first has what most commands need, the second the chunks that esbuild cuts the other modules into,
//! as functions that run when they are first asked for.
//!
//! Node reads a file to its end before it runs, so what a command does not need costs its start. A file for each chunk would
//! cost more than that, as a command needs dozens; and so would chunks in the first file, whose functions are read twice.

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
    const chunks=chunkAt.others??=require(\"./OTHERS\")(chunkAt,programUrl);\
    const module=made[at]={exports:{}};chunks[at](module,module.exports);return module.exports}\n\
    chunkAt.made={};\n";

/// The texts of the two files that the program `entry` becomes. `often` are the ends of the paths of modules that the first
/// has, with what they import; each is the program or one that `import()` names. `others` is the name of the second.
pub(super) fn texts(
    project: &Project,
    entry: &Path,
    (often, others): (&[&str], &str),
    more: &[String],
    scratch: &Path,
) -> Result<[String; 2]> {
    let cut = scratch.join("cut");
    let chunks = cut_up(project, entry, more, scratch)?;
    let first = with_imports(&chunks, often)?;
    let numbers: BTreeMap<String, usize> =
        chunks.iter().enumerate().map(|(at, chunk)| (chunk.file.clone(), at)).collect();
    let (own, apart): (Vec<_>, Vec<_>) = numbers.iter().partition(|(_, at)| first.contains(at));
    let program = together(project, &own, &apart, more, &cut)?;
    required(project, &apart, &cut, &scratch.join("plain"))?;
    let mut functions = String::new();
    for (file, at) in apart {
        let text = linked(&fs::read_to_string(scratch.join("plain").join(file))?, &numbers);
        writeln!(functions, "{at}(module,exports){{{text}}},")?;
    }
    Ok([
        CHUNK_AT.replace("OTHERS", others) + &linked(&program, &numbers),
        format!("module.exports=(chunkAt,programUrl)=>({{{functions}}});\n"),
    ])
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
