//! The command line as one executable file: Node's single executable application,
//! <https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html>.
//!
//! Node itself and not another runtime, because the tests run the same HTTP, TLS and processes. The file is for the platform
//! of the Node that it is made of, and needs that Node's libraries: on Linux glibc and libstdc++. Node of any platform reads
//! the same program, so one machine makes the files for several.

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

/// The part of a Mach-O executable in which Node looks.
const SEGMENT: &str = "NODE_SEA";

/// How a 64-bit Mach-O executable begins.
const MACH_O: [u8; 4] = [0xcf, 0xfa, 0xed, 0xfe];

/// A platform whose Node is in the lock file of `xtask/runtimes`.
pub(crate) struct Target {
    name: &'static str,
    /// As npm calls them.
    os: &'static str,
    cpu: &'static str,
    /// Of the runtime, within its package.
    program: &'static str,
    /// Of the file that is made.
    file: &'static str,
}

const TARGETS: [Target; 3] = [
    Target { name: "linux-arm64", os: "linux", cpu: "arm64", program: "bin/node", file: "multiarch" },
    Target { name: "linux-x64", os: "linux", cpu: "x64", program: "bin/node", file: "multiarch" },
    Target { name: "win-x64", os: "win32", cpu: "x64", program: "bin/node.exe", file: "multiarch.exe" },
];

/// What the file is made of.
pub(crate) enum Runtime<'a> {
    /// The Node that the tests run with, which is pinned for this machine.
    Pinned,
    /// An executable of nodejs.org for this machine.
    At(&'a Path),
    /// Node for another platform.
    For(&'static Target),
}

/// Reads the options of `cargo xtask binary`.
pub(crate) fn runtime<'a>(options: &[&'a str]) -> Result<Runtime<'a>> {
    match *options {
        [] => Ok(Runtime::Pinned),
        ["--node", path] => Ok(Runtime::At(Path::new(path))),
        ["--target", name] => {
            let names = || TARGETS.each_ref().map(|target| target.name).join(", ");
            let target = TARGETS.iter().find(|target| target.name == name);
            let target = target.with_context(|| format!("no target {name}. There are {}", names()))?;
            Ok(Runtime::For(target))
        }
        _ => bail!("binary takes --target PLATFORM or --node PATH"),
    }
}

/// Makes `target/binary/multiarch`, or `target/binary/TARGET/multiarch`, and the licences that go with copies of it beside it.
pub(crate) fn make(project: &Project, runtime: &Runtime<'_>) -> Result<()> {
    build::build(project)?;
    node::install(project, &project.tests())?;
    let tools = project.tests().join("node_modules");
    let pinned = tools.join("node24");
    let here = match runtime {
        Runtime::At(path) => path.to_path_buf(),
        _ if cfg!(all(target_os = "linux", target_arch = "x86_64")) => pinned.join("bin/node"),
        _ => bail!("on this platform, name an executable of nodejs.org: cargo xtask binary --node PATH"),
    };
    let folder = project.target().join("binary");
    let (folder, carried, file) = match runtime {
        Runtime::For(target) => (folder.join(target.name), fetch(project, target)?, target.file),
        _ => (folder, here.clone(), "multiarch"),
    };
    fs::create_dir_all(&folder)?;
    let program = folder.join("multiarch.cjs");
    build::bundle_standalone(project, &program)?;
    let blob = prepare(&here, &program, &project.pkg().join("inspector"))?;
    let binary = folder.join(file);
    inject(&tools.join("postject/dist/cli.js"), &carried, &blob, &binary)?;
    fs::copy(pinned.join("LICENSE"), folder.join("LICENSE-NODE"))?;
    fs::copy(project.pkg().join("THIRD-PARTY-NOTICES"), folder.join("THIRD-PARTY-NOTICES"))?;
    for file in [program, blob] {
        fs::remove_file(file)?;
    }
    println!("{} written, {} bytes", binary.display(), fs::metadata(&binary)?.len());
    Ok(())
}

/// Fetches the Node of every target, so that what makes the files needs no network.
pub(crate) fn fetch_all(project: &Project) -> Result<()> {
    TARGETS.iter().try_for_each(|target| fetch(project, target).map(drop))
}

/// The Node of another platform, from npm. Its version is that of the Node that writes the blob here.
fn fetch(project: &Project, target: &Target) -> Result<PathBuf> {
    let folder = project.target().join("runtimes").join(target.name);
    fs::create_dir_all(&folder)?;
    for name in [".npmrc", "package.json", "package-lock.json"] {
        fs::copy(project.root().join("xtask/runtimes").join(name), folder.join(name))?;
    }
    node::install_for(project, &folder, &["--os", target.os, "--cpu", target.cpu])?;
    Ok(folder.join("node_modules").join(target.name).join(target.program))
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
    let is_mach_o = fs::read(runtime)?.starts_with(&MACH_O);
    if is_mach_o {
        inject.args(["--macho-segment-name", SEGMENT]);
    }
    process::run_quietly(&mut inject)?;
    if is_mach_o {
        println!("macOS runs it once it is signed: codesign --force --sign - {}", binary.display());
    }
    fs::rename(&unfinished, binary).with_context(|| format!("cannot write {}", binary.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_is_not_known_is_refused_with_the_names() {
        assert!(matches!(runtime(&[]), Ok(Runtime::Pinned)));
        assert!(matches!(runtime(&["--node", "n"]), Ok(Runtime::At(path)) if path == Path::new("n")));
        assert!(matches!(runtime(&["--target", "win-x64"]), Ok(Runtime::For(target)) if target.cpu == "x64"));
        let unknown = runtime(&["--target", "plan9-x64"]).err().unwrap();
        assert_eq!(unknown.to_string(), "no target plan9-x64. There are linux-arm64, linux-x64, win-x64");
        assert!(runtime(&["--target"]).is_err() && runtime(&["--node", "a", "b"]).is_err());
    }

    #[test]
    fn the_node_of_each_target_is_of_the_version_that_writes_the_blob() {
        let project = Project::find().unwrap();
        let pinned = |path: &str, name: &str| {
            let text = fs::read_to_string(project.root().join(path)).unwrap();
            let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
            let found = manifest.pointer(&format!("/optionalDependencies/{name}")).unwrap();
            found.as_str().unwrap().to_owned()
        };
        for Target { name, .. } in &TARGETS {
            let expected = pinned("tests/package.json", "node24").replace("linux-x64", name);
            assert_eq!(pinned("xtask/runtimes/package.json", name), expected);
        }
    }
}
