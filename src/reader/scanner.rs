//! JSON text, checked while it is stepped over: as strictly as the core does, and `None` for whatever is odd.

use crate::Span;

/// How deep a value may nest here; the core's own limit is higher.
const DEPTH: usize = 32;

/// Up to this many keys of one object are compared one by one.
const KEYS: usize = 32;

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

/// A place in a text, and the keys of every object that is open.
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    keys: Vec<Span>,
}

/// A string: what is between its quotes, and whether escapes are in it.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    pub(crate) span: Span,
    pub(crate) is_escaped: bool,
}

impl<'a> Scanner<'a> {
    /// At the start of a text, which has fewer than 2^32 bytes.
    pub(crate) fn new(text: &'a str) -> Option<Scanner<'a>> {
        u32::try_from(text.len()).ok()?;
        Some(Scanner { bytes: text.as_bytes(), at: 0, keys: Vec::new() })
    }

    /// The bytes of a part.
    pub(crate) fn bytes(&self, span: Span) -> &'a [u8] {
        self.bytes.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What was stepped over since `start`.
    pub(crate) fn since(&self, start: usize) -> Span {
        Span { start: start as u32, end: self.at as u32 }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    /// The next eight bytes, the first one lowest.
    fn word(&self) -> Option<u64> {
        self.bytes.get(self.at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
    }

    /// Steps over white space; indentation eight bytes at a time.
    pub(crate) fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
            while let Some(word) = self.word() {
                let spaces = (word ^ u64::from_le_bytes([b' '; 8])).trailing_zeros() / 8;
                self.at += spaces as usize;
                if spaces < 8 {
                    break;
                }
            }
        }
    }

    /// Steps over a string.
    pub(crate) fn string(&mut self) -> Option<Text> {
        self.expect(b'"')?;
        let start = self.at;
        let mut is_escaped = false;
        loop {
            while let Some(word) = self.word() {
                let stop = stops(word).trailing_zeros() / 8;
                self.at += stop as usize;
                if stop < 8 {
                    break;
                }
            }
            match self.peek()? {
                b'"' => {
                    let span = self.since(start);
                    self.at += 1;
                    return Some(Text { span, is_escaped });
                }
                b'\\' => {
                    is_escaped = true;
                    self.escape()?;
                }
                0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
    }

    /// Steps over a string without escapes.
    pub(crate) fn plain(&mut self) -> Option<Span> {
        self.string().filter(|text| !text.is_escaped).map(|text| text.span)
    }

    fn escape(&mut self) -> Option<()> {
        self.at += 1;
        match self.peek()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {
                self.at += 1;
                Some(())
            }
            b'u' => {
                self.at += 1;
                let mut unit = 0;
                for _ in 0..4 {
                    unit = unit << 4 | char::from(self.peek()?).to_digit(16)?;
                    self.at += 1;
                }
                (!(0xd800..=0xdfff).contains(&unit)).then_some(())
            }
            _ => None,
        }
    }

    /// Steps over a number.
    pub(crate) fn number(&mut self) -> Option<Span> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        Some(self.since(start))
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// Steps over any value inside of `depth` containers.
    pub(crate) fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(depth, |scanner, _| scanner.value(depth + 1).map(|()| false)).map(|_| ()),
            b'[' => self.array(depth, |scanner| scanner.value(depth + 1)).map(|_| ()),
            b'"' => self.string().map(|_| ()),
            b't' => self.word_of(b"true"),
            b'f' => self.word_of(b"false"),
            b'n' => self.word_of(b"null"),
            _ => self.number().map(|_| ()),
        }
    }

    fn word_of(&mut self, word: &[u8]) -> Option<()> {
        self.bytes.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }

    /// Steps over an array and returns how many elements it has; `element` steps over one.
    pub(crate) fn array(
        &mut self,
        depth: usize,
        mut element: impl FnMut(&mut Scanner<'a>) -> Option<()>,
    ) -> Option<usize> {
        self.enter(b'[', depth)?;
        if self.take(b']') {
            return Some(0);
        }
        let mut count = 0;
        loop {
            element(self)?;
            count += 1;
            self.space();
            if self.take(b']') {
                return Some(count);
            }
            self.expect(b',')?;
            self.space();
        }
    }

    /// Steps over an object and returns how many members it has. `member` is given each key, steps over its value, and
    /// says whether it makes sure by itself that the key is not written twice.
    pub(crate) fn object(
        &mut self,
        depth: usize,
        mut member: impl FnMut(&mut Scanner<'a>, &'a [u8]) -> Option<bool>,
    ) -> Option<usize> {
        self.enter(b'{', depth)?;
        if self.take(b'}') {
            return Some(0);
        }
        let first = self.keys.len();
        let mut count = 0;
        loop {
            let key = self.plain()?;
            self.space();
            self.expect(b':')?;
            self.space();
            if !member(self, self.bytes(key))? {
                self.keys.push(key);
            }
            count += 1;
            self.space();
            if self.take(b'}') {
                break;
            }
            self.expect(b',')?;
            self.space();
        }
        self.leave(first)?;
        Some(count)
    }

    fn enter(&mut self, bracket: u8, depth: usize) -> Option<()> {
        self.expect(bracket)?;
        self.space();
        (depth < DEPTH).then_some(())
    }

    /// Forgets the keys of the object that ends here, unless one stands twice or they are many.
    fn leave(&mut self, first: usize) -> Option<()> {
        let keys = self.keys.get(first..)?;
        if keys.len() > KEYS {
            return None;
        }
        for (at, key) in keys.iter().enumerate() {
            let key = self.bytes(*key);
            if keys.iter().take(at).any(|other| self.bytes(*other) == key) {
                return None;
            }
        }
        self.keys.truncate(first);
        Some(())
    }
}

/// The high bit of each byte that ends a run of plain characters: a quote, a backslash, a control character. Bytes above
/// the lowest one of these may be marked by mistake.
fn stops(word: u64) -> u64 {
    let quotes = word ^ (ONES * b'"' as u64);
    let backslashes = word ^ (ONES * b'\\' as u64);
    let quotes = quotes.wrapping_sub(ONES) & !quotes;
    let backslashes = backslashes.wrapping_sub(ONES) & !backslashes;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & HIGHS
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_that_ends_a_run_is_found_at_its_place() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let mut word = [b'a'; 8];
                *word.get_mut(at).unwrap() = byte;
                let is_stop = byte < 0x20 || byte == b'"' || byte == b'\\';
                let expected = if is_stop { at as u32 } else { 8 };
                assert_eq!(stops(u64::from_le_bytes(word)).trailing_zeros() / 8, expected, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn values_are_stepped_over() {
        let end = |text: &str| {
            let mut scanner = Scanner::new(text).unwrap();
            scanner.value(0).map(|()| scanner.at())
        };
        for text in ["{}", "[ ]", "\"a\\u00e9\\n\"", "-0.5e+3", "true", "null", "{\"a\" : [1, {\"b\":\"\"}]}"]
        {
            assert_eq!(end(text), Some(text.len()), "{text}");
        }
        for text in
            ["", "{", "[1,]", "\"a", "\"\n\"", "\"\\x\"", "\"\\ud800\"", "01x", "-", "1.", "nul", "{\"a\"}"]
        {
            assert!(end(text).is_none_or(|end| end < text.len()), "{text}");
        }
        for text in ["{\"a\":1,\"a\":2}", "{\"\\u0061\":1}"] {
            assert_eq!(end(text), None, "{text}");
        }
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(end(&nested(DEPTH)), Some(2 * DEPTH));
        assert_eq!(end(&nested(DEPTH + 1)), None);
    }
}
