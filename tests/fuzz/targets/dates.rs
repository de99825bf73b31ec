//! The times of RFC 3339 in a config, beside an own reading.

use multiarch::manifest::ImageConfig;

use crate::run::kind;
use crate::seeds;

pub(crate) const WORDS: &[&str] =
    &["2006-01-02T15:04:05Z", ".999999999", "+07:00", "-23:59", "02-29", "T24:00:00", "60", "z", "t"];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::lines(&[
        "2006-01-02T15:04:05Z",
        "2024-02-29T23:59:59.123456789+07:00",
        "1900-02-28T00:00:00-00:00",
        "2023-02-29T00:00:00Z",
        "2006-01-02T15:04:60Z",
        "2006-01-02 15:04:05Z",
        "2006-1-2T15:04:05Z",
        "2006-01-02T15:04:05",
        "0001-01-01T00:00:00Z",
    ])
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let config = serde_json::json!({"os": "linux", "architecture": "amd64", "created": text,
        "rootfs": {"type": "layers", "diff_ids": []}});
    // A config with a time that is none has no time, and is a config all the same.
    let config = ImageConfig::parse(config.to_string().into_bytes(), None).unwrap();
    let expected = is_time(text.as_bytes()).map(|()| text.as_ref());
    assert_eq!(config.created(), expected, "{text}");
    kind(&["a time", if expected.is_some() { "read" } else { "not read" }, &text.len().to_string()])
}

/// RFC 3339 section 5.6 as Go reads it: capital letters, no leap second, a fraction of any length.
fn is_time(mut rest: &[u8]) -> Option<()> {
    let mut number = |length: usize, mark: &[u8]| {
        let (digits, after) = rest.split_at_checked(length)?;
        rest = after.strip_prefix(mark)?;
        let digits = digits.iter().all(u8::is_ascii_digit).then_some(digits)?;
        std::str::from_utf8(digits).ok()?.parse::<u32>().ok()
    };
    let (year, month, day) = (number(4, b"-")?, number(2, b"-")?, number(2, b"T")?);
    let (hour, minute, second) = (number(2, b":")?, number(2, b":")?, number(2, b"")?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let is_sound = (1..=last).contains(&day) && hour < 24 && minute < 60 && second < 60;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest = if digits > 0 { &fraction[digits..] } else { return None };
    }
    let is_zone = match rest {
        b"Z" => true,
        [b'+' | b'-', a, b, b':', c, d] => {
            let two =
                |a: u8, b: u8| (a.is_ascii_digit() && b.is_ascii_digit()).then(|| (a - b'0') * 10 + b - b'0');
            two(*a, *b)? < 24 && two(*c, *d)? < 60
        }
        _ => false,
    };
    (is_sound && is_zone).then_some(())
}
