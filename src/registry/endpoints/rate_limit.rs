//! The rate limit that a registry states: how many requests are allowed, and how many are left.
//!
//! Source: Docker's documentation of pull limits (`ratelimit-limit: 100;w=21600`) and the IETF draft it comes from. A
//! HEAD is what is asked, and GET only where that is refused: Docker Hub does not count a HEAD as a pull.

use crate::registry::client::Session;
use crate::registry::endpoints::head;
use serde::Serialize;

use crate::error::Result;
use crate::http::message::Headers;
use crate::limits::SIZE;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::fetched::manifest_call;
use crate::registry::endpoints::fetched::manifest_tail;
use crate::registry::host::Host;
use crate::text::printable::printable;

/// What a registry tells of its limits; all of it absent where it tells nothing, or sets none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// How many requests are allowed in a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// How many of them are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// How long a window is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u64>,
    /// Who is counted: an address, or a user's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Asks for a manifest's headers and reads what they say about limits. Fails as [`head`](crate::registry::head) does.
pub async fn rate_limit<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<RateLimit> {
    let reference = &reference.with_default_tag();
    let ask = async {
        let tail = manifest_tail(reference)?;
        let answer = head::headers(session, &manifest_call(reference, &tail), |_| true).await?;
        Ok(read(answer.headers()))
    };
    ask.await.map_err(|error| about(reference, error))
}

fn read(headers: &Headers) -> RateLimit {
    let number = |name| headers.get(name).map(parse).unwrap_or_default();
    let (limit, window) = number("ratelimit-limit");
    let (remaining, other) = number("ratelimit-remaining");
    let source = headers.get("docker-ratelimit-source").map(str::trim).filter(|source| !source.is_empty());
    let source = source.map(|source| printable(source).chars().take(100).collect());
    RateLimit { limit, remaining, window_seconds: window.or(other), source }
}

/// `100;w=21600`: a number and its window. Of a list, the first.
fn parse(value: &str) -> (Option<u64>, Option<u64>) {
    let mut parts = value.split(',').next().unwrap_or_default().split(';').map(str::trim);
    let number = |text: &str| text.parse().ok().filter(|number| *number <= SIZE);
    let count = parts.next().and_then(number);
    (count, parts.find_map(|part| part.strip_prefix("w=")).and_then(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_window_are_read() {
        for (value, expected) in [
            ("100;w=21600", (Some(100), Some(21_600))),
            (" 20 ; w=60 ", (Some(20), Some(60))),
            ("5000", (Some(5000), None)),
            ("100, 100;w=60", (Some(100), None)),
            ("100;comment=\"x\";w=60", (Some(100), Some(60))),
            ("-1;w=x", (None, None)),
            ("", (None, None)),
            ("99999999999999999999", (None, None)),
        ] {
            assert_eq!(parse(value), expected, "{value}");
        }
    }
}
