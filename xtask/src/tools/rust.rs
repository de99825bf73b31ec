//! Cargo, and the parts of the Rust toolchain that rustup adds on demand.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::project::Project;

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The cargo that started this driver, in the work tree and with the same target folder.
pub(crate) fn cargo(project: &Project, subcommand: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(project.root()).env("CARGO_TARGET_DIR", project.target()).arg(subcommand);
    command
}

/// Makes sure that the standard library for wasm is there.
pub(crate) fn add_wasm_target() -> Result<()> {
    let sysroot = process::read(Command::new("rustc").args(["--print", "sysroot"]))?;
    let library = Path::new(sysroot.trim_end()).join("lib/rustlib").join(WASM).join("lib");
    if library.is_dir() {
        return Ok(());
    }
    rustup(&["target", "add", WASM], "the standard library for wasm (rust-std for wasm32-unknown-unknown)")
}

/// Makes sure that `cargo fmt` and `cargo clippy` work.
pub(crate) fn add_components() -> Result<()> {
    for component in ["rustfmt", "clippy"] {
        let program = if component == "clippy" { "cargo-clippy" } else { component };
        // rustup puts a proxy on PATH whether or not the component is installed: ask the program itself.
        if !process::exists(program) || !answers(program) {
            rustup(&["component", "add", component], component)?;
        }
    }
    Ok(())
}

fn answers(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn rustup(arguments: &[&str], what: &str) -> Result<()> {
    let by_hand = format!("rustup {}", arguments.join(" "));
    if !process::exists("rustup") {
        bail!(
            "{what} is missing and rustup is not installed. Either install Rust through rustup and run \
             `{by_hand}`, or install your distribution's package of it beside its rustc"
        );
    }
    println!("{by_hand}");
    if !process::status(Command::new("rustup").args(arguments))?.success() {
        bail!("{what} is missing and rustup could not add it. Once this machine is online, run `{by_hand}`");
    }
    Ok(())
}
