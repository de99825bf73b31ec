//! The static checks of the project: formatting, lints, sizes, licences and the rules of the house.

use anyhow::{Result, bail};

use crate::build;
use crate::counts::Counts;
use crate::dependencies;
use crate::process;
use crate::project::Project;
use crate::tools::{node, rust};

/// What the binary may weigh, in bytes with gzip: a budget for the whole core at this stage. Readable code comes before
/// bytes; raising the budget takes a line in the changelog.
const MAX_GZIP: u32 = 457_000;

/// The same for the core that only reads.
const MAX_GZIP_READER: u32 = 195_000;

/// The same for the core of the inspector's first view.
const MAX_GZIP_PROXIED: u32 = 138_000;

/// What the inspector fetches before it shows an image, in bytes with brotli.
const MAX_FIRST_VIEW: u32 = 156_000;

/// A named check; the names are what a failure is reported under.
pub(crate) type Step = (&'static str, fn(&Project) -> Result<()>);

const STEPS: [Step; 7] = [
    ("formatting", formatting),
    ("lints", lints),
    ("lints of the wasm build", wasm_lints),
    ("documentation", documentation),
    ("size", size),
    ("size of the page", first_view),
    ("licences and sources of dependencies", dependencies::check),
];

/// Runs every check, and `further` ones that are suites of the tests, or parts of one. Fails if one of them does.
pub(crate) fn run(project: &Project, further: &[Step]) -> Result<()> {
    rust::add_components()?;
    build::build(project)?;
    let steps = [&STEPS[..], &[("tidy", tidy)], further].concat();
    let counts = run_steps(project, &steps);
    if counts.failed > 0 {
        bail!("{} of {} checks failed", counts.failed, steps.len());
    }
    Ok(())
}

/// The checks as a suite of the tests, which run the others by themselves.
pub(crate) fn count(project: &Project) -> Result<Counts> {
    rust::add_components()?;
    Ok(run_steps(project, &STEPS))
}

fn run_steps(project: &Project, steps: &[Step]) -> Counts {
    let mut counts = Counts::default();
    for (name, step) in steps {
        match step(project) {
            Ok(()) => {
                counts.passed += 1;
                println!("  ok      {name}");
            }
            Err(error) => {
                counts.failed += 1;
                println!("  FAILED  {name}: {error:#}");
            }
        }
    }
    counts
}

fn formatting(project: &Project) -> Result<()> {
    process::run(rust::cargo(project, "fmt").args(["--all", "--check"]))
}

fn lints(project: &Project) -> Result<()> {
    let mut clippy = rust::cargo(project, "clippy");
    clippy.args(["--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
    process::run(&mut clippy)
}

fn wasm_lints(project: &Project) -> Result<()> {
    let mut clippy = rust::cargo(project, "clippy");
    clippy.args(["--quiet", "--package", "multiarch", "--package", "multiarch-readonly"]);
    clippy.args(["--package", "multiarch-proxied", "--package", "multiarch-zstd"]);
    clippy.args(["--lib", "--target", rust::WASM]);
    process::run(clippy.args(["--", "--deny", "warnings"]))
}

fn documentation(project: &Project) -> Result<()> {
    let mut doc = rust::cargo(project, "doc");
    doc.args(["--quiet", "--package", "multiarch", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings");
    process::run(&mut doc)
}

fn size(project: &Project) -> Result<()> {
    let most = [MAX_GZIP, MAX_GZIP_READER, MAX_GZIP_PROXIED];
    build::binaries(project).into_iter().zip(most).try_for_each(|(binary, most)| {
        let mut measure = node::command(project);
        process::run(measure.arg("tests/bench/sizes.mjs").arg(binary).arg(most.to_string()))
    })
}

fn first_view(project: &Project) -> Result<()> {
    build::first_view(project, Some(MAX_FIRST_VIEW))
}

fn tidy(project: &Project) -> Result<()> {
    process::run(rust::cargo(project, "test").args(["--quiet", "--test", "core", "tidy"]))
}
