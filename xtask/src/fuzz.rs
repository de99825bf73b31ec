//! The fuzzer: which targets there are, and how a search is started.
//!
//! A target is a file in `tests/fuzz/targets`: a `.rs` one is a test of `cargo test --test fuzz`, a `.mjs` one a test of
//! `node --test tests/fuzz`. How long and from which seed they search is in their environment.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::tools::{node, rust};
use crate::{build, process};

/// How long each target is searched where no option says.
const SECONDS: u64 = 10;
const SEED: u64 = 1;

/// What the test suite gives each target: the same rounds from the same seed, for two seconds.
pub(crate) const SHORT: [(&str, &str); 2] = [("MULTIARCH_FUZZ_SECONDS", "2"), ("MULTIARCH_FUZZ_SEED", "1")];

/// What `cargo test` takes to build and run the targets in Rust.
pub(crate) const CARGO: [&str; 6] = ["--package", "multiarch", "--profile", "fuzz", "--test", "fuzz"];

#[derive(Debug, PartialEq, Eq)]
struct Search<'a> {
    target: Option<&'a str>,
    seconds: u64,
    seed: u64,
}

impl<'a> Search<'a> {
    fn parse(words: &[&'a str]) -> Result<Search<'a>> {
        let mut search = Search { target: None, seconds: SECONDS, seed: SEED };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--seconds" | "--seed" => {
                    let value = words.next().with_context(|| format!("{word} takes a number"))?;
                    let number =
                        value.parse().with_context(|| format!("{word} takes a number, not {value}"))?;
                    *(if *word == "--seed" { &mut search.seed } else { &mut search.seconds }) = number;
                }
                flag if flag.starts_with('-') => bail!("no such option: {flag}"),
                target if search.target.is_none() => search.target = Some(target),
                other => bail!("one target at a time, or all of them: {other}"),
            }
        }
        Ok(search)
    }
}

/// `cargo xtask fuzz [TARGET] [--seconds N] [--seed S]`
pub(crate) fn run(project: &Project, words: &[&str]) -> Result<()> {
    let search = Search::parse(words)?;
    let (rust, javascript) = targets(project)?;
    let is_wanted =
        |names: &[String]| search.target.is_none_or(|target| names.iter().any(|name| name == target));
    if !is_wanted(&rust) && !is_wanted(&javascript) {
        let names = [rust, javascript].concat().join(", ");
        bail!("no such target: {}. There are {names}", search.target.unwrap_or_default());
    }
    let environment = [
        ("MULTIARCH_FUZZ_SECONDS", search.seconds.to_string()),
        ("MULTIARCH_FUZZ_SEED", search.seed.to_string()),
    ];
    if is_wanted(&rust) {
        let mut cargo = rust::cargo(project, "test");
        cargo.arg("--quiet").args(CARGO).args(["--", "--nocapture", "--test-threads=1"]);
        if let Some(target) = search.target {
            cargo.args(["--exact", &target.replace('-', "_")]);
        }
        process::run(cargo.envs(environment.clone()))?;
    }
    if is_wanted(&javascript) {
        build::build(project)?;
        let mut node = node::command(project);
        node.args(["--test", "--test-reporter=spec", "tests/fuzz/fuzz.test.mjs"]).envs(environment);
        process::run(node.env("MULTIARCH_FUZZ_TARGET", search.target.unwrap_or_default()))?;
    }
    Ok(())
}

/// The names of the targets in Rust and of those in JavaScript.
fn targets(project: &Project) -> Result<(Vec<String>, Vec<String>)> {
    let folder = project.tests().join("fuzz/targets");
    let (mut rust, mut javascript) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        match name.rsplit_once('.') {
            Some((stem, "rs")) => rust.push(stem.replace('_', "-")),
            Some((stem, "mjs")) => javascript.push(stem.to_owned()),
            _ => {}
        }
    }
    rust.sort();
    javascript.sort();
    Ok((rust, javascript))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read() {
        let parse = |words: &[&'static str]| Search::parse(words).ok();
        assert_eq!(parse(&[]), Some(Search { target: None, seconds: SECONDS, seed: SEED }));
        let all = parse(&["--seed", "7", "json", "--seconds", "60"]);
        assert_eq!(all, Some(Search { target: Some("json"), seconds: 60, seed: 7 }));
        for wrong in [&["--seed"][..], &["--seed", "x"], &["--rounds"], &["json", "url"]] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn targets_are_files() -> Result<()> {
        let (rust, javascript) = targets(&Project::find()?)?;
        assert!(rust.iter().any(|name| name == "retry-after"), "{rust:?}");
        assert!(javascript.iter().any(|name| name == "credentials"), "{javascript:?}");
        Ok(())
    }
}
