//! Text: made safe to print, in lower case as Go writes it, counted, and bytes as base64.

pub(crate) mod base64;
pub(crate) mod lowercase;
pub mod printable;

/// A number of things for a sentence: `1 layer`, `2 layers`.
pub(crate) fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
