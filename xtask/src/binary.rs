//! The command line as one executable file: Node's single executable application,
//! <https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html>.
//!
//! Node itself and not another runtime, because the tests run the same HTTP, TLS and processes. The file is for the platform
//! of the Node that it is made of, and needs that Node's libraries: glibc and libstdc++.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;

use crate::project::Project;
use crate::tools::node;
use crate::{build, process};

/// What an executable of Node holds in the place where it looks for a program of its own.
const FUSE: &str = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/// Makes `target/binary/multiarch`, and the licences that go with copies of it beside it. `runtime` is the Node that it
/// carries; without it, the one that the lock file of the tests pins.
pub(crate) fn make(project: &Project, runtime: Option<&Path>) -> Result<()> {
    build::build(project)?;
    node::install(project, &project.tests())?;
    let tools = project.tests().join("node_modules");
    let pinned = tools.join("node24");
    let runtime = match runtime {
        Some(path) => path.to_owned(),
        None if cfg!(all(target_os = "linux", target_arch = "x86_64")) => pinned.join("bin/node"),
        None => bail!("on this platform, name an executable of nodejs.org: cargo xtask binary --node PATH"),
    };
    let folder = project.target().join("binary");
    fs::create_dir_all(&folder)?;
    let program = folder.join("multiarch.cjs");
    build::bundle_standalone(project, &program)?;
    let blob = prepare(&runtime, &program, &project.pkg().join("inspector"))?;
    let binary = folder.join("multiarch");
    inject(&tools.join("postject/dist/cli.js"), &runtime, &blob, &binary)?;
    fs::copy(pinned.join("LICENSE"), folder.join("LICENSE-NODE"))?;
    fs::copy(project.pkg().join("THIRD-PARTY-NOTICES"), folder.join("THIRD-PARTY-NOTICES"))?;
    for file in [program, blob] {
        fs::remove_file(file)?;
    }
    println!("{} written, {} bytes", binary.display(), fs::metadata(&binary)?.len());
    Ok(())
}

/// The program in the form in which the runtime reads it from its own file, with the files of `page` as assets and the
/// list of their names as one more.
fn prepare(runtime: &Path, program: &Path, page: &Path) -> Result<PathBuf> {
    let [blob, config, list] = ["blob", "json", "list"].map(|extension| program.with_extension(extension));
    let mut names = Vec::new();
    for entry in fs::read_dir(page)? {
        names
            .push(entry?.file_name().into_string().map_err(|name| anyhow!("{} is no text", name.display()))?);
    }
    names.sort();
    fs::write(&list, serde_json::to_string(&names)?)?;
    let files = names.iter().map(|name| (format!("inspector/{name}"), page.join(name)));
    let assets: BTreeMap<_, _> = files.chain([("inspector".to_owned(), list.clone())]).collect();
    let settings =
        json!({ "main": program, "output": blob, "disableExperimentalSEAWarning": true, "assets": assets });
    fs::write(&config, settings.to_string())?;
    process::run_quietly(Command::new(runtime).arg("--experimental-sea-config").arg(&config))?;
    for file in [config, list] {
        fs::remove_file(file)?;
    }
    Ok(blob)
}

/// Writes a copy of the runtime that carries the blob.
fn inject(postject: &Path, runtime: &Path, blob: &Path, binary: &Path) -> Result<()> {
    let unfinished = binary.with_extension("unfinished");
    fs::copy(runtime, &unfinished).with_context(|| format!("cannot copy {}", runtime.display()))?;
    let mut inject = Command::new("node");
    inject.arg(postject).arg(&unfinished).arg("NODE_SEA_BLOB").arg(blob).args(["--sentinel-fuse", FUSE]);
    process::run_quietly(&mut inject)?;
    fs::rename(&unfinished, binary).with_context(|| format!("cannot write {}", binary.display()))
}
