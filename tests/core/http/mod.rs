//! Requests, whichever registry they are for: URLs, failures of hosts, pacing.

mod failure;
pub(crate) mod pace;
mod url;
