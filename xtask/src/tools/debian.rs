//! Programs that the tests drive and that Debian packages.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// A program and the Debian package that has it.
pub(crate) struct Program {
    pub(crate) command: &'static str,
    pub(crate) package: &'static str,
}

/// The registry that the tests and the benchmarks ask.
pub(crate) const DOCKER_REGISTRY: Program =
    Program { command: "docker-registry", package: "docker-registry" };

/// Installs the packages of those `programs` that cannot be started.
pub(crate) fn install(programs: &[Program]) -> Result<()> {
    let packages = missing(programs, process::exists);
    if packages.is_empty() {
        return Ok(());
    }
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if !process::exists("apt-get") {
        bail!("the tests need programs that this machine lacks. On Debian: `{by_hand}`");
    }
    println!("{by_hand}");
    process::run(apt().args(["update", "--quiet"]))?;
    process::run(apt().args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(&packages))
}

fn missing(programs: &[Program], exists: impl Fn(&str) -> bool) -> Vec<&'static str> {
    programs.iter().filter(|program| !exists(program.command)).map(|program| program.package).collect()
}

fn apt() -> Command {
    let mut command = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
    if !is_root() {
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    process::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_installed() {
        let programs = [
            Program { command: "skopeo", package: "skopeo" },
            Program { command: "htpasswd", package: "apache2-utils" },
        ];
        assert_eq!(missing(&programs, |name| name == "skopeo"), ["apache2-utils"]);
        assert!(missing(&programs, |_| true).is_empty());
    }
}
