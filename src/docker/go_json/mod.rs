//! JSON as Go's `encoding/json` reads it, and docker's layout of a list.

pub(crate) mod read;
