//! A client as plain data, its options and what it learns; and a session, which is a client on a host.
//!
//! Nothing here sends or waits. Every call is a function over a [`Session`], in the file of its layer.

use crate::registry::memory::Memory;
use crate::registry::options::Options;

/// A client of any number of registries. It keeps tokens and what it learned about each registry; calls may
/// run side by side.
#[derive(Default)]
pub struct Client {
    pub(crate) options: Options,
    pub(crate) memory: Memory,
}

impl Client {
    /// A client that knows nothing yet.
    pub fn new(options: Options) -> Client {
        Client { options, memory: Memory::default() }
    }

    /// This client on a host, which is what calls are made with.
    pub fn on<'a, H>(&'a self, host: &'a H) -> Session<'a, H> {
        Session { client: self, host }
    }
}

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
