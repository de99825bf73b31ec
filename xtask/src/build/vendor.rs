//! What the package ships of another project: esbuild puts the parts that are used of the YAML parser into one module, so
//! that those who install the package install nothing else. Its licence stands at the top of the module.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::publish;
use crate::process;
use crate::project::Project;
use crate::tools::node;

/// What the modules of the package name.
const ENTRY: &str = "export { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from \"yaml\";\n";

const OPTIONS: [&str; 6] = [
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--minify-whitespace",
    "--minify-syntax",
    "--log-level=warning",
];

/// Writes `pkg/vendor/yaml.js`.
pub(super) fn yaml(project: &Project, scratch: &Path) -> Result<()> {
    let (modules, bundled) = (project.pkg().join("node_modules"), scratch.join("yaml.js"));
    let entry = scratch.join("entry.js");
    fs::write(&entry, ENTRY)?;
    let mut esbuild = node::command(project);
    esbuild.arg(modules.join("esbuild/bin/esbuild")).arg(&entry).args(OPTIONS).arg("--line-limit=160");
    esbuild.env("NODE_PATH", &modules);
    process::run(esbuild.arg(format!("--outfile={}", bundled.display())))?;
    let licence =
        fs::read_to_string(modules.join("yaml/LICENSE")).context("the YAML parser has no licence")?;
    let module = format!("/*!\n{}\n*/\n{}", licence.trim(), fs::read_to_string(&bundled)?);
    let folder = project.pkg().join("vendor");
    fs::create_dir_all(&folder)?;
    publish::write(&folder.join("yaml.js"), module.as_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::build::{Scratch, install};

    #[test]
    fn the_parser_is_one_module_that_imports_nothing_and_carries_its_licence() {
        let project = Project::find().unwrap();
        install(&project).unwrap();
        let scratch = Scratch::new(project.target(), "test-vendor").unwrap();
        yaml(&project, &scratch.0).unwrap();
        let module = fs::read_to_string(project.pkg().join("vendor/yaml.js")).unwrap();
        assert!(module.starts_with("/*!\nCopyright Eemeli Aro"), "no licence at its top");
        assert!(module.contains("parseAllDocuments"));
        assert!(!module.lines().any(|line| line.starts_with("import")));
    }
}
