//! Where most files know a session from; it stands beside the client that it is made of.

pub use crate::registry::client::Session;
