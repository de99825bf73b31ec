//! The distribution protocol, as far as reading and pushing manifests and blobs goes.
//!
//! A stack: every file calls only what stands below it, and every call is a function over a [`Session`].
//!
//! ```text
//! endpoints  one chapter of the distribution specification each: what is asked for, and what the answer has to be
//!     │
//! auth       route           to the registry itself, or to a proxy
//!     │        authenticate    sends a call, and once more after a 401: the states of that are its table
//!     │        token_service   answers a challenge      single_flight   calls wait for one another's token
//!     │        login           the same with no scope
//! send       scheme          https or http, and the registry's base URL
//!     │        redirects       follows redirects, where trust lets them lead
//!     │        attempts        one request, as often as http/retry says and not before its time
//!     │        outcome         an answer or the error it stands for      retries   begins work again as a whole
//!     │        call            a call and its answer, as data
//! host       Transport::send
//!
//! ground     client                                     options and memory; a client on a host
//!            memory  tokens flights bases paces quirks       what a client learns, each in one bounded map
//!            answer  problem docker_words pages              what a response means; pure
//!            trust   allowed vet owner                       which may be asked, and where one may send its clients
//!            challenge  credentials  scope  token  options  host
//! ```
//!
//! A call is sent straight away, with no ping first; only when the registry answers 401 is its challenge read.
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
//! secrets go to the registry's own origin and to realms that [`trust::vet`] lets pass; no borrow of the memory
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
pub(crate) mod token;

pub use auth::login::login;
pub use client::{Client, Session};
pub use credentials::Credentials;
pub(crate) use endpoints::blobs::config_bytes;
pub use endpoints::blobs::{blob, blob_headers, stated_size};
pub use endpoints::fetched::{Fetched, fetch, judge};
pub use endpoints::manifests::head;
pub use endpoints::put::{Target, holds_manifest};
pub use endpoints::rate_limit::{RateLimit, rate_limit};
pub use endpoints::referrers::{ReferrerPage, referrers};
pub use endpoints::tags::{TagPage, tags};
pub use endpoints::uploads::Upload;
pub use endpoints::uploads::{Mounted, mount, open_upload};
pub use host::{Hasher, Host, Keyring};
pub use options::{Insecure, Options, PrivateAddresses};
pub use send::scheme::origin_of;
