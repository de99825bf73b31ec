//! What is sent again, how often, and how long is waited before.
//!
//! ```text
//! Freely   GET, HEAD, PUT of a manifest (the same bytes), POST that opens an upload (a new session), tokens
//! Refused  DELETE, PUT of a blob, PUT on a condition: only where the registry says that it has not begun (429)
//! Answered the first request to a registry on loopback: a connection that breaks may mean that it speaks TLS
//! Never    PATCH: how far the registry came has to be asked for first
//! ```
//!
//! Work of several requests, where the failed one alone must not be sent again, is begun again as a whole; [`Work`]:
//!
//! | work | after | at most | looked at first |
//! |---|---|---|---|
//! | `Body` | the connection broke while a body was read | as a request | nothing |
//! | `Write` | it broke, or a status that passes and is not 429 | as a request | what the tag points at |
//! | `Delete` | as `Write` | twice | what the tag points at |
//! | `Chunk` | a retryable error, 416 | 1 + 5 times | how many bytes are there (GET) |
//! | `Close` | a retryable error that is not 429, 404, 416 | 1 + 5 times | whether the blob is there (HEAD) |
//! | `Blob` | it broke, `UPLOAD_LOST` | 3 times | nothing: it is sent from its first byte |
//! | `Resume` | it broke, a time limit, an end before the stated size | 1 + 5 times, once more for each MiB | nothing: it goes on at the next byte, without a wait |
//!
//! After 429 a write certainly had no effect, and it was sent again as often as a request may be.
//!
//! What was written is looked for again after the waits of [`VISIBLE_MS`], where a registry does not show it at once.
//!
//! A status that is not in the table is an answer: 400, 401, 403, 404, 405, 409, 412, 413 and 415 will not change.
//! Neither do digests that do not match, and what a rule of ours refuses.

use crate::error::{Code, Error};
use crate::http::message::Method;

/// How often a chunk that did not get through is sent again: half of what regclient allows.
const CHUNK_RETRIES: u32 = 5;

/// The shortest and the longest back-off before a request is sent again, in milliseconds, before jitter.
const BACKOFF_BASE_MS: u64 = 250;

/// See [`BACKOFF_BASE_MS`].
const BACKOFF_CAP_MS: u64 = 10_000;

/// The shortest wait after a 429 or 503 that names a time, in milliseconds.
pub(crate) const LEAST_WAIT_MS: u64 = 250;

/// How long one request may wait in all before it fails, in milliseconds: two minutes.
pub(crate) const WAITING_MS: u64 = 120_000;

/// The waits before what was just written is looked for again, in milliseconds: five times within ten seconds. Docker
/// Hub and GHCR show a write only seconds later.
pub const VISIBLE_MS: [u64; 5] = [250, 750, 1_500, 2_500, 5_000];

/// How often a request is sent, and how long a registry may make it wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often a request is sent at most, the first time included.
    pub attempts: u32,
    /// The longest wait that a registry may ask for, in milliseconds; a longer one fails at once.
    pub max_delay_ms: u64,
}

impl Default for Retry {
    /// Six attempts, as oras-go; one minute.
    fn default() -> Retry {
        Retry { attempts: 6, max_delay_ms: 60_000 }
    }
}

/// Whether a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// Whatever became of it.
    Freely,
    /// As [`Again::Freely`], but not where the connection broke.
    Answered,
    /// When it certainly had no effect.
    Refused,
    /// Not here.
    Never,
}

impl Again {
    /// For a request of the registry's API; `tail` is what follows the repository's path.
    pub(crate) fn of(method: Method, tail: &str) -> Again {
        match method {
            Method::Get | Method::Head => Again::Freely,
            Method::Put if tail.starts_with("manifests/") => Again::Freely,
            Method::Post => Again::Freely,
            Method::Put | Method::Delete => Again::Refused,
            Method::Patch => Again::Never,
        }
    }
}

/// Statuses of an overload, a proxy or a fault that passes: RFC 9110, nginx (499), Cloudflare (520 to 524).
const STATUSES: &[u16] = &[408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524];

/// Whether an answer with this status is asked for again.
pub(crate) fn is_passing(again: Again, method: Method, status: u16) -> bool {
    match again {
        // 500 to a HEAD is how some registries say that they do not know the verb (Nexus 3.96): a GET asks next.
        Again::Freely | Again::Answered => {
            STATUSES.contains(&status) && (method, status) != (Method::Head, 500)
        }
        Again::Refused => status == 429,
        Again::Never => false,
    }
}

