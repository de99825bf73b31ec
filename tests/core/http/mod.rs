//! Requests, whichever registry they are for: URLs and pacing.

pub(crate) mod pace;
mod url;
