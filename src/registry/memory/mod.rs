//! What a client learns of registries, each kind in a [`bounded`] map of its own. Nothing here waits or sends.
//!
//! ```text
//! tokens     tokens in hand; which scopes need one; passwords that were taken or refused
//! flights    which requests for a token are under way, and which calls wait for them
//! bases      the URL that each registry is asked at
//! paces      how fast each origin is asked
//! quirks     how registries differ from the specification
//! bounded    the map that all of these are kept in
//! ```
//!
//! Knowledge is shared, waiting is not: any call may read and write all of this at any time, but only where the host
//! allows it does a call wait for another one. See [`crate::http::Clock::waits_alone`].

pub(crate) mod bases;
pub(crate) mod bounded;
pub(crate) mod flights;
pub(crate) mod paces;
pub(crate) mod quirks;
pub(crate) mod tokens;

use crate::registry::scope::Scope;
use bases::Bases;
use flights::Flights;
use paces::Paces;
use quirks::Quirks;
use tokens::Tokens;

/// All that a client learns. No part lends anything out, so no borrow lives across an await.
#[derive(Default)]
pub(crate) struct Memory {
    /// Tokens in hand, and what else is known about authentication.
    pub(crate) tokens: Tokens,
    /// The tokens that are being asked for.
    pub(crate) flights: Flights<Scope>,
    /// The lists that are being written, by their name.
    pub(crate) locks: Flights<String>,
    /// The base URL of each registry, with the scheme that it turned out to speak.
    pub(crate) bases: Bases,
    /// How fast each origin is asked.
    pub(crate) paces: Paces,
    /// How registries differ from the specification.
    pub(crate) quirks: Quirks,
}
