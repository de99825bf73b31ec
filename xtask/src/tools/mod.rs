//! The programs that a step calls, and how a fresh machine gets them: Rust, Node and those of Debian.

pub(crate) mod debian;
pub(crate) mod node;
pub(crate) mod rust;
