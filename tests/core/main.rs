//! Integration tests of the core, in the folders of `src/`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

mod archive;
mod digest;
mod docker;
mod http;
mod manifest;
mod platform;
mod reference;
mod registry;
mod selection;
mod verbs;

mod conversations;
mod docs;
mod facts;
#[cfg(feature = "mutants")]
mod mutants;
mod tidy;
