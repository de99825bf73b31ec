//! Documents: what a registry's manifest endpoint serves, and the configs behind them.
//!
//! The bytes come first and are never written again; a view of them hangs off. [`Document`] is a manifest,
//! index or artifact, [`ImageConfig`] a config, [`edit`] changes an index. All rest on the strictness of [`crate::json`]. Not here: fetching them (`registry`), choosing from an index
//! ([`crate::selection`]), and docker's layout (`docker::go_json`).

mod config;
mod detect;
mod document;
pub mod edit;
mod fields;
mod view;

pub use config::ImageConfig;
pub use detect::Kind;
pub use document::{Document, parse_descriptor};
