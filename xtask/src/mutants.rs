//! Mistakes that the tests have to notice: each file of `tests/mutants` is a change of the core, applied to a copy of it.
//!
//! A mutant is made of text: a sentence, the test that must fail, what is found in the sources and what is put there.
//!
//! ```text
//! Redirects go on for twice as long.
//! fails: conversations::every_conversation_goes_as_recorded
//! find:
//!     for _ in 0..=REDIRECTS {
//! put:
//!     for _ in 0..=2 * REDIRECTS {
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::counts::Counts;
use crate::process;
use crate::project::Project;
use crate::tools::rust;

#[derive(Debug, PartialEq, Eq)]
struct Mutant {
    name: String,
    /// The test of `tests/core` that notices.
    fails: String,
    find: String,
    put: String,
}

impl Mutant {
    fn parse(name: &str, text: &str) -> Result<Mutant> {
        let parts = || {
            let (head, rest) = text.split_once("\nfind:\n")?;
            let (find, put) = rest.split_once("\nput:\n")?;
            let fails = head.lines().find_map(|line| line.strip_prefix("fails: "))?;
            let (fails, put) = (fails.to_owned(), put.trim_end_matches('\n').to_owned());
            Some(Mutant { name: name.to_owned(), fails, find: find.to_owned(), put })
        };
        parts().with_context(|| format!("{name} says not what fails, what is found and what is put there"))
    }

    /// The one source that holds the text, and what becomes of it.
    fn apply(&self, sources: &[(PathBuf, String)]) -> Result<(PathBuf, String)> {
        let holding = sources.iter().filter(|(_, text)| text.contains(&self.find)).collect::<Vec<_>>();
        match holding.as_slice() {
            [(path, text)] if text.matches(&self.find).count() == 1 => {
                Ok((path.clone(), text.replace(&self.find, &self.put)))
            }
            [] => bail!("{} does not apply any more: its text is nowhere in src", self.name),
            _ => bail!("{}: its text stands in src more than once", self.name),
        }
    }
}

/// Tries every mutant; one that is not noticed, does not apply or does not compile has failed.
pub(crate) fn count(project: &Project) -> Result<Counts> {
    let mut counts = Counts::default();
    let mutants = read(&project.tests().join("mutants"))?;
    let copy = Copy::make(project)?;
    let sources = sources(&project.root().join("src"))?;
    for mutant in &mutants {
        match copy.try_out(project, mutant, &sources) {
            Ok(()) => counts.passed += 1,
            Err(error) => {
                println!("  FAILED  {}: {error:#}", mutant.name);
                counts.failed += 1;
            }
        }
    }
    println!("  mutants of tests/mutants: {} of {} caught", counts.passed, mutants.len());
    Ok(counts)
}

fn read(folder: &Path) -> Result<Vec<Mutant>> {
    let mut mutants = Vec::new();
    for path in files(folder)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        mutants.push(Mutant::parse(&name, &fs::read_to_string(&path)?)?);
    }
    Ok(mutants)
}

/// The sources of the core: their paths below `src`, and their texts.
fn sources(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut sources = Vec::new();
    for path in files(folder)?.into_iter().filter(|path| path.extension().is_some_and(|it| it == "rs")) {
        let text = fs::read_to_string(&path)?;
        sources.push((path.strip_prefix(folder)?.to_owned(), text));
    }
    Ok(sources)
}

/// The files of a folder and of those in it, in order; what npm installs and what tests leave is left out.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() && name != "node_modules" && name != ".tmp" {
            found.extend(files(&entry.path())?);
        } else if entry.file_type()?.is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// A copy of the core and its tests, which keeps its place from run to run so that Cargo has little to do.
struct Copy {
    root: PathBuf,
}

impl Copy {
    fn make(project: &Project) -> Result<Copy> {
        let copy = Copy { root: project.target().join("mutants") };
        for folder in ["src", "tests"] {
            let wanted = files(&project.root().join(folder))?;
            for path in &wanted {
                copy.write(path.strip_prefix(project.root())?, &fs::read(path)?)?;
            }
            copy.forget(project, folder)?;
        }
        for name in ["Cargo.lock", "README.md"] {
            copy.write(Path::new(name), &fs::read(project.root().join(name))?)?;
        }
        let manifest = fs::read_to_string(project.root().join("Cargo.toml"))?;
        copy.write(Path::new("Cargo.toml"), alone(&manifest).as_bytes())?;
        Ok(copy)
    }

