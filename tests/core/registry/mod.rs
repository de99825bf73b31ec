//! The registry protocol, part by part.

mod challenge;
mod proxied;
pub(crate) mod single_flight;
mod suffixes;
mod trust;
