//! Reads a manifest or an index in one pass over its text: checks the JSON, and keeps where its parts are.
//!
//! [`outline`] is the fast path of the core's documents. It takes no decision that the core could see: a text that it
//! takes is one that the core's own strict reading takes without a fault, with the same parts. Everything else, be it
//! an escape in a key, a key in another letter case, a key that is written twice, `data`, a surrogate, `null`, deep
//! nesting or an error, is `None`, and the strict reading decides and words the error. A fuzz target holds the two
//! against each other.
//!
//! A crate of its own because it is compiled for speed, where the core is compiled for size.

mod entry;
mod outline;
mod scanner;

pub use entry::{DESCRIPTOR_KEYS, Entry, PLATFORM_KEYS, Platform};
pub use outline::{DOCUMENT_KEYS, Outline, outline};

/// A part of a text, in bytes. The default is the empty one, which stands for what is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The part of `text`, which is the text that the span was read from; empty in another text that is shorter.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Whether the part has no bytes.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}
