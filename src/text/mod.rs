//! Text: made safe to print, and in lower case as Go writes it.

pub(crate) mod lowercase;
pub mod printable;
