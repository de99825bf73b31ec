//! The command line as few files: esbuild puts the modules of `pkg/cli` together, with what they import of the package.
//!
//! Reading and linking forty modules costs a start more than all that they do. The modules stay as they are for those
//! who import the package. CommonJS, because Node starts its loader of ES modules only for a program that needs it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::parts::{self, HERE, LAYOUT, Part, SYNTAX};
use super::publish;
use crate::process;
use crate::project::Project;
use crate::tools::node;

/// One file: `import()` becomes `require`, and a module within the file still runs only when it is first asked for.
const ALONE: [&str; 3] = ["--bundle", "--format=cjs", "--supported:dynamic-import=false"];

/// Where the program is, for [`HERE`].
const PLACE: &str = "--banner:js=const programUrl = require(\"node:url\").pathToFileURL(__filename).href;";

/// The files of the program: the commands that read a tag, which are the commonest, with what every request needs; the glue
/// of the whole core; what reads credentials, for registries that ask for them; docker's drafts; and all other commands.
const PARTS: [Part<'static>; 5] = [
    (
        "multiarch.cjs",
        &[
            "cli/program.js",
            "cli/main.js",
            "cli/commands/help.js",
            "cli/commands/version.js",
            "entry/command.js",
            "cli/terminal/report.js",
            "cli/platform/wanted.js",
            "cli/commands/inspect.js",
            "cli/commands/resolve.js",
            "cli/commands/tags.js",
            "node/bounded-file.js",
        ],
    ),
    ("whole.cjs", &["wasm/multiarch_bg.js"]),
    ("credentials.cjs", &["node/credentials/docker.js"]),
    (
        "drafts.cjs",
        &[
            "node/store/drafts.js",
            "node/store/lock.js",
            "cli/commands/create.js",
            "cli/commands/annotate.js",
            "cli/commands/push.js",
        ],
    ),
    ("others.cjs", &[]),
];

/// Modules that few commands need and that are as long as many others together. They become files beside the program.
const APART: [Apart; 2] = [
    Apart { module: "../vendor/yaml.js", file: "yaml.cjs" },
    Apart { module: "../wasm/zstd.js", file: "zstd.cjs" },
];

struct Apart {
    /// As the modules import it.
    module: &'static str,
    file: &'static str,
}

const SHEBANG: &str = "#!/usr/bin/env node\n";

/// Bundles the program `entry` into the files of [`PARTS`] in `folder`, and one beside them for each module of [`APART`]. The
/// first is the program, and is written even when nothing changed: tests compare its time with that of the modules.
pub(super) fn bundle(project: &Project, entry: &Path, folder: &Path, scratch: &Path) -> Result<()> {
    bundle_with(&PARTS, project, entry, folder, scratch)
}

