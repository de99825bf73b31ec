//! What archives and layers are made of: tar headers, the rules for the paths in them, and what a layer changes.
//!
//! Nothing here reads a file or waits for one. The embedder hands over bytes as they come, from a stream or by ranges, and
//! is given entries; content passes through untouched, and what is not wanted need not be read at all.
//!
//! Two kinds of wrong are kept apart. An [`Error`](crate::error::Error) ends an archive: from that place on, its bytes mean
//! nothing, or one thing to one tool and another thing to the next. A [`Finding`] spoils one entry, or nothing.

mod finding;
pub mod images;
pub mod layer;
pub mod path;
pub mod tar;

pub use finding::Finding;
