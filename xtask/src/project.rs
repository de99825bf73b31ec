//! Where things are, and in which surroundings the driver runs.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The work tree that this driver was compiled from, and the folder for build products.
pub(crate) struct Project {
    root: PathBuf,
    target: PathBuf,
}

impl Project {
    pub(crate) fn find() -> Result<Project> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no parent folder")?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(target) => env::current_dir()?.join(target),
            None => root.join("target"),
        };
        Ok(Project { root, target })
    }

    /// The same sources elsewhere.
    pub(crate) fn at(root: PathBuf, target: PathBuf) -> Project {
        Project { root, target }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The npm package.
    pub(crate) fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    pub(crate) fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// Cargo's target folder, which also holds what this driver keeps between two runs.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }
}

/// Whether the run is unattended: then a missing component is a failure, never a shorter run.
pub(crate) fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}
