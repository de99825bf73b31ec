//! One request, and the redirects that it meets.

use crate::error::{Code, Error, Result};
use crate::limits::REDIRECTS;
use crate::registry::client::Client;
use crate::registry::exchange::Content;
use crate::registry::transport::{Host, Method, Request, Response};
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
    /// Whether this asks for a token: such a request does not leave its origin.
    pub(super) is_for_token: bool,
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
        let Trip { method, start: mut url, accept, mut authorization, content, is_for_token } = trip;
        for _ in 0..=REDIRECTS {
            let texts = [
                ("accept", accept.map(str::to_owned)),
                (
                    "content-type",
                    content.map(|content| content.media_type.to_owned()).filter(|t| !t.is_empty()),
                ),
                ("user-agent", self.options.user_agent.clone()),
                ("authorization", authorization.clone()),
            ];
            let headers = texts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
            let body = content.map(|content| content.bytes.to_vec());
            let response = host.send(Request { method, url: url.to_string(), headers, body }).await?;
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
    if matches!(status, 307 | 308) && from.same_origin(&target) {
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
