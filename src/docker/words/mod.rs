//! Docker's sentences, all in one place.
//!
//! The code, the hint and the details of an error stay; its message becomes docker's line, so that a script that
//! compares it with docker's works. Not here: what distribution's client says of an answer (`registry::answer`), and Go's words
//! for text that is not JSON (`json::go`), which rooms below docker need too.
//!
//! | module | sentences about |
//! |---|---|
//! | `documents` | a manifest or a config of the wrong type, or with the wrong digest |
//! | `drafts` | a draft, its files and its platforms |
//! | `json` | a JSON value that does not fit Go's struct |
//! | `push` | a blob or a manifest that did not get into the target |
//! | `references` | an argument that is no reference |
//! | `registry` | a registry that refuses, or that cannot be reached |

pub(crate) mod documents;
pub(crate) mod drafts;
pub(crate) mod json;
pub(crate) mod push;
mod references;
mod registry;

pub(crate) use references::argument;
pub use references::reference;
pub(crate) use registry::{prefixed, read, read_config, write};
