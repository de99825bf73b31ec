//! Node, and the development tools that npm's lock files pin.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::project::Project;

/// The oldest Node that can `require()` the package.
const OLDEST: (u32, u32) = (20, 19);

/// Node in the work tree.
pub(crate) fn command(project: &Project) -> Command {
    let mut command = Command::new("node");
    command.current_dir(project.root());
    command
}

/// Refuses a machine without a Node that the package supports.
pub(crate) fn require() -> Result<()> {
    let wanted = format!("install Node.js {}.{} or newer together with npm", OLDEST.0, OLDEST.1);
    if !process::exists("node") || !process::exists("npm") {
        bail!("node or npm is missing: {wanted}");
    }
    let version = process::read(Command::new("node").arg("--version"))?;
    if parse_version(&version).is_none_or(|found| found < OLDEST) {
        bail!("node {} is too old: {wanted}", version.trim());
    }
    Ok(())
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, rest) = text.trim().strip_prefix('v')?.split_once('.')?;
    let (minor, _) = rest.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// `npm ci` in `folder`, unless it has been done since its lock file last changed.
pub(crate) fn install(project: &Project, folder: &Path) -> Result<()> {
    install_for(project, folder, &[])
}

/// Like [`install`], for another platform than this one: `options` are npm's, `--os` and `--cpu`.
pub(crate) fn install_for(project: &Project, folder: &Path, options: &[&str]) -> Result<()> {
    require()?;
    let stamp = folder.join("node_modules/.lock-digest");
    let digest = lock_digest(folder)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == digest) {
        return Ok(());
    }
    let name = folder.strip_prefix(project.root()).unwrap_or(folder).display();
    println!("npm ci in {name}");
    process::run(
        Command::new("npm").current_dir(folder).args(["ci", "--no-audit", "--no-fund"]).args(options),
    )?;
    fs::write(&stamp, digest).with_context(|| format!("cannot write {}", stamp.display()))
}

fn lock_digest(folder: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for name in ["package.json", "package-lock.json"] {
        let path = folder.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(parse_version("v20.20.2\n"), Some((20, 20)));
        assert!(parse_version("v20.9.0") < Some(OLDEST));
        assert_eq!(parse_version("20.9.0"), None);
    }
}
