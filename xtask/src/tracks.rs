//! Suites behind others: each is run by a driver of its own, and what it prints is shown when it has ended.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use anyhow::{Context, Result};

use crate::counts::Counts;
use crate::process;
use crate::project::Project;

/// `cargo xtask test --prepared SUITE`, for this module alone: what the suite needs has been built and installed.
pub(crate) const PREPARED: &str = "--prepared";

/// Suites that run one after another while the caller does something else.
pub(crate) struct Background {
    names: Sender<&'static str>,
    ended: Receiver<Ended>,
    /// How many have not been shown.
    open: u32,
}

/// What a suite printed, and the counts of its closing line.
struct Ended {
    text: String,
    counts: Counts,
}

impl Background {
    /// Starts with programs that compile what the suites need: whether they succeed is seen when the suites run. All that
    /// runs here has the lowest priority: the tests of the caller wait for nothing that could be done later.
    pub(crate) fn start(project: &Project, ahead: Vec<Command>) -> Result<Background> {
        let driver = env::current_exe().context("the driver does not find itself")?;
        Ok(Background::start_by(driver, project.target().to_owned(), ahead))
    }

    /// Has `driver` run the suites, which write into files in `logs` until they end.
    fn start_by(driver: PathBuf, logs: PathBuf, ahead: Vec<Command>) -> Background {
        let (names, wanted) = mpsc::channel();
        let (sender, ended) = mpsc::channel();
        thread::spawn(move || {
            for program in ahead {
                let _ = patient(&program).output();
            }
            for name in wanted {
                let log = logs.join(format!("suite-{}.log", str::replace(name, "/", "-")));
                if sender.send(Ended::of(name, run(&driver, name, &log))).is_err() {
                    break;
                }
            }
        });
        Background { names, ended, open: 0 }
    }

    /// Adds a suite, for which everything is prepared.
    pub(crate) fn add(&mut self, name: &'static str) -> Result<()> {
        self.open += 1;
        self.names.send(name).context("the suites in the background have stopped")
    }

    /// Prints the suites that have ended since. Returns their counts.
    pub(crate) fn show_ended(&mut self) -> Counts {
        let suites = self.ended.try_iter().collect();
        self.show(suites)
    }

    /// Waits for the suites that are left, and prints each as it ends. Returns their counts.
    pub(crate) fn wait(mut self) -> Counts {
        let mut total = Counts::default();
        while self.open > 0 {
            match self.ended.recv() {
                Ok(suite) => total.add(self.show(vec![suite])),
                Err(_) => {
                    println!("  FAILED  {} suites in the background did not run", self.open);
                    total.failed += self.open;
                    break;
                }
            }
        }
        total
    }

    fn show(&mut self, suites: Vec<Ended>) -> Counts {
        let mut total = Counts::default();
        for suite in suites {
            print!("{}", suite.text);
            total.add(suite.counts);
            self.open -= 1;
        }
        total
    }
}

/// Runs a suite by a driver of its own. Returns what it printed, which the file `log` has while it runs.
fn run(driver: &Path, name: &str, log: &Path) -> Result<String> {
    let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut command = Command::new(driver);
    command.args(["test", PREPARED, name]);
    command = patient(&command);
    command.stderr(output.try_clone()?).stdout(output);
    process::status(&mut command)?;
    let text = fs::read(log)?;
    fs::remove_file(log)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The same command with the lowest priority, where the system has the program for it.
fn patient(command: &Command) -> Command {
    let mut patient = Command::new("nice");
    patient.args(["-n", "19"]).arg(command.get_program());
    if !process::exists("nice") {
        patient = Command::new(command.get_program());
    }
    patient.args(command.get_args());
    patient.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        patient.current_dir(folder);
    }
    patient
}

impl Ended {
    /// A suite without a closing line has failed.
    fn of(name: &str, printed: Result<String>) -> Ended {
        let text = printed.unwrap_or_else(|error| format!("{error:#}\n"));
        let closing =
            text.lines().enumerate().filter_map(|(at, line)| Some((at, Counts::parse(line)?))).last();
        match closing {
            Some((at, counts)) => {
                let shown = text.lines().take(at.saturating_sub(1)).map(|line| format!("{line}\n")).collect();
                Ended { text: shown, counts }
            }
            None => {
                let text = format!("\n{name}\n{text}  FAILED  the suite stopped before it could report\n");
                Ended { text, counts: Counts { failed: 1, ..Counts::default() } }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ended(text: &str) -> (String, Counts) {
        let ended = Ended::of("core", Ok(text.to_owned()));
        (ended.text, ended.counts)
    }

    #[test]
    fn a_suite_is_shown_without_its_closing_line() {
        let counts = Counts { passed: 2, failed: 1, skipped: 0 };
        let text = "\ncore\n  core: 2 passed, 1 failed, 0 skipped in 0.1 s\n\n2 passed, 1 failed, 0 skipped\nxtask: some tests failed\n";
        assert_eq!(
            ended(text),
            ("\ncore\n  core: 2 passed, 1 failed, 0 skipped in 0.1 s\n".to_owned(), counts)
        );
    }

    #[test]
    fn a_suite_that_does_not_report_has_failed() {
        let (text, counts) = ended("\ncore\nthread panicked\n");
        assert_eq!(counts, Counts { failed: 1, ..Counts::default() });
        assert!(text.contains("thread panicked") && text.contains("FAILED"), "{text}");
        let unable = Ended::of("core", Err(anyhow::anyhow!("no such program")));
        assert_eq!((unable.counts.failed, unable.text.contains("no such program")), (1, true));
    }

    #[test]
    #[cfg(unix)]
    fn suites_run_one_after_another_and_all_of_them_count() {
        let logs = env::temp_dir().join(format!("multiarch-tracks-{}", std::process::id()));
        fs::create_dir_all(&logs).unwrap();
        let mut ahead = Command::new("touch");
        ahead.arg("made-ahead").current_dir(&logs).env("LC_ALL", "C");
        let mut background = Background::start_by("echo".into(), logs.clone(), vec![ahead]);
        for name in ["core", "fuzz"] {
            background.add(name).unwrap();
        }
        let suites: Vec<Ended> = background.ended.iter().take(2).collect();
        let shown: String = suites.iter().map(|suite| suite.text.as_str()).collect();
        assert!(shown.starts_with("\ncore\ntest --prepared core\n"), "{shown}");
        assert!(shown.contains("\nfuzz\ntest --prepared fuzz\n"), "{shown}");
        assert_eq!(background.show(suites), Counts { passed: 0, failed: 2, skipped: 0 });
        assert_eq!(background.wait(), Counts::default());
        fs::remove_file(logs.join("made-ahead")).unwrap();
        // The logs are gone.
        fs::remove_dir(&logs).unwrap();
    }

    #[test]
    fn suites_that_did_not_run_have_failed() {
        let (names, _) = mpsc::channel();
        let (_, ended) = mpsc::channel();
        let background = Background { names, ended, open: 2 };
        assert_eq!(background.wait(), Counts { failed: 2, ..Counts::default() });
    }
}
