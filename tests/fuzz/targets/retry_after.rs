//! `Retry-After`: the wait is what the header says, in seconds or as a date in any of its three forms.
//!
//! An input whose first byte is `@` is drawn as a date, with an own count of days beside it; every other one is the
//! header as it stands.

use multiarch::http::{Headers, Retry};
use multiarch::reference::Reference;
use multiarch::registry::{Client, Options};
use multiarch::verbs;

use crate::draw::Draw;
use crate::host::{Host, NOW, block_on};
use crate::run::kind;
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    " GMT",
    "UTC",
    "Feb",
    "29",
    "23:59:60",
    "2000",
    "1900",
    "9999",
    "@",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::lines(&[
        "30",
        " 7 ",
        "0",
        "99999999999999999999",
        "-1",
        "1.5",
        "soon",
        "Sun, 06 Nov 1994 08:50:07 GMT",
        "Sunday, 06-Nov-94 08:50:07 GMT",
        "Sun Nov  6 08:50:07 1994",
        "Thu, 29 Feb 1996 00:00:00 GMT",
    ]);
    seeds.extend((0..24).map(|at: u8| vec![b'@', at, 24, 1, at, 5, at, 9, at, 8, at, 3, at, at * 7]));
    seeds
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How long the client waits for a header before it asks again, in milliseconds; none where it does not.
fn wait(header: &str) -> Option<u64> {
    let headers: Headers = [("retry-after", header)].into_iter().collect();
    let mut host = Host::new(429, headers, Vec::new());
    host.then = Some(404);
    let retry = Retry { attempts: 2, max_delay_ms: u64::MAX };
    let client = Client::new(Options { retry, ..Options::default() });
    let reference = Reference::parse("registry.example/a/b:1").unwrap();
    let _ = block_on(verbs::manifest(client.on(&host), &reference, None));
    let slept: Vec<u64> = host.time.slept.take();
    (!slept.is_empty()).then(|| slept.iter().sum())
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let Some((b'@', decisions)) = input.split_first() else {
        let text = String::from_utf8_lossy(input);
        let asked = text.trim();
        let waited = wait(&text);
        if !asked.is_empty() && asked.len() < 6 && asked.bytes().all(|byte| byte.is_ascii_digit()) {
            let asked: u64 = asked.parse().unwrap();
            assert_eq!(waited, Some((asked * 1000).max(250)), "{text}");
        }
        return kind(&["header", &waited.map_or(0, |ms| ms.ilog2()).to_string()]);
    };
    let mut draw = Draw::new(decisions);
    let (year, month) = (1970 + draw.below(140) as u64, draw.below(12));
    let is_leap = |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let lengths = |year| [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let day = 1 + draw.below(lengths(year)[month]) as u64;
    let (hour, minute, second) = (draw.below(24) as u64, draw.below(60) as u64, draw.below(60) as u64);
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    let name = MONTHS[month];
    // Two digits stand for the years from 1945 to 2044, as seen from 1994.
    let is_near = year <= 2044;
    let text = match draw.below(3) {
        0 => format!("Sun, {day:02} {name} {year} {clock} GMT"),
        1 if is_near => format!("Sunday, {day:02}-{name}-{:02} {clock} GMT", year % 100),
        _ => format!("Sun {name} {day:2} {clock} {year}"),
    };
    let before: usize = (1970..year).map(|year| lengths(year).iter().sum::<usize>()).sum();
    let days = before + lengths(year)[..month].iter().sum::<usize>() + day as usize - 1;
    let at = (days as u64 * 86_400 + hour * 3_600 + minute * 60 + second) * 1000;
    let wanted = at.saturating_sub(NOW);
    // A wait that is too short becomes 250 ms, and an origin's cool-down is remembered for a day at most.
    assert_eq!(wait(&text), Some(wanted.max(250)), "{text}");
    kind(&["date", &text.len().to_string(), name])
}
