//! Documents: what a registry's manifest endpoint serves, and the configs behind them.
//!
//! The bytes come first and are never written again; a view of them hangs off. [`Document`] is a manifest,
//! index or artifact, [`ImageConfig`] a config, [`docker_json`] docker's layout of the same documents,
//! [`entries`] an index with other entries. Both rest on the strictness of [`crate::json`]. Not here: fetching them (`registry`) and choosing from an index
//! ([`crate::selection`]).

pub(crate) mod base64;
mod config;
mod detect;
pub mod docker_json;
mod document;
pub mod edit;
pub mod entries;
mod fields;

pub use config::ImageConfig;
pub use document::{Document, Kind, parse_descriptor};
