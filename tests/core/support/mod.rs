//! What the tests share: a host, its time, a registry, a store of drafts, and the tables of inputs.

pub(crate) mod clock;
pub(crate) mod host;
pub(crate) mod registry;
pub(crate) mod store;
pub(crate) mod vectors;
