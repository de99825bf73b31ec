//! `Retry-After`: how long a server asks to get no request.
//!
//! Source: RFC 9110 section 10.2.3 (seconds, or a date) and section 5.6.7 (the three forms of a date):
//!
//! ```text
//! IMF-fixdate  Sun, 06 Nov 1994 08:49:37 GMT
//! RFC 850      Sunday, 06-Nov-94 08:49:37 GMT
//! asctime      Sun Nov  6 08:49:37 1994
//! ```

use crate::limits::SIZE;

/// The longest wait that is distinguished: what a number of JavaScript holds, in whole seconds.
const MOST_SECONDS: u64 = SIZE / 1000;

/// The wait in milliseconds, counted from `now`: never shorter than asked, none for a time that has passed.
/// Seconds saturate: 2^64 of them must not come out as no wait at all. `None` for what is neither form.
pub(crate) fn parse(value: &str, now: u64) -> Option<u64> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().unwrap_or(MOST_SECONDS).min(MOST_SECONDS) * 1000);
    }
    date(value, now).map(|at| at.saturating_sub(now))
}

/// A date as milliseconds since 1970. Only the day's name goes unread: nothing depends on it.
fn date(text: &str, now: u64) -> Option<u64> {
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    words.next()?;
    let (first, second) = (words.next()?, words.next()?);
    let (day, month, year, time) = if first.contains('-') {
        let mut parts = first.split('-');
        let (day, month, year) = (parts.next()?, parts.next()?, number(parts.next()?)?);
        // Two digits stand for the latest year that is at most fifty years ahead.
        let latest = 1970 + now / 31_556_952_000 + 50;
        let year = if year < 100 { latest - (latest + 100 - year) % 100 } else { year };
        (number(day)?, month, year, second)
    } else if first.bytes().all(|byte| byte.is_ascii_digit()) {
        (number(first)?, second, number(words.next()?)?, words.next()?)
    } else {
        let time = words.next()?;
        (number(second)?, first, number(words.next()?)?, time)
    };
    if words.next().is_some_and(|zone| zone != "GMT" && zone != "UTC") {
        return None;
    }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| name.eq_ignore_ascii_case(month))? as u64;
    let mut clock = time.split(':').map(number);
    let (hours, minutes, seconds) = (clock.next()??, clock.next()??, clock.next()??);
    let is_time = hours < 24 && minutes < 60 && seconds <= 60 && clock.next().is_none();
    if !is_time || !(1..=31).contains(&day) || !(1970..10_000).contains(&year) {
        return None;
    }
    Some((days(year, month, day) * 86_400 + hours * 3_600 + minutes * 60 + seconds) * 1000)
}

/// Days since 1970-01-01; `month` counts from 0. Years are taken to begin in March, so that a leap day ends one.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let from_march = (month + 10) % 12;
    let year = if month < 2 { year - 1 } else { year };
    year * 365 + year / 4 - year / 100 + year / 400 + (from_march * 153 + 2) / 5 + day - 719_469
}

/// One to four digits.
fn number(text: &str) -> Option<u64> {
    (text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 784_111_777_000; // 1994-11-06T08:49:37Z

    #[test]
    fn every_form_says_the_same() {
        for text in [
            "30",
            " 30 ",
            "Sun, 06 Nov 1994 08:50:07 GMT",
            "Sunday, 06-Nov-94 08:50:07 GMT",
            "Sun Nov  6 08:50:07 1994",
            "Sun Nov 6 08:50:07 1994",
            "sun, 06 nov 1994 08:50:07 GMT",
        ] {
            assert_eq!(parse(text, NOW), Some(30_000), "{text}");
        }
    }

    #[test]
    fn a_wait_saturates_and_never_goes_backwards() {
        for (text, wait) in [
            ("0", Some(0)),
            ("00060", Some(60_000)),
            ("99999999999999999999999", Some(MOST_SECONDS * 1000)),
            ("18446744073709551615", Some(MOST_SECONDS * 1000)),
            ("Sun, 06 Nov 1994 08:49:07 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Thu, 29 Feb 1996 00:00:00 GMT", Some(825_552_000_000 - NOW)),
            ("Fri, 01 Mar 1996 00:00:00 GMT", Some(825_638_400_000 - NOW)),
            ("Fri, 31 Dec 1999 23:59:60 GMT", Some(946_684_800_000 - NOW)),
            ("Saturday, 01-Jan-00 00:00:00 GMT", Some(946_684_800_000 - NOW)),
            ("Thursday, 01-Jan-70 00:00:00 GMT", Some(0)),
            ("Friday, 31-Dec-99 23:59:59 GMT", Some(946_684_799_000 - NOW)),
        ] {
            assert_eq!(parse(text, NOW), wait, "{text}");
        }
    }

    #[test]
    fn what_is_neither_form_is_nothing() {
        for text in [
            "",
            " ",
            "-1",
            "1.5",
            "+1",
            "1e3",
            "soon",
            "30s",
            "0x10",
            "٣",
            "Sun, 06 Nov 1994",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 99999 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, 06-Nov 08:49:37 GMT",
            "1994-11-06T08:49:37Z",
        ] {
            assert_eq!(parse(text, NOW), None, "{text}");
        }
    }
}
