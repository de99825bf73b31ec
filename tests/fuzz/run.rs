//! Runs a target: the stored cases, then mutated seeds; and makes what fails small.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Once};
use std::time::{Duration, Instant};

use multiarch::error::Error;

use crate::memory::measured;
use crate::mutate::{is_kept, mutated};
use crate::random::Random;

/// How many rounds are made without a time.
const ROUNDS: u64 = 400;
const SEED: u64 = 1;
/// How many inputs are kept to be mutated, seeds included.
const CORPUS: usize = 4_000;
/// After this a round hangs.
const HANG: Duration = Duration::from_secs(30);
/// How long making a failure smaller may take.
const SHRINKING: Duration = Duration::from_secs(10);

/// A parser under test.
pub(crate) struct Target {
    /// Its name on the command line, with underscores.
    pub(crate) name: &'static str,
    /// What mutation starts from.
    pub(crate) seeds: Vec<Vec<u8>>,
    /// Words of its language.
    pub(crate) words: &'static [&'static str],
    /// Parses an input and checks the properties. Gives a number for the way that it ended, see [`kind`].
    pub(crate) round: fn(&[u8]) -> u64,
}

/// What went wrong with an input.
struct Failure {
    message: String,
    /// Two failures with one place are the same fault.
    place: String,
}

/// A number for the way that a round ended.
pub(crate) fn kind(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The way that a round ended in an error: its code and its words up to what they quote.
pub(crate) fn kind_of(error: &Error) -> u64 {
    let words = error.message().split(|c: char| c.is_ascii_digit() || c == '"').next();
    kind(&[error.code().as_str(), words.unwrap_or_default()])
}

thread_local! {
    /// While a round runs: where and why it panicked.
    static PANIC: RefCell<Option<Failure>> = const { RefCell::new(None) };
    static IS_TRYING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Has panics of rounds noted instead of printed.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let otherwise = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_TRYING.get() {
                return otherwise(panic);
            }
            let payload = panic.payload();
            let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            PANIC.set(Some(Failure { message: format!("{text} ({place})"), place }));
        }));
    });
}

/// A search has the optimised build; the ordinary tests have not, and share the machine.
fn patience() -> u32 {
    if std::env::var_os("MULTIARCH_FUZZ_SECONDS").is_some() { 1 } else { 10 }
}

fn attempt(target: &Target, input: &[u8]) -> Result<u64, Failure> {
    let start = Instant::now();
    IS_TRYING.set(true);
    let (result, held) = measured(|| catch_unwind(AssertUnwindSafe(|| (target.round)(input))));
    IS_TRYING.set(false);
    let Ok(kind) = result else {
        return Err(PANIC.take().unwrap_or(Failure { message: "a panic".to_owned(), place: String::new() }));
    };
    let most = (2 << 20) + 512 * input.len();
    if held > most {
        let message = format!("it holds {held} bytes for an input of {}; at most {most}", input.len());
        return Err(Failure { message, place: "memory".to_owned() });
    }
    let limit = patience() * (Duration::from_millis(100) + Duration::from_micros(8) * input.len() as u32);
    let mut took = start.elapsed();
    // Other programs have the processor too: what is slow is slow every time.
    for _ in 0..3 {
        if took <= limit {
            return Ok(kind);
        }
        let again = Instant::now();
        let _ = (target.round)(input);
        took = took.min(again.elapsed());
    }
    let message = format!("it takes {took:?} for an input of {} bytes; at most {limit:?}", input.len());
    if took > limit { Err(Failure { message, place: "time".to_owned() }) } else { Ok(kind) }
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

fn folder(target: &Target) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/cases").join(target.name)
}

/// Everything of a target. Panics when a case or a round fails.
pub(crate) fn run(target: &Target) {
    listen();
    let watched = Watched::new(target);
    let cases = stored(target);
    for (name, case) in &cases {
        watched.see(case);
        if let Err(failure) = attempt(target, case) {
            panic!("{name} of {}: {}\n  {}", target.name, failure.message, shown(case));
        }
    }
    search(target, &watched, cases.len());
}

fn stored(target: &Target) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(folder(target)).into_iter().flatten();
    let mut cases: Vec<_> = files
        .map(|file| file.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    cases.sort();
    cases
}

