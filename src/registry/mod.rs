//! The distribution protocol, as far as reading and pushing manifests go.
//!
//! ```text
//! transport   what the host does for us: send, read, wait, find credentials; requests as plain data
//! retry       what is sent again, and after how long    retry_after  how long a server wants to be left alone
//! lane        how fast one origin is asked              deliver      one request, as often as the two allow
//! network     what a host's failure to send means
//! url         the only place that builds, escapes, parses and vets URLs
//! challenge   the grammar of WWW-Authenticate
//! auth        credentials, scopes, tokens               wallet      the tokens in hand, and who was let in
//! bounded     what is remembered, and how much of it
//! travel      one request, and the redirects that it meets
//! authorize   answering a challenge: credentials, or a token service
//! exchange    one call: the scheme, the request, a 401 answered once
//! problem     what an answer that is no success means
//! links       the next page of a listing
//! login       whether credentials are taken
//! client      the calls: head, manifest, config, blob, tags
//! whole       bodies that are read at once              rate_limit   what a registry tells of its limits
//! fetched     a manifest as it came, for rules other than ours
//! head        what is said of a manifest: HEAD, and GET where that is not to be believed
//! put         manifests on their way into a registry, and whether they are there
//! push        a document under tags, on a condition or not
//! mount       a blob from another repository, or an upload opened
//! upload      a blob in one piece or in chunks          content     a body, verified on its way
//! transfer    a blob from one repository to another     parallel    several requests at once
//! copy        an image or index with everything below it
//! referrers   what refers to a manifest
//! delete      a tag or a manifest goes
//! turn        calls that need the same token wait for one of them to get it
//! sentences   the same answers in docker's words
//! resolve     from a tag to the manifest for a platform, through indexes
//! ```
//!
//! How a call travels: `client` says what it wants; `exchange` sends it straight away (no ping first), and
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
//! secrets go to the registry's own origin and to realms that [`url::vet`] lets pass; no borrow of the state
//! lives across an await, so any number of calls may be under way.

pub mod challenge;
pub mod url;

mod admit;
mod auth;
mod authorize;
mod bounded;
mod client;
mod content;
mod copy;
mod delete;
mod deliver;
mod exchange;
mod fetched;
mod head;
mod lane;
mod links;
mod login;
mod mount;
mod network;
mod parallel;
mod problem;
mod push;
mod put;
mod rate_limit;
mod referrers;
mod resolve;
mod retry;
mod retry_after;
mod sentences;
mod transfer;
mod transport;
mod travel;
mod turn;
mod upload;
mod wallet;
mod whole;

pub use auth::Credentials;
pub use client::{Client, TagPage};
pub use copy::{Copied, CopyOptions};
pub use fetched::{Fetched, judge};
pub use mount::Mounted;
pub use network::network_error;
pub(crate) use parallel::each;
pub use push::Expect;
pub use put::Target;
pub use rate_limit::RateLimit;
pub use referrers::ReferrerPage;
pub use resolve::{Resolved, Wanted};
pub use retry::Retry;
pub(crate) use transfer::Broken;
pub use transport::{
    Clock, Headers, Host, Keyring, Method, Observer, RESPONSE_HEADERS, Read, Request, Response, Retrying,
    Transport,
};
pub use upload::Upload;

/// Which registries may be spoken to in plain http. Loopback ones always may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Insecure {
    /// No other.
    #[default]
    None,
    /// All of them.
    All,
    /// These domains, written as in a reference, with their port.
    Domains(Vec<String>),
}

impl Insecure {
    fn covers(&self, domain: &str) -> bool {
        match self {
            Insecure::None => false,
            Insecure::All => true,
            Insecure::Domains(domains) => domains.iter().any(|known| known.eq_ignore_ascii_case(domain)),
        }
    }
}

/// How a client goes about its calls.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which registries may be spoken to in plain http.
    pub insecure: Insecure,
    /// Further token services that may see credentials: `domain`, `domain:port` or an origin with its scheme.
    pub trusted_realms: Vec<String>,
    /// Further origins that a registry may have the content of uploads sent to, without any secret; written as
    /// realms are.
    pub upload_origins: Vec<String>,
    /// The `User-Agent`; the host's own where it is absent.
    pub user_agent: Option<String>,
    /// The URL of a proxy that speaks for every registry below `<via>/<domain>/v2/`. It gets no credentials.
    pub via: Option<String>,
    /// How often a request is sent, and how long a registry may make it wait.
    pub retry: Retry,
    /// How many requests to one origin are under way at most, 16 where nothing is said.
    pub concurrency: Option<u32>,
}
