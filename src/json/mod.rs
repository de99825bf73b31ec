//! JSON as text: checked, read in place, and written by changing it.
//!
//! `scanner` is the one pass over a text, in two dialects: [`parse`] is the strictness that documents rest on, [`go`]
//! the lenience of Go's decoder, which docker has. Both give a [`Value`], a view of the text. [`quote`], [`indent`] and
//! [`compact`] write in Go's layout, [`splice`] changes a member or an element and keeps every other byte. Not here: what
//! a document means (`manifest`).

pub mod go;
mod scanner;
pub mod splice;
mod strict;
mod value;
mod write;

pub use strict::parse;
pub(crate) use strict::write_key;
pub use value::{Type, Value, is_variant};
pub use write::{compact, indent, indent_within, quote};
