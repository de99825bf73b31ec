//! Integration tests of the core.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod challenges;
mod crowd;
mod digests;
mod docker_text;
mod documents;
mod drafts;
mod image_spec;
mod lenient;
#[cfg(feature = "mutants")]
mod mutants;
mod pace;
mod platforms;
mod readme;
mod references;
mod replay;
mod selection;
mod suffixes;
mod tidy;
mod transcripts;
mod urls;
mod vectors;
mod walking;