fn search(target: &Target, watched: &Watched, cases: usize) {
    let (seconds, seed) = (number("MULTIARCH_FUZZ_SECONDS"), number("MULTIARCH_FUZZ_SEED").unwrap_or(SEED));
    let mut random = Random::new(seed ^ kind(&[target.name]));
    let mut corpus = target.seeds.clone();
    assert!(!corpus.is_empty(), "{} has no seeds", target.name);
    let mut kinds = HashSet::new();
    let start = Instant::now();
    let mut rounds = 0_u64;
    loop {
        let is_over = match seconds {
            Some(seconds) => rounds.is_multiple_of(64) && start.elapsed() >= Duration::from_secs(seconds),
            None => rounds == ROUNDS.max(target.seeds.len() as u64),
        };
        if is_over {
            break;
        }
        let input = match target.seeds.get(rounds as usize) {
            Some(seed) => seed.clone(),
            None => mutated(&mut random, &corpus, target.words),
        };
        rounds += 1;
        watched.see(&input);
        match attempt(target, &input) {
            Ok(kind) => {
                if kinds.insert(kind) && is_kept(&input) && corpus.len() < CORPUS {
                    corpus.push(input);
                }
            }
            Err(failure) => {
                let (length, (input, failure)) = (input.len(), smaller(target, watched, input, failure));
                let round = format!("round {rounds} of seed {seed}, {} bytes of {length}", input.len());
                give_up(target, &round, &input, &failure)
            }
        }
    }
    let each = rounds as f64 / start.elapsed().as_secs_f64().max(1e-9);
    println!(
        "{}: {cases} cases, {rounds} rounds, {each:.0} a second, {} ways to end, seed {seed}",
        target.name,
        kinds.len()
    );
}

/// Stores the input of a round and fails.
fn give_up(target: &Target, round: &str, input: &[u8], failure: &Failure) -> ! {
    let path = store(target, input);
    panic!("{} fails: {}\n  {round}, stored as {path}\n  {}", target.name, failure.message, shown(input));
}

/// An input as a terminal can show it, cut.
fn shown(input: &[u8]) -> String {
    let cut = if input.len() > 2_000 { " …" } else { "" };
    format!("{}{cut}", input[..input.len().min(2_000)].escape_ascii())
}

fn store(target: &Target, input: &[u8]) -> String {
    let name = format!("{:016x}", kind(&[&input.escape_ascii().to_string()]));
    let folder = folder(target);
    let path = folder.join(name);
    match fs::create_dir_all(&folder).and_then(|()| fs::write(&path, input)) {
        Ok(()) => path.display().to_string(),
        Err(error) => format!("nothing ({error})"),
    }
}

/// Leaves out parts and puts plain letters in the place of bytes for as long as the same fault shows.
fn smaller(
    target: &Target,
    watched: &Watched,
    mut input: Vec<u8>,
    mut failure: Failure,
) -> (Vec<u8>, Failure) {
    let start = Instant::now();
    let fails = |candidate: &[u8], place: &str| {
        watched.see(candidate);
        (start.elapsed() < SHRINKING)
            .then(|| attempt(target, candidate).err().filter(|failure| failure.place == place))
            .flatten()
    };
    let mut size = input.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < input.len() {
            let mut candidate = input.clone();
            candidate.drain(at..(at + size).min(input.len()));
            match fails(&candidate, &failure.place) {
                Some(found) => (input, failure) = (candidate, found),
                None => at += size,
            }
        }
        size /= 2;
    }
    for at in 0..input.len() {
        for plain in [b'a', b'0'] {
            let mut candidate = input.clone();
            if std::mem::replace(&mut candidate[at], plain) == plain {
                break;
            }
            if let Some(found) = fails(&candidate, &failure.place) {
                (input, failure) = (candidate, found);
                break;
            }
        }
    }
    (input, failure)
}

/// The input of the round that runs, and since when. A thread looks at it, since nothing ends a round that hangs.
struct Watched(Arc<Mutex<Round>>);

type Round = Option<(Vec<u8>, Instant)>;

impl Watched {
    fn new(target: &Target) -> Watched {
        let shared: Arc<Mutex<Round>> = Arc::default();
        let (name, seen) = (target.name, Arc::downgrade(&shared));
        let target = Target { name, seeds: Vec::new(), words: target.words, round: target.round };
        std::thread::spawn(move || {
            while let Some(shared) = seen.upgrade() {
                let hung = shared.lock().unwrap().clone().filter(|(_, since)| since.elapsed() > HANG);
                if let Some((input, _)) = hung {
                    let path = store(&target, &input);
                    // Not by a macro, whose words the test runner would keep until the end.
                    let text = format!("{name} hangs, stored as {path}\n  {}\n", shown(&input));
                    let _ = std::io::stderr().write_all(text.as_bytes());
                    std::process::abort();
                }
                drop(shared);
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        Watched(shared)
    }

    fn see(&self, input: &[u8]) {
        *self.0.lock().unwrap() = Some((input.to_vec(), Instant::now()));
    }
}
