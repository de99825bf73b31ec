//! HTTP as the protocol above it needs it: requests and responses as data, and the host that carries them. Knows no
//! registry.
//!
//! ```text
//! message      requests and responses, as plain data
//! url          the only place that builds, escapes and parses URLs; which machines are private
//! host         what a host does for us: send, read, wait, hear
//! failure      what a host's failure to send means
//! retry        what is sent again, and how often     retry_after   how long a server asks to get no request
//! pace         how fast one origin is asked          parallel      several futures, a few at a time
//! ```

pub mod url;

pub(crate) mod failure;
pub(crate) mod host;
pub(crate) mod message;
pub(crate) mod pace;
pub(crate) mod parallel;
pub(crate) mod retry;
pub(crate) mod retry_after;

pub use failure::network_error;
pub use host::{Clock, Observer, Retrying, Transport};
pub use message::{Headers, Method, RESPONSE_HEADERS, Read, Request, Response};
pub(crate) use parallel::each;
pub use retry::{Retry, VISIBLE_MS};
