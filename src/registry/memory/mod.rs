//! Memory: all that a client learns of registries, each kind bounded.

pub(crate) mod bounded;
pub(crate) mod flights;
pub(crate) mod tokens;
