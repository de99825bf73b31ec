//! Integration tests of the core.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod digests;
mod documents;
mod image_spec;
mod platforms;
mod references;
mod selection;
mod vectors;
