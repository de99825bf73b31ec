//! One request, and the redirects that it meets.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::{Method, Response};
use crate::http::retry::Again;
use crate::http::url::Url;
use crate::limits::REDIRECTS;
use crate::registry::client::Client;
use crate::registry::host::Host;
use crate::registry::send::attempts;
use crate::registry::send::attempts::Outgoing;
use crate::registry::send::call::{Payload, ROOT};
use crate::registry::session::Session;
use crate::registry::trust::{Channel, Trust, UNNAMED, vet};

/// Where a request starts and what goes along.
pub(crate) struct Trip<'a> {
    /// The verb.
    pub(crate) method: Method,
    /// The first URL.
    pub(crate) start: Url,
    /// The media types that may come.
    pub(crate) accept: Option<&'static str>,
    /// The secret, for the first origin only.
    pub(crate) authorization: Option<String>,
    /// What is sent.
    pub(crate) content: Option<Payload<'a>>,
    /// Further headers.
    pub(crate) headers: &'a [(&'static str, String)],
    /// Whether this asks for a token: such a request does not leave its origin.
    pub(crate) is_for_token: bool,
    /// Whether it may be sent again.
    pub(crate) again: Again,
    /// The domain of the registry that chose the first URL, where that is not its own.
    pub(crate) named_by: Option<String>,
    /// See [`crate::http::Request::on_behalf_of`].
    pub(crate) on_behalf_of: Option<String>,
}

/// Makes a trip on behalf of the registry at `base`; gives the answer that is no redirect, and its URL.
/// Once the first origin was left, nothing secret goes along any more, not even on the way back.
pub(crate) async fn follow<H: Host>(
    session: Session<'_, H>,
    base: &Url,
    trip: Trip<'_>,
) -> Result<(Response<H::Body>, Url)> {
    let Trip { method, start: mut url, mut authorization, content, is_for_token, .. } = trip;
    for _ in 0..=REDIRECTS {
        let known = [
            ("accept", trip.accept),
            ("content-type", content.map(|content| content.media_type).filter(|text| !text.is_empty())),
            ("user-agent", session.client.options.user_agent.as_deref()),
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
        let on_behalf_of = trip.on_behalf_of.clone();
        let outgoing =
            Outgoing { method, url: &url, headers, content, again: trip.again, named_by, on_behalf_of };
        let response = attempts::send(session, &outgoing).await;
        let is_elsewhere = is_for_token || !base.same_origin(&url);
        let response = response.map_err(|error| match is_elsewhere {
            true => located(error, &url),
            false => explained(session.client, error, &url),
        })?;
        if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
            return Ok((response, url));
        }
        let target = target(&url, response.headers.get("location"));
        let verdict = target.and_then(|target| {
            let trust = match (is_for_token, method.is_safe()) {
                (true, is_safe) => {
                    let keeps = is_safe || matches!(response.status, 307 | 308);
                    keeps.then_some(()).ok_or_else(|| refused(method, &url, &target, "it asks for a GET"))?;
                    vet(Channel::TokenRedirect { from: &url }, base, &target)
                }
                (false, true) => vet(Channel::Redirect { from: &url }, base, &target),
                (false, false) => vet_write(session.client, base, method, &url, response.status, &target),
            };
            Ok((trust?, target))
        });
        let (trust, target) = verdict.map_err(|error| error.with_status(response.status))?;
        if trust == Trust::Anonymous {
            authorization = None;
        }
        url = target;
    }
    let message = format!("{} redirects more than {REDIRECTS} times", base.machine());
    Err(Error::new(Code::RedirectLimit, message))
}

/// What goes along where a request that writes is redirected. Within its origin it is sent again as it is, after
/// 301 and 302 too, which RFC 9110 section 15.4 lets a client make a GET: that would write nothing. As they are what
/// login pages are reached by, they have to stay in the API. Payload leaves the registry for an origin that the
/// user has named alone, without a secret; a deletion never does.
fn vet_write(
    client: &Client,
    base: &Url,
    method: Method,
    from: &Url,
    status: u16,
    target: &Url,
) -> Result<Trust> {
    if status == 303 && stands(Guard::RedirectWrite) {
        return Err(refused(method, from, target, "303 asks for a GET in its place, which writes nothing"));
    }
    let is_of_api = target.path().starts_with(base.below(ROOT).path());
    if from.same_origin(target) && matches!(status, 301 | 302) && !is_of_api && stands(Guard::RedirectWrite) {
        return Err(refused(
            method,
            from,
            target,
            "it leads out of the registry's API, to a login for instance",
        ));
    }
    if from.same_origin(target) || !stands(Guard::RedirectWrite) {
        return vet(Channel::Redirect { from }, base, target);
    }
    if method == Method::Delete {
        return Err(refused(method, from, target, "what is deleted is the registry's own"));
    }
    let verdict = vet(Channel::Upload { allowed: &client.options.upload_origins }, base, target);
    verdict.map_err(|error| {
        let reason = error.message().rsplit_once(": ").map_or("", |(_, reason)| reason);
        let refusal = refused(method, from, target, reason);
        match reason == UNNAMED {
            false => refusal,
            true => refusal.with_detail("uploadOrigin", target.origin()).with_hint(format!(
                "If {} may have what is written, name it in uploadOrigins.",
                target.origin()
            )),
        }
    })
}

/// The failure of a registry whose certificate is not looked at: leaving it unchecked is no way out.
fn explained(client: &Client, error: Error, url: &Url) -> Error {
    if error.code() != Code::TlsFailed || !client.options.insecure.covers(&url.authority()) {
        return error;
    }
    error
        .with_hint("No certificate is checked here already: the message says what else TLS fails for.")
        .with_detail("insecure", "already")
}

/// The failure of a place that a registry sends its clients to, which is not the registry's own: it names the place.
fn located(error: Error, url: &Url) -> Error {
    let origin = url.origin();
    let hint = match error.code() {
        Code::TlsFailed => format!("The certificate of {origin} is not trusted: add its authority."),
        Code::PlainHttp => format!("The registry sends its clients to {origin}, where no TLS is spoken."),
        Code::Timeout | Code::ConnectionRefused | Code::HostNotFound | Code::Network => {
            format!("The registry sends its clients to {origin}: check that it can be reached from here.")
        }
        _ => return error,
    };
    let message = format!("{origin}: {}", error.message());
    error.with_message(&message).with_hint(hint).with_detail("origin", origin)
}

/// The refusal to follow a redirect of a request that writes.
fn refused(method: Method, from: &Url, target: &Url, reason: &str) -> Error {
    let (method, origin) = (method.as_str(), target.origin());
    let message = format!("{} redirects a {method} to {origin}: {reason}", from.machine());
    Error::new(Code::RedirectRefused, message).with_detail("origin", origin)
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
