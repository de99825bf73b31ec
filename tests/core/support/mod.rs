//! What the tests share: hosts, and the tables of inputs.

pub(crate) mod replay;
pub(crate) mod vectors;
