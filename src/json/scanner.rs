//! The scanner: one pass that decides whether a text is JSON (RFC 8259), by the rules of a dialect.
//!
//! The dialects are [`super::parse`], which documents rest on, and [`super::go`], what Go's decoder takes. Each words the
//! [`Fault`] itself. Nothing is built on the way; [`super::Value`] reads the checked text afterwards.

use std::borrow::Cow;
use std::ops::Range;

use crate::json::value::unescape;

/// Up to this many keys are compared one by one; more are sorted first, so that no object is quadratic.
const FEW_KEYS: usize = 16;

/// What a dialect refuses beyond the grammar.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// How many containers may stand inside one another.
    pub(super) depth: usize,
    /// Whether a surrogate needs its partner.
    pub(super) pairs_surrogates: bool,
    /// Whether a key stands once in an object.
    pub(super) keys_once: bool,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// No value begins here.
    Value,
    /// A letter that does not belong to the word (`true`, `false`, `null`) that the value begins.
    Literal(&'static str, char),
    /// No digit where a number begins.
    Digit,
    /// No digit after a decimal point.
    Fraction,
    /// No digit of an exponent.
    Exponent,
    /// A control character in a string, or the end of the text.
    String,
    /// An escape that is not known.
    Escape,
    /// No hexadecimal digit of an escape.
    Hexadecimal,
    /// A surrogate without its partner.
    Surrogate,
    /// No key.
    Key,
    /// No colon after a key.
    Colon,
    /// Neither a comma nor the end of the object.
    AfterMember,
    /// Neither a comma nor the end of the array.
    AfterElement,
    /// More after the value.
    Trailing,
    /// A container inside of too many others.
    Depth,
    /// An object in which a key stands twice: the last of `steps`.
    Twice,
}

/// Why and where the pass stopped.
pub(super) struct Fault {
    pub(super) problem: Problem,
    /// The byte that cannot stand there; the end of the text where it is too short.
    pub(super) at: usize,
    /// Where the word or escape begins that the byte is in; else the same as `at`.
    pub(super) token: usize,
    /// The way to the value, innermost step first: gathered while the recursion unwinds, so that text without faults pays
    /// nothing for it.
    pub(super) steps: Vec<Step>,
}

/// A step from a value to one inside of it.
pub(super) enum Step {
    /// The key as the text writes it, between its quotes.
    Key(Range<usize>),
    /// The position of an element.
    Element(usize),
}

impl Fault {
    fn inside(mut self, step: Step) -> Fault {
        self.steps.push(step);
        self
    }
}

type Scan<T = ()> = Result<T, Fault>;

/// Where the one value of a text is.
pub(super) fn scan(bytes: &[u8], rules: Rules) -> Scan<Range<usize>> {
    let mut scanner = Scanner { bytes, at: 0, rules, keys: Vec::new() };
    scanner.space();
    let start = scanner.at;
    scanner.value(0)?;
    let end = scanner.at;
    scanner.space();
    if scanner.peek().is_some() {
        return Err(scanner.fault(Problem::Trailing));
    }
    Ok(start..end)
}

/// What a key says that stands there between its quotes.
pub(super) fn key_of<'a>(bytes: &'a [u8], key: &Range<usize>) -> Cow<'a, str> {
    match String::from_utf8_lossy(bytes.get(key.clone()).unwrap_or_default()) {
        raw if raw.contains('\\') => Cow::Owned(unescape(&raw)),
        raw => raw,
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    rules: Rules,
    /// The keys of every object that is open, outermost first.
    keys: Vec<Range<usize>>,
}

