//! The first step: cargo compiles a core to a wasm module.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::project::Project;
use crate::tools::rust;

/// The cores that only read are made for what has to be loaded before it runs. So there the hot path of a document is
/// compiled for size first as well, which a profile of the workspace says for all cores alike.
const SMALL: ([&str; 2], &str) =
    (["multiarch-readonly", "multiarch-proxied"], "profile.release.package.multiarch-reader.opt-level='s'");

/// Compiles the library of a package: a core, or the decoder of zstd. Returns where its module lies.
///
/// As a `cdylib` alone: cargo leaves the optimisation at link time out where a library is to be linked to as well.
pub(super) fn library(project: &Project, package: &str) -> Result<PathBuf> {
    let mut cargo = rust::cargo(project, "rustc");
    cargo.args(["--package", package, "--lib", "--crate-type", "cdylib"]);
    if SMALL.0.contains(&package) {
        cargo.args(["--config", SMALL.1]);
    }
    compile(&mut cargo, project.root(), project.target(), &package.replace('-', "_"))
}

fn compile(cargo: &mut Command, root: &Path, target: &Path, name: &str) -> Result<PathBuf> {
    cargo.args(["--release", "--target", rust::WASM]);
    cargo.arg("--config").arg(format!("target.{}.rustflags={:?}", rust::WASM, flags(root, &cargo_home())));
    process::run(cargo)?;
    let compiled = target.join(rust::WASM).join("release").join(name).with_extension("wasm");
    if !compiled.is_file() {
        bail!("cargo succeeded but left no {}", compiled.display());
    }
    Ok(compiled)
}

fn flags(root: &Path, cargo_home: &Path) -> [String; 4] {
    [
        // Panic messages carry file names: without this the binary would tell where it was built.
        format!("--remap-path-prefix={}=.", root.display()),
        format!("--remap-path-prefix={}=cargo", cargo_home.display()),
        // sha2 has a backend for it, which is smaller and twice as fast. Every host that the package names has had
        // it since 2023 at the latest.
        "-Ctarget-feature=+simd128".to_owned(),
        // Unrolled, sha512 alone is a twentieth of the whole binary.
        r#"--cfg=sha2_backend_soft="compact""#.to_owned(),
    ]
}

fn cargo_home() -> PathBuf {
    let default = || std::env::home_dir().unwrap_or_default().join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(default, PathBuf::from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;
    use crate::build::Scratch;

    #[test]
    fn a_panic_names_its_file_but_not_the_machine() {
        let project = Project::find().unwrap();
        let scratch = Scratch::new(project.target(), "test-compile").unwrap();
        let root = &scratch.0;
        fs::create_dir_all(root.join("src")).unwrap();
        let manifest = "[workspace]\n[package]\nname = \"small\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                        [lib]\ncrate-type = [\"cdylib\"]\n[profile.release]\npanic = \"abort\"\n";
        fs::write(root.join("Cargo.toml"), manifest).unwrap();
        let source =
            "#[unsafe(no_mangle)]\npub extern \"C\" fn answer(n: u32) -> u32 { assert!(n > 1); n }\n";
        fs::write(root.join("src/lib.rs"), source).unwrap();
        let target = root.join("target");
        let mut cargo = rust::cargo(&project, "build");
        cargo.arg("--quiet").current_dir(root).env("CARGO_TARGET_DIR", &target);
        let compiled = fs::read(compile(&mut cargo, root, &target, "small").unwrap()).unwrap();
        let holds = |text: &str| compiled.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds("src/lib.rs") && holds("simd128"));
        assert!(!holds(root.to_str().unwrap()));
    }
}
