//! One request, and the redirects that it meets.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::limits::REDIRECTS;
use crate::registry::client::Client;
use crate::registry::deliver::Outgoing;
use crate::registry::exchange::Content;
use crate::registry::retry::Again;
use crate::registry::transport::{Host, Method, Response};
use crate::registry::url::{Channel, Trust, Url, vet};

/// Where a request starts and what goes along.
pub(super) struct Trip<'a> {
    /// The verb.
    pub(super) method: Method,
    /// The first URL.
    pub(super) start: Url,
    /// The media types that may come.
    pub(super) accept: Option<&'static str>,
    /// The secret, for the first origin only.
    pub(super) authorization: Option<String>,
    /// What is sent.
    pub(super) content: Option<Content<'a>>,
    /// Further headers.
    pub(super) headers: &'a [(&'static str, String)],
    /// Whether this asks for a token: such a request does not leave its origin.
    pub(super) is_for_token: bool,
    /// Whether it may be sent again.
    pub(super) again: Again,
    /// The domain of the registry that chose the first URL, where that is not its own.
    pub(super) named_by: Option<String>,
}

impl Client {
    /// Makes a trip on behalf of the registry at `base`; gives the answer that is no redirect, and its URL.
    /// Once the first origin was left, nothing secret goes along any more, not even on the way back.
    pub(super) async fn travel<H: Host>(
        &self,
        host: &H,
        base: &Url,
        trip: Trip<'_>,
    ) -> Result<(Response<H::Body>, Url)> {
        let Trip { method, start: mut url, mut authorization, content, is_for_token, .. } = trip;
        let most = if stands(Guard::RedirectCount) { REDIRECTS } else { 2 * REDIRECTS };
        for _ in 0..=most {
            let known = [
                ("accept", trip.accept),
                ("content-type", content.map(|content| content.media_type).filter(|text| !text.is_empty())),
                ("user-agent", self.options.user_agent.as_deref()),
                ("authorization", authorization.as_deref()),
            ];
            let mut headers = Vec::new();
            for (name, text) in known {
                if let Some(text) = text {
                    headers.push((name, text.to_owned()));
                }
            }
            headers.extend_from_slice(trip.headers);
            let named_by = match base.same_origin(&url) {
                true => trip.named_by.clone(),
                false => Some(base.machine().to_string()),
            };
            let outgoing = Outgoing { method, url: &url, headers, content, again: trip.again, named_by };
            let response = self.deliver(host, &outgoing).await?;
            if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
                return Ok((response, url));
            }
            let target = target(&url, response.headers.get("location"));
            let channel = match is_for_token {
                true => Channel::TokenRedirect { from: &url },
                false => Channel::Redirect { from: &url },
            };
            let target = target.and_then(|target| match method.is_safe() {
                true => Ok(target),
                false => with_body(&url, response.status, target),
            });
            let verdict = target.and_then(|target| Ok((vet(channel, base, &target)?, target)));
            let (trust, target) = verdict.map_err(|error| error.with_status(response.status))?;
            if trust == Trust::Anonymous {
                authorization = None;
            }
            url = target;
        }
        let message = format!("{} redirects more than {REDIRECTS} times", base.machine());
        Err(Error::new(Code::RedirectLimit, message))
    }
}

/// A redirect of a request that writes. What is written goes to the origin that was asked and to no other, and
/// only 307 and 308 say that it should be sent again as it is (RFC 9110 section 15.4).
fn with_body(from: &Url, status: u16, target: Url) -> Result<Url> {
    let keeps = matches!(status, 307 | 308) && from.same_origin(&target);
    if keeps || !stands(Guard::RedirectWrite) {
        return Ok(target);
    }
    let message = format!("{} redirects a write to {}", from.machine(), target.origin());
    Err(Error::new(Code::RedirectRefused, message))
}

/// Where a redirect from `url` leads.
fn target(url: &Url, location: Option<&str>) -> Result<Url> {
    let from = url.machine();
    let Some(location) = location else {
        return Err(Error::new(Code::ResponseInvalid, format!("{from} redirects, but does not say where")));
    };
    url.join(location).map_err(|reason| {
        Error::new(Code::RedirectRefused, format!("{from} redirects to a URL that is not usable: {reason}"))
    })
}