    /// Leaves a file alone that is as it should be: a new time would have it compiled again.
    fn write(&self, path: &Path, contents: &[u8]) -> Result<()> {
        let path = self.root.join(path);
        if fs::read(&path).is_ok_and(|found| found == contents) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(&path, contents).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Removes what the project does not have any more.
    fn forget(&self, project: &Project, folder: &str) -> Result<()> {
        for path in files(&self.root.join(folder))? {
            if !project.root().join(path.strip_prefix(&self.root)?).exists() {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// Succeeds when the mutant's test fails; the copy is as before then.
    fn try_out(&self, project: &Project, mutant: &Mutant, sources: &[(PathBuf, String)]) -> Result<()> {
        let (path, text) = mutant.apply(sources)?;
        let path = Path::new("src").join(path);
        self.write(&path, text.as_bytes())?;
        let outcome = self.outcome(project, &mutant.fails);
        self.write(&path, &fs::read(project.root().join(&path))?)?;
        match outcome?.as_str() {
            "FAILED" => Ok(()),
            "ok" => bail!("`{}` does not notice", mutant.fails),
            _ => bail!("there is no test `{}`", mutant.fails),
        }
    }

    /// Cargo in the copy. Two workspaces with a package of one name need two target folders: their products would have one
    /// name as well.
    fn cargo(&self, project: &Project) -> Command {
        let mut cargo = rust::cargo(project, "test");
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", self.root.join("target"));
        cargo.args(["--quiet", "--test", "core"]);
        cargo
    }

    /// How the one test ended.
    fn outcome(&self, project: &Project, test: &str) -> Result<String> {
        process::run(self.cargo(project).arg("--no-run")).context("it does not compile")?;
        let output = self.cargo(project).args(["--", "--exact", test, "--format", "pretty"]).output()?;
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        let start = format!("test {test} ... ");
        let line = shown.lines().find_map(|line| line.strip_prefix(start.as_str()));
        Ok(line.unwrap_or_default().to_owned())
    }
}

/// The manifest without the other members of the workspace.
fn alone(manifest: &str) -> String {
    let line = |line: &str| {
        if line.starts_with("members = ") { "members = []\n".to_owned() } else { format!("{line}\n") }
    };
    manifest.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_applies() -> Result<()> {
        let project = Project::find()?;
        let mutants = read(&project.tests().join("mutants"))?;
        let sources = sources(&project.root().join("src"))?;
        for mutant in &mutants {
            mutant.apply(&sources)?;
        }
        assert!(mutants.len() >= 7, "only {} mutants", mutants.len());
        Ok(())
    }

    #[test]
    fn a_mutant_is_read_and_applied_once() -> Result<()> {
        let text =
            "Twice as long.\nfails: a::b\nfind:\n  for _ in 0..=MOST {\nput:\n  for _ in 0..=2 * MOST {\n";
        let mutant = Mutant::parse("long", text)?;
        assert_eq!(mutant.fails, "a::b");
        let source = |text: &str| (PathBuf::from("a.rs"), text.to_owned());
        let (_, changed) = mutant.apply(&[source("x\n  for _ in 0..=MOST {\ny"), source("z")])?;
        assert_eq!(changed, "x\n  for _ in 0..=2 * MOST {\ny");
        assert!(mutant.apply(&[source("x")]).is_err());
        assert!(mutant.apply(&[source("  for _ in 0..=MOST {\n  for _ in 0..=MOST {")]).is_err());
        assert!(Mutant::parse("nothing", "find:\n").is_err());
        Ok(())
    }

    #[test]
    fn a_copy_is_no_workspace() {
        assert_eq!(alone("[workspace]\nmembers = [\"xtask\"]\n"), "[workspace]\nmembers = []\n");
    }
}
