//! Licences, sources and bans of the crates that anything here is built of: what `deny.toml` says.
//!
//! The three rules are checked here, so that they hold on every machine. cargo-deny checks them too, and duplicates and wildcards,
//! where it is installed; the workflow installs it, and checks the advisories, which change without a change here.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::project::Project;
use crate::tools::rust;

/// Where crates may come from.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Fails on the first crate that breaks a rule.
pub(crate) fn check(project: &Project) -> Result<()> {
    let rules = Rules::parse(&fs::read_to_string(project.root().join("deny.toml"))?)?;
    for (_, package) in crates(project, &rules.targets)? {
        rules.judge(&package)?;
    }
    if !process::exists("cargo-deny") {
        println!(
            "  cargo-deny is missing and was not run: `cargo install cargo-deny --locked` adds what it checks"
        );
        return Ok(());
    }
    let mut deny = rust::cargo(project, "deny");
    process::run(deny.args(["--log-level", "error", "check", "bans", "licenses", "sources"]))
}

/// The crates of all targets by their ids, without those of this workspace.
fn crates(project: &Project, targets: &[String]) -> Result<BTreeMap<String, Value>> {
    let mut found = BTreeMap::new();
    for target in targets {
        let mut cargo = rust::cargo(project, "metadata");
        cargo.args(["--format-version", "1", "--locked", "--filter-platform", target]);
        let metadata: Value = serde_json::from_str(&process::read(&mut cargo)?)?;
        let packages =
            metadata.get("packages").and_then(Value::as_array).context("cargo lists no packages")?;
        let theirs = packages.iter().filter(|package| !text(package, "source").is_empty());
        found.extend(theirs.map(|package| (text(package, "id").to_owned(), package.clone())));
    }
    Ok(found)
}

/// What this file reads of `deny.toml`.
struct Rules {
    targets: Vec<String>,
    licences: Vec<String>,
    banned: Vec<String>,
}

impl Rules {
    fn parse(text: &str) -> Result<Rules> {
        let line = |start: &str| {
            text.lines().find(|line| line.starts_with(start)).with_context(|| format!("no {start}"))
        };
        let banned = text.lines().filter_map(|line| line.trim().strip_prefix("{ name = "));
        Ok(Rules {
            targets: quoted(line("targets = [")?),
            licences: quoted(line("allow = [")?),
            banned: banned.filter_map(|rest| quoted(rest).into_iter().next()).collect(),
        })
    }

    fn judge(&self, package: &Value) -> Result<()> {
        let [name, licence, source] = ["name", "license", "source"].map(|key| text(package, key));
        if self.banned.iter().any(|banned| banned == name) {
            bail!("{name} is banned by deny.toml");
        }
        if source != SOURCE {
            bail!("{name} comes from {source}, which deny.toml does not know");
        }
        if !self.allows(licence) {
            bail!("{name} has the licence {licence:?}, which deny.toml does not allow");
        }
        Ok(())
    }

    /// Whether an SPDX expression can be met: one licence of alternatives is allowed, and all where all of them hold.
    fn allows(&self, expression: &str) -> bool {
        let every = expression.split(" AND ");
        every.map(|part| part.replace('/', " OR ")).all(|part| {
            let mut one_of = part.split(" OR ").map(|name| name.trim_matches([' ', '(', ')']));
            one_of.any(|name| self.licences.iter().any(|allowed| allowed == name))
        })
    }
}

/// A member that is a text; empty where it is absent.
fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The texts between quotes of a line.
fn quoted(line: &str) -> Vec<String> {
    line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules() -> Rules {
        let project = Project::find().unwrap();
        Rules::parse(&fs::read_to_string(project.root().join("deny.toml")).unwrap()).unwrap()
    }

    #[test]
    fn the_rules_are_those_of_the_file() {
        let Rules { targets, licences, banned } = rules();
        assert_eq!(targets, ["wasm32-unknown-unknown", "x86_64-unknown-linux-gnu"]);
        assert!(licences.contains(&"MIT".to_owned()) && banned.contains(&"regex".to_owned()));
    }

    #[test]
    fn every_crate_keeps_them() {
        let project = Project::find().unwrap();
        let rules = rules();
        let found = crates(&project, &rules.targets).unwrap();
        assert!(found.len() > 50, "only {} crates", found.len());
        for package in found.values() {
            rules.judge(package).unwrap();
        }
    }

    #[test]
    fn what_breaks_one_is_named() {
        let package = |name: &str, licence: &str, source: &str| {
            let judged = rules().judge(&json!({ "name": name, "license": licence, "source": source }));
            judged.err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert_eq!(package("a", "MIT OR Apache-2.0", SOURCE), "");
        assert_eq!(package("a", "MIT/Apache-2.0", SOURCE), "");
        assert_eq!(package("a", "(MIT OR GPL-3.0) AND Unicode-3.0", SOURCE), "");
        assert!(package("a", "(MIT OR GPL-3.0) AND GPL-2.0", SOURCE).contains("a has the licence"));
        assert!(package("a", "", SOURCE).contains("the licence \"\""));
        assert!(package("regex", "MIT", SOURCE).contains("regex is banned"));
        assert!(package("a", "MIT", "git+https://example.com/a").contains("a comes from git+https"));
    }
}
