//! Sends one request and follows its redirects.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::Method;
use crate::http::retry::Again;
use crate::http::url::Url;
use crate::limits::REDIRECTS;
use crate::registry::client::{Client, Session};
use crate::registry::host::Host;
use crate::registry::send::attempts::{self, Outgoing};
use crate::registry::send::call::{Answer, Payload, ROOT, Reply};
use crate::registry::trust::{Channel, Trust, UNNAMED, is_public_only, reworded, vet_for};

/// The original request, before any redirect.
#[derive(Clone)]
pub(crate) struct Original<'a> {
    /// The verb.
    pub(crate) method: Method,
    /// The first URL.
    pub(crate) url: Url,
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

impl Original<'_> {
    /// A GET without a secret.
    pub(crate) fn get(url: Url) -> Original<'static> {
        Original {
            method: Method::Get,
            url,
            accept: None,
            authorization: None,
            content: None,
            headers: &[],
            is_for_token: false,
            again: Again::Freely,
            named_by: None,
            on_behalf_of: None,
        }
    }

    /// All headers of the request, in lower case, with `authorization`.
    fn headers<'h>(
        &'h self,
        user_agent: Option<&'h str>,
        authorization: Option<&'h str>,
    ) -> Vec<(&'static str, &'h str)> {
        let media_type = self.content.map(|content| content.media_type).filter(|text| !text.is_empty());
        let known = [
            ("accept", self.accept),
            ("content-type", media_type),
            ("user-agent", user_agent),
            ("authorization", authorization),
        ];
        let known = known.into_iter().filter_map(|(name, text)| Some((name, text?)));
        known.chain(self.headers.iter().map(|(name, text)| (*name, text.as_str()))).collect()
    }
}

/// Sends a request for the registry at `base` and follows its redirects; gives the answer that is none. Once the first
/// origin was left, no secret is sent any more, not even back to that origin.
///
/// Fails with `REDIRECT_REFUSED`, `REDIRECT_LIMIT`, `RESPONSE_INVALID`, and as [`attempts::send`] does.
pub(crate) async fn follow<H: Host>(
    session: Session<'_, H>,
    base: &Url,
    original: Original<'_>,
) -> Result<Answer<H::Body>> {
    let (mut url, mut authorization) = (original.url.clone(), original.authorization.clone());
    for _ in 0..=REDIRECTS {
        let Reply { response, attempts, retry_after_ms } =
            send_to(session, base, &original, &url, authorization.as_deref()).await?;
        if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
            let (base, authorization) = (base.clone(), original.authorization);
            return Ok(Answer { response, attempts, retry_after_ms, url, base, authorization });
        }
        let next = target(&url, response.headers.get("location")).and_then(|target| {
            let trust = vet_redirect(session.client, base, &original, (&url, response.status), &target)?;
            Ok((trust, target))
        });
        let (trust, target) = next.map_err(|error| error.with_status(response.status))?;
        if trust == Trust::Anonymous {
            authorization = None;
        }
        url = target;
    }
    let message = format!("{} redirects more than {REDIRECTS} times", base.machine());
    Err(Error::new(Code::RedirectLimit, message))
}

/// Sends a request for the registry at `base` and gives what comes, also where that is a redirect.
///
/// Fails as [`attempts::send`] does.
pub(crate) async fn ask<H: Host>(
    session: Session<'_, H>,
    base: &Url,
    original: Original<'_>,
) -> Result<Answer<H::Body>> {
    let (url, authorization) = (original.url.clone(), original.authorization.clone());
    let Reply { response, attempts, retry_after_ms } =
        send_to(session, base, &original, &url, authorization.as_deref()).await?;
    Ok(Answer { response, attempts, retry_after_ms, url, base: base.clone(), authorization })
}

/// Sends the request to one of the URLs that it is redirected to.
async fn send_to<H: Host>(
    session: Session<'_, H>,
    base: &Url,
    original: &Original<'_>,
    url: &Url,
    authorization: Option<&str>,
) -> Result<Reply<H::Body>> {
    let options = &session.client.options;
    let outgoing = Outgoing {
        method: original.method,
        url,
        headers: original.headers(options.user_agent.as_deref(), authorization),
        content: original.content,
        again: original.again,
        named_by: match base.same_origin(url) {
            true => original.named_by.clone(),
            false => Some(base.machine().to_string()),
        },
        on_behalf_of: original.on_behalf_of.clone(),
        public_only: is_public_only(options, url),
    };
    let is_elsewhere = original.is_for_token || !base.same_origin(url);
    attempts::send(session, &outgoing).await.map_err(|error| match is_elsewhere {
        true => located(reworded(options, error, url, true), url),
        false => explained(session.client, reworded(options, error, url, false), url),
    })
}

/// What may be sent to the target of a redirect that the URL in `from` answered, with the status beside it.
fn vet_redirect(
    client: &Client,
    base: &Url,
    original: &Original<'_>,
    from: (&Url, u16),
    target: &Url,
) -> Result<Trust> {
    let (method, (url, status)) = (original.method, from);
    match (original.is_for_token, method.is_safe()) {
        (true, is_safe) if is_safe || matches!(status, 307 | 308) => {
            vet_for(&client.options, Channel::TokenRedirect { from: url }, base, target)
        }
        (true, _) => Err(refused(method, url, target, "it asks for a GET")),
        (false, true) => vet_for(&client.options, Channel::Redirect { from: url }, base, target),
        (false, false) => vet_write(client, base, method, from, target),
    }
}

/// What may be sent where a request that writes is redirected. Within its origin it is sent again as it is, after
/// 301 and 302 too, which RFC 9110 section 15.4 lets a client make a GET: that would write nothing. As they are what
/// login pages are reached by, they have to stay in the API. Content leaves the registry for an origin that the
/// user has named alone, without a secret; a deletion never does.
fn vet_write(client: &Client, base: &Url, method: Method, from: (&Url, u16), target: &Url) -> Result<Trust> {
    let (from, status) = from;
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
        return vet_for(&client.options, Channel::Redirect { from }, base, target);
    }
    if method == Method::Delete {
        return Err(refused(method, from, target, "what is deleted is the registry's own"));
    }
    let verdict =
        vet_for(&client.options, Channel::Upload { allowed: &client.options.upload_origins }, base, target);
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

/// The failure of a registry whose certificate is not verified: the hint must not advise to skip the verification.
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
