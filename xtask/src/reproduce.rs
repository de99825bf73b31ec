//! Whether the same sources make the same bytes elsewhere: the module and the package's tarball.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::counts::Counts;
use crate::process;
use crate::project::Project;

/// Builds the sources a second time, in another folder and with a target folder of its own, and compares.
pub(crate) fn run(project: &Project) -> Result<Counts> {
    let elsewhere = project.target().join("reproduce");
    let _ = fs::remove_dir_all(&elsewhere);
    let second = Project::at(elsewhere.join("sources/of/multiarch"), elsewhere.join("target"));
    copy_sources(project, &second)?;
    build::build(&second)?;
    let mut counts = Counts::default();
    let tarballs = [pack(project, &elsewhere.join("one"))?, pack(&second, &elsewhere.join("two"))?];
    let names = ["the module", "the reader's module", "the inspector's module"];
    let pairs = build::binaries(project).into_iter().zip(build::binaries(&second));
    let pairs = pairs.map(|(one, other)| [one, other]).chain([tarballs]);
    for (what, [one, other]) in names.into_iter().chain(["the tarball"]).zip(pairs) {
        if fs::read(&one)? == fs::read(&other)? {
            counts.passed += 1;
            println!("  ok      {what} is the same wherever it is built");
        } else {
            counts.failed += 1;
            println!("  FAILED  {what} differs: {} and {}", one.display(), other.display());
        }
    }
    if counts.failed == 0 {
        let _ = fs::remove_dir_all(&elsewhere);
    }
    Ok(counts)
}

/// Every file that the repository has or would take, as it is in the work tree.
fn copy_sources(project: &Project, second: &Project) -> Result<()> {
    let mut git = Command::new("git");
    git.current_dir(project.root()).args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
    let names = process::read(&mut git)?;
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        // One that was deleted is listed until that is committed.
        let from = project.root().join(name);
        if from.is_file() {
            copy(&from, &second.root().join(name))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// The package's tarball, made in `folder`.
fn pack(project: &Project, folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--ignore-scripts", "--offline", "--pack-destination"]).arg(folder);
    process::read(npm.arg(project.pkg()))?;
    let tarball = fs::read_dir(folder)?.next().context("npm pack left no tarball")??;
    if tarball.path().extension().is_none_or(|extension| extension != "tgz") {
        bail!("npm pack left {}", tarball.path().display());
    }
    Ok(tarball.path())
}
