//! One request, and the redirects that it meets.

use crate::error::{Code, Error, Result};
use crate::limits::REDIRECTS;
use crate::registry::client::Client;
use crate::registry::transport::{Host, Method, Request, Response};
use crate::registry::url::{Channel, Trust, Url, vet};

/// Where a request starts and what goes along.
pub(super) struct Trip {
    /// The verb.
    pub(super) method: Method,
    /// The first URL.
    pub(super) start: Url,
    /// The media types that may come.
    pub(super) accept: Option<&'static str>,
    /// The secret, for the first origin only.
    pub(super) authorization: Option<String>,
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
        trip: Trip,
    ) -> Result<(Response<H::Body>, Url)> {
        let Trip { method, start: mut url, accept, mut authorization, is_for_token } = trip;
        for _ in 0..=REDIRECTS {
            let texts = [
                ("accept", accept.map(str::to_owned)),
                ("user-agent", self.options.user_agent.clone()),
                ("authorization", authorization.clone()),
            ];
            let headers = texts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
            let response = host.send(Request { method, url: url.to_string(), headers, body: None }).await?;
            if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
                return Ok((response, url));
            }
            let target = target(&url, response.headers.get("location"));
            let channel = match is_for_token {
                true => Channel::TokenRedirect { from: &url },
                false => Channel::Redirect { from: &url },
            };
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
