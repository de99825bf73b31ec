//! The tests, suite by suite, and the one line that sums them up.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::slice;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::counts::Counts;
use crate::process;
use crate::project::{self, Project};
use crate::tools::debian::{self, Program};
use crate::tools::{node, rust};
use crate::tracks::Background;
use crate::{binary, build, check, fuzz, mutants, reproduce};

struct Suite<'a> {
    name: &'a str,
    kind: Kind,
    track: Track,
}

/// When a suite runs, where all of them do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Track {
    /// While those of the foreground run, on what they leave of the machine: compilers, bundlers and others that are not
    /// sensitive to load.
    Background,
    /// Shown as it goes.
    Foreground,
    /// After all others: suites that wait for a browser.
    Alone,
}

#[derive(Clone, Copy)]
enum Kind {
    /// The static checks.
    Check,
    /// `cargo test` of a package.
    Rust(&'static str),
    /// `cargo test` of the core, with each guard switched off once, and then with every mistake of `tests/mutants`.
    Mutants,
    /// A short search of every target of the fuzzer.
    Fuzz,
    /// A second build elsewhere, compared byte for byte.
    Reproduce,
    /// `node --test` of the files in `tests/NAME` and the folders in it.
    Node,
}

const SUITES: [Suite<'_>; 14] = [
    Suite { name: "check", kind: Kind::Check, track: Track::Background },
    Suite { name: "core", kind: Kind::Rust("multiarch"), track: Track::Background },
    Suite { name: "zstd", kind: Kind::Rust("multiarch-zstd"), track: Track::Background },
    Suite { name: "mutants", kind: Kind::Mutants, track: Track::Background },
    Suite { name: "fuzz", kind: Kind::Fuzz, track: Track::Background },
    Suite { name: "xtask", kind: Kind::Rust("xtask"), track: Track::Background },
    Suite { name: "reproduce", kind: Kind::Reproduce, track: Track::Background },
    Suite { name: "pkg", kind: Kind::Node, track: Track::Foreground },
    Suite { name: "hostile", kind: Kind::Node, track: Track::Foreground },
    Suite { name: "beside", kind: Kind::Node, track: Track::Foreground },
    Suite { name: BUNDLERS, kind: Kind::Node, track: Track::Background },
    Suite { name: "soak", kind: Kind::Node, track: Track::Foreground },
    Suite { name: "hosts", kind: Kind::Node, track: Track::Foreground },
    Suite { name: "page", kind: Kind::Node, track: Track::Alone },
];

/// The suite that has tools of its own: bundlers and frameworks.
const BUNDLERS: &str = "bundlers";

/// What the suites of kind [`Kind::Node`] start besides Node.
const PROGRAMS: [Program; 11] = [
    debian::DOCKER_REGISTRY,
    Program { command: "fish", package: "fish" },
    Program { command: "man", package: "man-db" },
    Program { command: "zsh", package: "zsh" },
    Program { command: "jq", package: "jq" },
    Program { command: "make", package: "make" },
    Program { command: "htpasswd", package: "apache2-utils" },
    Program { command: "openssl", package: "openssl" },
    Program { command: "skopeo", package: "skopeo" },
    Program { command: "chromium", package: "chromium" },
    Program { command: "firefox-esr", package: "firefox-esr" },
];

/// The arguments of `cargo test` that switch each guard off once; the last one is the test.
const MUTANTS: [&str; 7] = ["--package", "multiarch", "--features", "mutants", "--test", "core", "mutants"];

/// A test that takes longer hangs.
const TIMEOUT_MS: u32 = 420_000;

/// Runs every suite, on two tracks: a suite of either leaves a core idle most of the time.
pub(crate) fn run_all(project: &Project) -> Result<()> {
    let on = |track| SUITES.iter().filter(move |suite| suite.track == track);
    let mut background = Background::start(project, compiled_ahead(project))?;
    prepare(project, &SUITES)?;
    for suite in on(Track::Background) {
        background.add(suite.name)?;
    }
    let mut total = Counts::default();
    for suite in on(Track::Foreground) {
        total.add(suite.report(project));
        total.add(background.show_ended());
    }
    total.add(background.wait());
    for suite in on(Track::Alone) {
        total.add(suite.report(project));
    }
    close(total)
}

/// The tests of the core and the fuzzer, compiled while the package is built: that takes one core, and none of what it
/// makes.
fn compiled_ahead(project: &Project) -> Vec<Command> {
    [&["--package", "multiarch"][..], &MUTANTS[..6], &fuzz::CARGO]
        .into_iter()
        .map(|what| {
            let mut command = rust::cargo(project, "test");
            command.args(["--quiet", "--no-run"]).args(what);
            command
        })
        .collect()
}

/// Runs the suite `name`, or the part of one of kind [`Kind::Node`] that lies in a folder: `pkg/node`.
pub(crate) fn run_one(project: &Project, name: &str) -> Result<()> {
    let suite = find(project, name)?;
    prepare(project, slice::from_ref(&suite))?;
    close(suite.report(project))
}

/// Runs the suite `name` for a driver that has prepared everything.
pub(crate) fn run_prepared(project: &Project, name: &str) -> Result<()> {
    close(find(project, name)?.report(project))
}

/// The suite of this name, or the part of one.
fn find<'a>(project: &Project, name: &'a str) -> Result<Suite<'a>> {
    let is_part =
        |suite: &Suite<'_>| matches!(suite.kind, Kind::Node) && name.starts_with(&format!("{}/", suite.name));
    let is_folder = || !name.contains("..") && project.tests().join(name).is_dir();
    match SUITES.iter().find(|suite| suite.name == name || is_part(suite) && is_folder()) {
        Some(suite) => Ok(Suite { name, kind: suite.kind, track: suite.track }),
        None => {
            let names = SUITES.map(|suite| suite.name).join(", ");
            bail!(
                "no such suite: {name}. There are {names}, and the folders in tests/pkg, tests/beside and so on"
            )
        }
    }
}

