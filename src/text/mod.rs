//! Text: made safe to print, in lower case as Go writes it, and bytes as base64.

pub(crate) mod base64;
pub(crate) mod lowercase;
pub mod printable;
