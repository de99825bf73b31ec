//! A session: a client on a host, which is what every call is made with.

use crate::registry::client::Client;

/// A client and the host that it works on. Two pointers, so it is handed on by value.
pub struct Session<'a, H> {
    /// The options, and what was learned.
    pub(crate) client: &'a Client,
    /// What sends, waits and finds credentials.
    pub(crate) host: &'a H,
}

impl<H> Clone for Session<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Session<'_, H> {}
