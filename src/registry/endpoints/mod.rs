//! The endpoints of a registry, one file for each chapter of the distribution specification.

pub(crate) mod blobs;
pub(crate) mod content;
pub(crate) mod fetched;
pub(crate) mod head;
pub(crate) mod manifests;
pub(crate) mod put;
pub(crate) mod rate_limit;
pub(crate) mod read;
pub(crate) mod referrers;
pub(crate) mod tags;
pub(crate) mod uploads;