impl Scanner<'_> {
    fn value(&mut self, depth: usize) -> Scan {
        match self.peek() {
            Some(b'{' | b'[') if depth >= self.rules.depth => Err(self.fault(Problem::Depth)),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            _ => Err(self.fault(Problem::Value)),
        }
    }

    fn object(&mut self, depth: usize) -> Scan {
        self.at += 1;
        let first = self.keys.len();
        self.space();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.fault(Problem::Key));
            }
            let key = self.string()?;
            self.space();
            if !self.take(b':') {
                return Err(self.fault(Problem::Colon));
            }
            self.space();
            if let Err(fault) = self.value(depth + 1) {
                return Err(fault.inside(Step::Key(key)));
            }
            if self.rules.keys_once {
                self.keys.push(key);
            }
            self.space();
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return Err(self.fault(Problem::AfterMember));
            }
            self.space();
        }
        if let Some(key) = self.twice(first) {
            return Err(self.fault(Problem::Twice).inside(Step::Key(key)));
        }
        self.keys.truncate(first);
        Ok(())
    }

    /// The key that stands twice among those from `first` on.
    fn twice(&self, first: usize) -> Option<Range<usize>> {
        let keys = self.keys.get(first..).unwrap_or_default();
        let read: Vec<_> = keys.iter().map(|key| (key_of(self.bytes, key), key)).collect();
        let twice = if read.len() <= FEW_KEYS {
            let mut places = read.iter().enumerate();
            places
                .find(|(at, (key, _))| read.iter().take(*at).any(|(other, _)| other == key))
                .map(|found| found.1)
        } else {
            let mut sorted: Vec<&str> = read.iter().map(|(key, _)| key.as_ref()).collect();
            sorted.sort_unstable();
            let twice = sorted.iter().zip(sorted.iter().skip(1)).find(|(one, next)| one == next)?.0;
            read.iter().filter(|(key, _)| key == twice).nth(1)
        };
        twice.map(|(_, key)| (*key).clone())
    }

    fn array(&mut self, depth: usize) -> Scan {
        self.at += 1;
        self.space();
        if self.take(b']') {
            return Ok(());
        }
        for index in 0.. {
            if let Err(fault) = self.value(depth + 1) {
                return Err(fault.inside(Step::Element(index)));
            }
            self.space();
            if self.take(b']') {
                break;
            }
            if !self.take(b',') {
                return Err(self.fault(Problem::AfterElement));
            }
            self.space();
        }
        Ok(())
    }

    /// Steps over a string. Gives where its inside is.
    fn string(&mut self) -> Scan<Range<usize>> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(byte) if byte >= b' ' => self.at += 1,
                _ => return Err(self.fault(Problem::String)),
            }
        }
        let inside = start..self.at;
        self.at += 1;
        Ok(inside)
    }

    fn escape(&mut self) -> Scan {
        let token = self.at;
        let in_token = |fault: Fault| Fault { token, ..fault };
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let unit = self.unit().map_err(in_token)?;
                if self.rules.pairs_surrogates && (0xd800..=0xdfff).contains(&unit) {
                    let is_paired = unit < 0xdc00
                        && self.take(b'\\')
                        && self.peek() == Some(b'u')
                        && (0xdc00..=0xdfff).contains(&self.unit().map_err(in_token)?);
                    if !is_paired {
                        return Err(in_token(self.fault(Problem::Surrogate)));
                    }
                }
            }
            _ => return Err(in_token(self.fault(Problem::Escape))),
        }
        Ok(())
    }

    /// Steps over `uXXXX` and gives the UTF-16 unit that it writes.
    fn unit(&mut self) -> Scan<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            self.at += 1;
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or_else(|| self.fault(Problem::Hexadecimal))?;
        }
        self.at += 1;
        Ok(unit)
    }

    fn number(&mut self) -> Scan {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits(Problem::Digit)?;
        }
        if self.take(b'.') {
            self.digits(Problem::Fraction)?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits(Problem::Exponent)?;
        }
        Ok(())
    }

    fn digits(&mut self, problem: Problem) -> Scan {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault(problem)) } else { Ok(()) }
    }

    fn literal(&mut self, word: &'static str) -> Scan {
        let token = self.at;
        for letter in word.chars() {
            if self.peek().map(char::from) != Some(letter) {
                return Err(Fault { token, ..self.fault(Problem::Literal(word, letter)) });
            }
            self.at += 1;
        }
        Ok(())
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fault(&self, problem: Problem) -> Fault {
        Fault { problem, at: self.at, token: self.at, steps: Vec::new() }
    }
}
