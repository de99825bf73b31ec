//! Sends calls: attempts, redirects, the scheme.

pub(crate) mod attempts;
pub(crate) mod call;
pub(crate) mod outcome;
pub(crate) mod redirects;
pub(crate) mod retries;
pub(crate) mod scheme;
