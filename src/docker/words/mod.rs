//! Docker's sentences, all in one place.
//!
//! The code, the hint and the details of an error stay; its message becomes docker's line, so that a script that
//! reads it reads on.

mod errors;
mod references;

pub(crate) use errors::{prefixed, read, read_config, write};
pub(crate) use references::argument;
pub use references::reference;