/// Failures of the network: how often a request is sent in spite of them. A name that has no address and a port
/// where nothing listens are a typing error more often than a restart, so their answer comes soon. A time limit
/// has cost its time before.
const FAILURES: &[(Code, u32)] =
    &[(Code::Network, u32::MAX), (Code::Timeout, 3), (Code::ConnectionRefused, 3), (Code::HostNotFound, 2)];

/// How often a request that fails with `error` is sent at most.
pub(crate) fn attempts(again: Again, error: &Error) -> u32 {
    let is_sent_again = match again {
        Again::Freely => true,
        Again::Answered => error.code() != Code::Network,
        Again::Refused | Again::Never => false,
    };
    let known = FAILURES.iter().find(|(code, _)| *code == error.code() && is_sent_again);
    match known {
        // A browser does not tell a connection that broke from a missing CORS header: one more try has to do.
        Some((Code::Network, _)) if error.detail("cause").is_none() => 2,
        Some((_, attempts)) => *attempts,
        None => 1,
    }
}

/// Work of several requests that is begun again as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// A request whose body is read at once.
    Body,
    /// A manifest that is put on a condition, or into a list.
    Write,
    /// A manifest or a tag that is deleted.
    Delete,
    /// A chunk of an upload.
    Chunk,
    /// The end of an upload.
    Close,
    /// A blob from one repository to another.
    Blob,
    /// The rest of a blob, of which so many bytes were read.
    Resume(u64),
}

impl Work {
    /// How often this is begun at most when it has failed with `error`; `limit` is how often a request may be sent.
    pub(crate) fn most(self, error: &Error, limit: u32) -> u32 {
        let (code, status) = (error.code(), error.status());
        let only = |is_begun_again: bool, most: u32| if is_begun_again { most } else { 1 };
        match self {
            Work::Body => attempts(Again::Freely, error).min(limit),
            Work::Write | Work::Delete => {
                let most = match status {
                    Some(429) => 1,
                    Some(status) if STATUSES.contains(&status) => u32::MAX,
                    _ => attempts(Again::Freely, error),
                };
                most.min(limit).min(if self == Work::Delete { 2 } else { u32::MAX })
            }
            Work::Chunk => only(code.retryable() || status == Some(416), limit.clamp(1, 1 + CHUNK_RETRIES)),
            Work::Close => {
                let is_unclear = code.retryable() && code != Code::TooManyRequests;
                only(is_unclear || matches!(status, Some(404 | 416)), limit.clamp(1, 1 + CHUNK_RETRIES))
            }
            Work::Blob => only(matches!(code, Code::UploadLost | Code::Network), 3),
            // Not for ever: a registry may give one byte at a time.
            Work::Resume(read) => {
                let more = u32::try_from(read >> 20).unwrap_or(u32::MAX);
                let is_broken = matches!(code, Code::Network | Code::Timeout | Code::SizeMismatch);
                only(is_broken, more.saturating_add(1 + CHUNK_RETRIES))
            }
        }
    }
}

/// Exponential back-off with full jitter, in milliseconds, before attempt number `attempt` + 1. `random` is any
/// number: full jitter is what keeps clients that failed together from coming back together.
pub(crate) fn backoff(attempt: u32, random: u32) -> u64 {
    let doubled = BACKOFF_BASE_MS.saturating_mul(1 << attempt.saturating_sub(1).min(16));
    let most = doubled.min(BACKOFF_CAP_MS);
    (u64::from(random) * (most + 1)) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_stays_within_its_doubling_bound() {
        for (attempt, most) in [(1, 250), (2, 500), (3, 1000), (6, 8000), (7, 10_000), (60, 10_000)] {
            assert_eq!(backoff(attempt, 0), 0);
            assert_eq!(backoff(attempt, u32::MAX), most);
            assert_eq!(backoff(attempt, 1 << 31), most.div_ceil(2));
        }
    }

    #[test]
    fn only_what_may_have_no_effect_is_sent_again() {
        let statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 429, 500, 503, 504, 521];
        let passing = |method, tail: &str| {
            let again = Again::of(method, tail);
            statuses.into_iter().filter(|status| is_passing(again, method, *status)).collect::<Vec<_>>()
        };
        assert_eq!(passing(Method::Get, "tags/list"), [429, 500, 503, 504, 521]);
        assert_eq!(passing(Method::Head, "manifests/1"), [429, 503, 504, 521]);
        assert_eq!(passing(Method::Put, "manifests/1"), [429, 500, 503, 504, 521]);
        assert_eq!(passing(Method::Put, "blobs/uploads/"), [429]);
        assert_eq!(passing(Method::Delete, "manifests/1"), [429]);
        assert_eq!(passing(Method::Patch, "blobs/uploads/"), [0; 0]);
    }
}
