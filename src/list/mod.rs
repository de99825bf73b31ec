//! The verbs of `docker manifest`, and its text.
//!
//! Each verb is built from documents and a [`crate::registry::Client`]; none has a protocol or a JSON layout
//! of its own.

pub mod inspect;

pub use inspect::inspect;
