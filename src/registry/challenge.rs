//! `WWW-Authenticate`: what a registry wants before it answers.
//!
//! Source: RFC 9110 sections 11.2 to 11.6. Hosts join several header lines into one value, so a value is a
//! list of challenges in which a comma may separate challenges or parameters:
//!
//! ```text
//! value      = #challenge                                     empty elements are allowed
//! challenge  = scheme [ 1*SP ( token68 / #param ) ]
//! param      = token BWS "=" BWS ( token / quoted-string )
//! ```
//!
//! Wider than the grammar in one place: registries exist that leave the quotes off a realm, so a value without
//! quotes may hold any visible character but `"`, `,` and `\`. The value is vetted as a URL in any case.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::limits::HEADER_BYTES;

/// One challenge. Names are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// `basic`, `bearer`, or one that this crate does not know.
    pub scheme: String,
    /// The parameters in order, each name once; a token68 is dropped, no known scheme has one.
    pub params: Vec<(String, String)>,
}

impl Challenge {
    /// The value of a parameter that is not empty.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

/// Parses the whole value. An empty one gives no challenge. Fails with `CHALLENGE_INVALID`.
pub fn parse(value: &str) -> Result<Vec<Challenge>> {
    if value.len() > HEADER_BYTES && stands(Guard::ChallengeSize) {
        return Err(invalid("it is longer than 8 KiB"));
    }
    if value.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
        return Err(invalid("it holds control characters"));
    }
    let mut challenges: Vec<Challenge> = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Ok(challenges);
        }
        let (name, after) = token(rest);
        if name.is_empty() {
            return Err(invalid("a scheme or a parameter is missing"));
        }
        let value_of = blanks(after).strip_prefix('=');
        rest = match (value_of, challenges.last_mut()) {
            (Some(text), Some(current)) => parameter(current, name, blanks(text))?,
            (Some(_), None) => return Err(invalid("a parameter stands before any scheme")),
            (None, _) => {
                let mut challenge = Challenge { scheme: name.to_ascii_lowercase(), params: Vec::new() };
                let after = first_part(&mut challenge, after)?;
                challenges.push(challenge);
                after
            }
        };
        rest = blanks(rest);
        if !rest.is_empty() && !rest.starts_with(',') {
            return Err(invalid("a comma is missing"));
        }
    }
}

/// What follows a scheme: nothing, a token68 or the first parameter.
fn first_part<'a>(challenge: &mut Challenge, after: &'a str) -> Result<&'a str> {
    let text = blanks(after);
    if text.is_empty() || text.starts_with(',') {
        return Ok(text);
    }
    if text.len() == after.len() {
        return Err(invalid("a scheme holds a character that is not allowed"));
    }
    if let Some(rest) = token68(text) {
        return Ok(rest);
    }
    let (name, after) = token(text);
    match blanks(after).strip_prefix('=') {
        Some(value) if !name.is_empty() => parameter(challenge, name, blanks(value)),
        _ => Err(invalid("a parameter has no value")),
    }
}

/// `text` without a leading token68, when that is all there is before the next comma.
fn token68(text: &str) -> Option<&str> {
    let body = text.trim_start_matches(|c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/')
    });
    let rest = blanks(body.trim_start_matches('='));
    (body.len() < text.len() && (rest.is_empty() || rest.starts_with(','))).then_some(rest)
}

/// Reads the value of `name` and adds it.
fn parameter<'a>(challenge: &mut Challenge, name: &str, text: &'a str) -> Result<&'a str> {
    let name = name.to_ascii_lowercase();
    if challenge.params.iter().any(|(known, _)| *known == name) && stands(Guard::ChallengeTwice) {
        // Two realms: one parser would vet the first, another would use the second.
        return Err(invalid("a parameter is given twice"));
    }
    let (value, rest) = match text.strip_prefix('"') {
        Some(quoted) => quoted_string(quoted)?,
        None => {
            let end = text
                .find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | ',' | '\\'))
                .unwrap_or(text.len());
            let (value, rest) = text.split_at_checked(end).unwrap_or((text, ""));
            (value.to_owned(), rest)
        }
    };
    challenge.params.push((name, value));
    Ok(rest)
}

/// The text up to the closing quote, escapes undone, and what follows the quote.
fn quoted_string(text: &str) -> Result<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Ok((value, characters.as_str())),
            '\\' => match characters.next() {
                Some(escaped) => value.push(escaped),
                None => break,
            },
            plain => value.push(plain),
        }
    }
    Err(invalid("a quoted text does not end"))
}

fn token(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".chars().any(|other| other == c)))
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

fn invalid(reason: &str) -> Error {
    Error::new(Code::ChallengeInvalid, format!("the WWW-Authenticate header cannot be read: {reason}"))
}
