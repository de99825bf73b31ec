//! A fuzzer for every parser of the core: `cargo xtask fuzz [TARGET] [--seconds N] [--seed S]`.
//!
//! Each target is a test. It runs the cases that were found before, which stand in `tests/fuzz/cases/TARGET`, and
//! then mutates the target's seeds. Without further orders that is a few hundred rounds, the same ones every time;
//! `MULTIARCH_FUZZ_SECONDS` and `MULTIARCH_FUZZ_SEED` make it a search. What fails is made smaller, printed and
//! stored as a case.
//!
//! A round fails when it panics (overflow checks and debug assertions are on), when it takes too long or too much
//! memory for its input, and when a property of the target does not hold.
//!
//! The mutator is our own: engines that are led by coverage need a nightly compiler and a C++ runtime. What leads
//! this one is how a round ends: an input that ends in a new way is kept and mutated further.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod draw;
mod host;
mod memory;
mod mutate;
mod random;
mod run;
mod seeds;
#[allow(dead_code)] // Of what the tests share, a part.
#[path = "../core/support/mod.rs"]
mod support;

/// The parsers, one file each. Every one has `SEEDS`, `WORDS` and `round`.
mod targets {
    pub(super) mod answers;
    pub(super) mod challenge;
    pub(super) mod config;
    pub(super) mod dates;
    pub(super) mod digest;
    pub(super) mod document;
    pub(super) mod drafts;
    pub(super) mod images;
    pub(super) mod json;
    pub(super) mod layout;
    pub(super) mod link;
    pub(super) mod media_type;
    pub(super) mod outline;
    pub(super) mod platform;
    pub(super) mod printable;
    pub(super) mod reference;
    pub(super) mod retry_after;
    pub(super) mod selection;
    pub(super) mod tar;
    pub(super) mod url;
    pub(super) mod zstd;
}

macro_rules! tests {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            use targets::$name::{WORDS, round, seeds};
            run::run(&run::Target { name: stringify!($name), seeds: seeds(), words: WORDS, round });
        })*
    };
}

tests! {
    answers challenge config dates digest document drafts images json layout link media_type outline platform printable reference
    retry_after selection tar url zstd
}