/// The closing line of a run.
fn close(total: Counts) -> Result<()> {
    println!("\n{}", total.line());
    if total.failed > 0 {
        bail!("some tests failed");
    }
    Ok(())
}

fn prepare(project: &Project, suites: &[Suite<'_>]) -> Result<()> {
    let is_node = suites.iter().any(|suite| matches!(suite.kind, Kind::Node));
    let is_built = is_node
        || suites.iter().any(|suite| matches!(suite.kind, Kind::Check | Kind::Fuzz | Kind::Reproduce));
    // What npm and apt fetch takes time and no core, and nothing of the package.
    thread::scope(|scope| {
        let tools = is_node.then(|| scope.spawn(|| install_tools(project, suites)));
        if is_built {
            build::build(project)?;
        }
        tools.map_or(Ok(()), |tools| tools.join().unwrap_or_else(|_| bail!("tools were not installed")))
    })?;
    if is_node {
        // The package among the tools of the tests is a link to what was built.
        node::install(project, &project.tests())?;
    }
    if suites.iter().any(|suite| suite.name.split('/').next() == Some("hosts")) {
        binary::make(project, &binary::Runtime::Pinned)?;
        binary::fetch_all(project)?;
    }
    Ok(())
}

/// What the suites of kind [`Kind::Node`] need besides the package and the tools of the tests.
fn install_tools(project: &Project, suites: &[Suite<'_>]) -> Result<()> {
    if suites.iter().any(|suite| Path::new(suite.name).starts_with(BUNDLERS)) {
        node::install(project, &project.tests().join(BUNDLERS))?;
    }
    debian::install(&PROGRAMS)?;
    require_docker(project::is_ci(), process::exists("docker"))
}

/// The docker command line is an oracle: which version it is matters, so it is never installed by the way.
fn require_docker(is_ci: bool, exists: bool) -> Result<()> {
    match (exists, is_ci) {
        (true, _) => {}
        (false, true) => bail!("docker is missing, and with CI set nothing may be left out"),
        (false, false) => println!("docker is missing: outputs recorded from it stand in for the real one"),
    }
    Ok(())
}

/// A suite that could not run, ran nothing, or left something out unattended has failed.
fn judge(result: Result<Counts>, is_ci: bool) -> Counts {
    let mut counts = result.unwrap_or_else(|error| {
        println!("  FAILED  {error:#}");
        Counts { failed: 1, ..Counts::default() }
    });
    if counts == Counts::default() {
        println!("  FAILED  no test ran");
        counts.failed = 1;
    }
    if is_ci && counts.skipped > 0 {
        println!("  FAILED  tests were skipped");
        counts.failed += 1;
    }
    counts
}

impl Suite<'_> {
    /// Runs the suite and prints how it went.
    fn report(&self, project: &Project) -> Counts {
        println!("\n{}", self.name);
        let start = Instant::now();
        let counts = judge(self.run(project), project::is_ci());
        println!("  {}: {} in {:.1} s", self.name, counts.line(), start.elapsed().as_secs_f32());
        counts
    }

    fn run(&self, project: &Project) -> Result<Counts> {
        match self.kind {
            Kind::Check => check::count(project),
            Kind::Rust(package) => rust_tests(project, &["--no-fail-fast", "--package", package], &[]),
            Kind::Mutants => {
                let mut counts = rust_tests(project, &MUTANTS, &[])?;
                counts.add(mutants::count(project)?);
                Ok(counts)
            }
            Kind::Fuzz => {
                let mut counts = rust_tests(project, &fuzz::CARGO, &fuzz::SHORT)?;
                counts.add(node_tests(project, self.name, &fuzz::SHORT)?);
                Ok(counts)
            }
            Kind::Reproduce => reproduce::run(project),
            Kind::Node => node_tests(project, self.name, &[]),
        }
    }
}

/// What a suite's tests find in their environment.
type Environment<'a> = &'a [(&'a str, &'a str)];

fn rust_tests(project: &Project, what: &[&str], environment: Environment<'_>) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut command = rust::cargo(project, "test");
    command.arg("--quiet").args(what).args(["--", "--format", "pretty"]);
    command.envs(environment.iter().copied());
    if what.contains(&"mutants") {
        // The test says how many were caught.
        command.arg("--nocapture");
    }
    let status = process::watch(&mut command, |line| match parse_result(line) {
        Some(found) => counts.add(found),
        None if line.ends_with("... ok") || line.is_empty() || line.starts_with("running ") => {}
        None => println!("  {line}"),
    })?;
    if !status.success() && counts.failed == 0 {
        bail!("cargo test failed without a failing test ({status})");
    }
    Ok(counts)
}

/// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn parse_result(line: &str) -> Option<Counts> {
    let (_, figures) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = Counts::default();
    for figure in figures.split("; ") {
        match figure.split_once(' ') {
            Some((number, "passed")) => counts.passed = number.parse().ok()?,
            Some((number, "failed")) => counts.failed = number.parse().ok()?,
            Some((number, "ignored")) => counts.skipped = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

fn node_tests(project: &Project, name: &str, environment: Environment<'_>) -> Result<Counts> {
    let files = test_files(&project.tests().join(name))?;
    if files.is_empty() {
        return Ok(Counts::default());
    }
    let report =
        project.target().join(format!("tests-{}-{}.txt", name.replace('/', "-"), std::process::id()));
    let status = process::status(node_command(project, &files, &report).envs(environment.iter().copied()))?;
    let text = fs::read_to_string(&report).context("the test runner stopped before it could report")?;
    fs::remove_file(&report)?;
    let counts = parse_report(&text).context("the test runner's report cannot be read")?;
    if !status.success() && counts.failed == 0 {
        bail!("the test runner failed without a failing test ({status})");
    }
    Ok(counts)
}

/// One file at a time: the suites start registries and browsers, and two cores are all there may be.
fn node_command(project: &Project, files: &[PathBuf], report: &Path) -> Command {
    let mut command = node::command(project);
    command.args(["--test", "--test-concurrency=1", "--test-reporter=./xtask/reporter.mjs"]);
    command.arg(format!("--test-timeout={TIMEOUT_MS}")).args(files).env("XTASK_REPORT", report);
    command
}

/// The files of tests in a folder and in the folders below it, in the order of their paths. What was installed or made
/// there is left out.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "node_modules" || name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            files.extend(test_files(&entry.path())?);
        } else if name.ends_with(".test.mjs") {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Reads the reporter's `passed failed skipped`.
fn parse_report(text: &str) -> Option<Counts> {
    let mut figures = text.split_whitespace().map(|figure| figure.parse().ok());
    Some(Counts { passed: figures.next()??, failed: figures.next()??, skipped: figures.next()?? })
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn cargo_results_are_read() {
        let line = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.02s";
        assert_eq!(parse_result(line), Some(Counts { passed: 12, failed: 1, skipped: 2 }));
        assert_eq!(parse_result("test digest::tests::it ... ok"), None);
    }

    #[test]
    fn reports_are_read() {
        assert_eq!(parse_report("4 0 1\n"), Some(Counts { passed: 4, failed: 0, skipped: 1 }));
        assert_eq!(parse_report("4 0"), None);
    }

    #[test]
    fn a_suite_that_ran_nothing_has_failed() {
        assert_eq!(judge(Ok(Counts::default()), false).failed, 1);
        assert_eq!(judge(Err(anyhow!("no such folder")), false).failed, 1);
    }

    #[test]
    fn skipping_is_a_failure_where_nobody_watches() {
        let counts = Counts { passed: 3, failed: 0, skipped: 1 };
        assert_eq!(judge(Ok(counts), false), counts);
        assert_eq!(judge(Ok(counts), true).failed, 1);
    }

    #[test]
    fn docker_may_be_missing_only_where_somebody_watches() {
        assert!(require_docker(false, false).is_ok());
        assert!(require_docker(true, false).is_err());
        assert!(require_docker(true, true).is_ok());
    }

    #[test]
    fn a_folder_is_a_part_of_its_suite() -> Result<()> {
        let project = Project::find()?;
        let is_suite = |name| find(&project, name).is_ok();
        assert!(is_suite("pkg") && is_suite("pkg/node/credentials") && is_suite("beside/docker"));
        assert!(!is_suite("pkg/nothing") && !is_suite("pkg/../support") && !is_suite("support"));
        let files = test_files(&project.tests().join("beside"))?;
        assert!(files.len() > test_files(&project.tests().join("beside/docker"))?.len());
        let files = test_files(&project.tests().join(BUNDLERS))?;
        assert!(
            !files.is_empty() && !files.iter().any(|file| file.to_string_lossy().contains("node_modules"))
        );
        Ok(())
    }
}
