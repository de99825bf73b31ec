//! The one driver of the project: `cargo xtask build | binary | image | demo | shots | test | fuzz | bench | check`.
//!
//! Everything that a fresh machine lacks is installed by the step that needs it, or named
//! together with the command that installs it.

mod binary;
mod build;
mod check;
mod counts;
mod dependencies;
mod fuzz;
mod mutants;
mod process;
mod project;
mod reproduce;
mod suite;
mod tools;
mod tracks;

use std::process::ExitCode;

use anyhow::{Result, bail};
use project::Project;
use tools::{debian, node};

const USAGE: &str = "\
cargo xtask COMMAND

  build          compile the core to wasm and put it where the npm package expects it
  binary [--target PLATFORM | --node PATH]
                 the command line as one executable file, target/binary/multiarch; with a target, in a folder of its own
  image [--base REFERENCE] [--output FOLDER]
                 the command line as a container image, for every platform of an image with Node, as an OCI layout
  demo [--once]  build, show the main job on an in-memory registry and serve the inspector page
  test [SUITE]   install what the tests need, then run every suite, or one, or a folder of one: beside/docker
  fuzz [TARGET] [--seconds N] [--seed S]
                 search every parser, or one, for inputs that break it; what is found becomes a test
  shots          draw every state of the inspector page into target/shots
  bench          sizes, throughput and request counts, each beside its peer
  check          formatting, lints, documentation, the size gate, tidy tests, and the fuzzer for a minute
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let project = Project::find()?;
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["build"] => build::build(&project),
        ["binary", options @ ..] => binary::make(&project, &binary::runtime(options)?),
        ["image", options @ ..] => image(&project, options),
        ["demo", options @ ..] => demo(&project, options),
        ["test"] => suite::run_all(&project),
        ["test", tracks::PREPARED, name] => suite::run_prepared(&project, name),
        ["test", name] => suite::run_one(&project, name),
        ["fuzz", options @ ..] => fuzz::run(&project, options),
        ["bench"] => bench(&project),
        ["shots"] => shots(&project),
        ["check"] => {
            let search: check::Step =
                ("a short search for inputs that break a parser", |project| suite::run_one(project, "fuzz"));
            check::run(&project, &[search])
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("no such command: {}\n\n{USAGE}", words.join(" ")),
    }
}

fn demo(project: &Project, options: &[&str]) -> Result<()> {
    build::build(project)?;
    process::run(node::command(project).arg("xtask/demo/main.mjs").args(options))
}

fn image(project: &Project, options: &[&str]) -> Result<()> {
    build::build(project)?;
    process::run(node::command(project).arg("xtask/image/main.mjs").args(options))
}

fn shots(project: &Project) -> Result<()> {
    build::build(project)?;
    node::install(project, &project.tests())?;
    debian::install(&[debian::DOCKER_REGISTRY])?;
    process::run(node::command(project).arg("tests/page/shots.mjs"))
}

fn bench(project: &Project) -> Result<()> {
    build::build(project)?;
    node::install(project, &project.tests())?;
    debian::install(&[debian::DOCKER_REGISTRY])?;
    process::run(node::command(project).arg("tests/bench/main.mjs"))
}
