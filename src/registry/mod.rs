//! The distribution protocol, as far as reading and pushing manifests go.
//!
//! ```text
//! endpoints    manifests, blobs, uploads, referrers          one request of the API, and what its answer has to be
//! auth         authenticate  token_service  login            answers a 401
//! send         scheme  redirects  attempts                   one call, until it has an answer
//! answer       problem  pages  docker_words                  what a response means; pure
//! trust        vet  owner                                    where a registry may send its clients
//! memory       tokens  flights  bounded                      what a client learns
//! ground       client  options  host  credentials  scope  token  challenge
//! ```
//!
//! How a call travels: an endpoint says what it wants; `send` sends it straight away (no ping first), and
//! only when the registry answers 401 does it read the challenge, get what is asked for, and send once more.
//!
//! ```text
//! send ── 2xx ─────────────────────────────────────────────────────────────► answer
//!   ├──── 3xx ── vet ── send there (at most five; without secrets at another origin)
//!   ├──── 401 ── [no challenge: ping once] ── Basic: credentials ──┐
//!   │                                      └─ Bearer: vet the realm, get a token ── send again, once
//!   └──── other ── problem ────────────────────────────────────────────────► error
//! ```
//!
//! Invariants: every document is verified against the digest that was asked for, or that the registry states;
//! secrets go to the registry's own origin and to realms that [`trust::vet`] lets pass; no borrow of the state
//! lives across an await, so any number of calls may be under way.

pub mod challenge;
pub mod trust;

pub(crate) mod answer;
pub(crate) mod auth;
pub(crate) mod client;
pub(crate) mod credentials;
pub(crate) mod endpoints;
pub(crate) mod host;
pub(crate) mod memory;
pub(crate) mod options;
pub(crate) mod scope;
pub(crate) mod send;
pub(crate) mod session;
pub(crate) mod token;

pub use auth::login::login;
pub use client::Client;
pub use credentials::Credentials;
pub use endpoints::blobs::blob;
pub(crate) use endpoints::blobs::config_bytes;
pub use endpoints::fetched::{Fetched, fetch, judge};
pub use endpoints::manifests::head;
pub use endpoints::put::{Target, holds_manifest};
pub use endpoints::rate_limit::{RateLimit, rate_limit};
pub use endpoints::referrers::{ReferrerPage, referrers};
pub use endpoints::tags::{TagPage, tags};
pub use endpoints::uploads::Upload;
pub use endpoints::uploads::{Mounted, mount, open_upload};
pub use host::{Host, Keyring};
pub use options::{Insecure, Options};
pub use send::scheme::origin_of;
pub use session::Session;
