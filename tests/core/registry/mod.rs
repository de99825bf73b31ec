//! The registry protocol, part by part.

mod challenge;
pub(crate) mod single_flight;
mod suffixes;
mod trust;
