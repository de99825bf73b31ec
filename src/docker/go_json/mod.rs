//! JSON as Go's `encoding/json` reads it, and docker's layout of a list.

mod layout;
pub(crate) mod read;

pub use layout::{list_body, list_body_of, list_of_stated};