fn bundle_with(
    parts: &[Part<'_>],
    project: &Project,
    entry: &Path,
    folder: &Path,
    scratch: &Path,
) -> Result<()> {
    fs::create_dir_all(folder)?;
    let externals = APART.map(|apart| format!("--external:{}", apart.module));
    let mut texts = parts::texts(project, entry, parts, &externals, scratch)?;
    for Apart { module, file } in APART {
        let [outside, beside] = [module, &format!("./{file}")].map(|path| format!("require(\"{path}\")"));
        if texts.iter().any(|text| text.contains(&outside)) {
            let apart = esbuild(project, &project.pkg().join("cli").join(module), &scratch.join(file))?;
            publish::write(&folder.join(file), apart.as_bytes())?;
        }
        for text in &mut texts {
            *text = text.replace(&outside, &beside);
        }
    }
    let mut files = parts.iter().map(|(name, _)| folder.join(name)).zip(&texts);
    let (program, first) = files.next().context("a program has a file")?;
    for (path, text) in files {
        publish::write(&path, text.as_bytes())?;
    }
    write_program(&program, first)
}

/// Bundles the program `entry` into the file `program`, with all that it imports: the file runs wherever it is copied to.
pub(super) fn bundle_alone(project: &Project, entry: &Path, program: &Path, scratch: &Path) -> Result<()> {
    write_program(program, &esbuild(project, entry, &scratch.join("alone.cjs"))?)
}

fn write_program(program: &Path, text: &str) -> Result<()> {
    let unfinished = program.with_extension(format!("{}.unfinished", std::process::id()));
    fs::write(&unfinished, [SHEBANG, text].concat())?;
    make_executable(&unfinished)?;
    fs::rename(&unfinished, program).with_context(|| format!("cannot write {}", program.display()))
}

/// The text of a bundle.
fn esbuild(project: &Project, entry: &Path, bundled: &Path) -> Result<String> {
    let mut esbuild = node::command(project);
    esbuild.arg(project.pkg().join("node_modules/esbuild/bin/esbuild")).arg(entry);
    esbuild.args(ALONE).args(SYNTAX).args([LAYOUT, HERE, PLACE]);
    process::run(esbuild.arg(format!("--outfile={}", bundled.display())))?;
    fs::read_to_string(bundled).with_context(|| format!("cannot read {}", bundled.display()))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::build::{Scratch, install};

    #[test]
    fn modules_become_one_program_that_runs_what_it_is_asked_for() {
        let project = Project::find().unwrap();
        install(&project).unwrap();
        let scratch = Scratch::new(project.target(), "test-command").unwrap();
        let folder = scratch.0.join("cli");
        fs::create_dir_all(&folder).unwrap();
        let entry = "console.log('begun', typeof process.argv[2]);\n\
                     if (process.argv[2] === 'late') import('./late.js').then(({ late }) => late());\n\
                     if (process.argv[2] === 'yaml') import('./documents.js').then(({ show }) => show());\n\
                     if (process.argv[2] === 'rare') import('./rare.js').then(({ rare }) => rare());\n";
        let documents = "import { parseAllDocuments } from '../vendor/yaml.js';\n\
                         export const show = () => console.log(parseAllDocuments('a: [1]')[0].toJS().a);\n";
        let rare = "import { show } from './documents.js';\nexport const rare = () => show();\n";
        let late = "import { basename } from 'node:path';\nconsole.log('loaded');\n\
                    export function late() { console.log(basename(new URL('../text', import.meta.url).pathname)); }\n";
        fs::write(folder.join("entry.js"), entry).unwrap();
        fs::write(folder.join("late.js"), late).unwrap();
        fs::write(folder.join("documents.js"), documents).unwrap();
        fs::write(folder.join("rare.js"), rare).unwrap();
        let bin = scratch.0.join("bin");
        let parts: [Part<'_>; 3] = [
            ("program.cjs", &["cli/entry.js", "cli/late.js"]),
            ("documents.cjs", &["cli/documents.js"]),
            ("others.cjs", &[]),
        ];
        bundle_with(&parts, &project, &folder.join("entry.js"), &bin, &scratch.0).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let run = |arguments: &[&str]| {
            process::read(node::command(&project).arg(bin.join("program.cjs")).args(arguments)).unwrap()
        };
        assert_eq!(run(&[]), "begun undefined\n");
        assert_eq!(run(&["late"]), "begun string\nloaded\ntext\n");
        assert_eq!(run(&["yaml"]), "begun string\n[ 1 ]\n");
        assert_eq!(run(&["rare"]), "begun string\n[ 1 ]\n");
        let texts = parts.map(|(name, _)| fs::read_to_string(bin.join(name)).unwrap());
        let holds = |text: &str| texts.iter().map(|part| part.contains(text)).collect::<Vec<_>>();
        assert_eq!(holds("function late()"), [true, false, false]);
        assert_eq!(holds("require(\"./yaml.cjs\")"), [false, true, false]);
        assert_eq!(holds("rare=()=>"), [false, false, true]);
        fs::remove_file(bin.join("others.cjs")).unwrap();
        assert_eq!(run(&["yaml"]), "begun string\n[ 1 ]\n", "read without need");
        fs::remove_file(bin.join("documents.cjs")).unwrap();
        assert_eq!(run(&["late"]), "begun string\nloaded\ntext\n", "read without need");
    }
}
