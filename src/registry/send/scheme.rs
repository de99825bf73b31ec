//! Sends one call: finds out which scheme the registry speaks, and follows redirects. Authentication is in
//! [`crate::registry::auth::authenticate`].

use crate::error::{Code, Detail, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::retry::Again;
use crate::http::url::{Scheme, Url};
use crate::reference::DOCKER_HUB;
use crate::registry::answer::problem;
use crate::registry::client::{Client, Session};
use crate::registry::host::Host;
use crate::registry::send::call::{Answer, Call};
use crate::registry::send::redirects;
use crate::registry::send::redirects::Original;

/// The first request: finds out which scheme the registry speaks, once.
pub(crate) async fn open<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    authorization: Option<String>,
) -> Result<Answer<H::Body>> {
    let domain = call.repository.domain();
    let bases = bases(session.client, domain)?;
    match bases.as_slice() {
        [] => Err(Error::new(Code::Internal, "no scheme")),
        [only] => {
            let answer = send(session, call, only, authorization).await?;
            session.client.memory.bases.remember(domain, only);
            Ok(answer)
        }
        [http, https, ..] if http.scheme() == Scheme::Http => {
            open_loopback(session, call, http, https, authorization).await
        }
        [https, http, ..] => match send(session, call, https, authorization.clone()).await {
            // Http is tried where no TLS server listens, or one that speaks http; a TLS server that fails is an error.
            Err(error)
                if matches!(error.code(), Code::PlainHttp | Code::ConnectionRefused)
                    && !is_elsewhere(&error) =>
            {
                let answer = send(session, call, http, authorization).await?;
                session.client.memory.bases.remember(domain, http);
                Ok(answer)
            }
            answer => {
                let answer = answer?;
                session.client.memory.bases.remember(domain, https);
                Ok(answer)
            }
        },
    }
}

/// Sends a call to the proxy, which alone is asked. A redirect is an answer like any other: the proxy follows those of the registry.
///
/// Fails with `OPTION_INVALID` for a client without `via`, and as [`redirects::ask`] does.
pub(crate) async fn open_proxied<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
) -> Result<Answer<H::Body>> {
    let Some(base) = proxied_base(session.client, call.repository.domain())? else {
        return Err(Error::new(
            Code::OptionInvalid,
            "this core reads through a proxy alone: name one in `via`",
        ));
    };
    redirects::ask(session, &base, original(call, &base, None, call.again())).await
}

/// The first request to a registry on loopback: in http, which most of them speak; in TLS where what came was not
/// a registry's answer. What a server answers to the wrong protocol says nothing about what was asked for: some
/// close the connection, others send a sentence.
async fn open_loopback<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    http: &Url,
    https: &Url,
    authorization: Option<String>,
) -> Result<Answer<H::Body>> {
    let domain = call.repository.domain();
    let first = send_once(session, call, http, authorization.clone()).await;
    match &first {
        Ok(answer) if is_registry(answer) => {
            // What passes says nothing about the protocol: a TLS server that starts may answer so.
            if !is_passing(answer.response.status) {
                session.client.memory.bases.remember(domain, http);
            }
            return first;
        }
        // A write that is sent on to TLS at the same place is not followed there by itself.
        Err(error) if error.code() == Code::RedirectRefused && leads_to_tls_here(error) => {}
        Err(error) if error.code() != Code::Network || is_elsewhere(error) => return first,
        _ => {}
    }
    match send(session, call, https, authorization.clone()).await {
        Err(error)
            // A server that waits for the end of a line does not answer the first message of TLS.
            if matches!(
                error.code(),
                Code::PlainHttp | Code::ConnectionRefused | Code::Network | Code::Timeout
            ) && !is_elsewhere(&error) =>
        {
            if error.code() == Code::PlainHttp {
                session.client.memory.bases.remember(domain, http);
            }
            match first {
                // With all retries now: it speaks http.
                Err(first) if first.code() == Code::Network && call.again() == Again::Freely => {
                    send(session, call, http, authorization).await
                }
                first => first,
            }
        }
        answer => {
            let is_tls = |error: &Error| matches!(error.code(), Code::TlsFailed | Code::CertificateInvalid);
            if answer.as_ref().err().is_none_or(is_tls) {
                session.client.memory.bases.remember(domain, https);
            }
            answer
        }
    }
}

/// The registry's base URL, or those that may be it in the order of trying. Only loopback starts with http, only `insecure` may
/// end with it: a TLS failure never leads to http by itself.
pub(crate) fn bases(client: &Client, domain: &str) -> Result<Vec<Url>> {
    if let Some(known) = client.memory.bases.get(domain) {
        return Ok(vec![known]);
    }
    if let Some(proxied) = proxied_base(client, domain)? {
        return Ok(vec![proxied]);
    }
    let machine = machine_of(domain);
    let https = usable(&format!("https://{machine}/"), "the reference's domain cannot be asked")?;
    let http = Url::parse(&format!("http://{machine}/")).unwrap_or_else(|_| https.clone());
    if https.machine().is_loopback() {
        return Ok(vec![http, https]);
    }
    match client.options.insecure.covers(domain) || !stands(Guard::PlainHttp) {
        true => Ok(vec![https, http]),
        false => Ok(vec![https]),
    }
}

/// The base URL of a registry at the proxy, where there is one.
fn proxied_base(client: &Client, domain: &str) -> Result<Option<Url>> {
    let Some(via) = &client.options.via else { return Ok(None) };
    Ok(Some(usable(via, "`via` is not a usable URL")?.below(domain)))
}

/// A URL that is asked, or the error that says `what` is wrong.
fn usable(url: &str, what: &str) -> Result<Url> {
    Url::parse(url).map_err(|reason| Error::new(Code::OptionInvalid, format!("{what}: {reason}")))
}

/// The URL under which the registry of `domain` is spoken to; `otherwise` where that is not known yet.
pub fn origin_of(client: &Client, domain: &str, otherwise: Scheme) -> String {
    let known = client.memory.bases.get(domain);
    let scheme = known.map_or(otherwise, |base| base.scheme());
    format!("{}://{}", scheme.as_str(), machine_of(domain))
}

/// The host that answers for a registry. Docker Hub's has another name than references have.
fn machine_of(domain: &str) -> &str {
    if domain == DOCKER_HUB { "registry-1.docker.io" } else { domain }
}

/// The URL of a call at its registry.
pub(crate) fn url_of(client: &Client, call: &Call<'_>) -> Result<Url> {
    match bases(client, call.repository.domain())?.first() {
        Some(base) => Ok(call.url(base)),
        None => Err(Error::new(Code::Internal, "no scheme")),
    }
}

/// Sends one request and follows where it leads.
pub(crate) async fn send<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    base: &Url,
    authorization: Option<String>,
) -> Result<Answer<H::Body>> {
    let original = original(call, base, authorization, call.again());
    redirects::follow(session, base, original).await
}

/// As [`send`], where a connection that breaks says something about the protocol: the request is not sent again then.
async fn send_once<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    base: &Url,
    authorization: Option<String>,
) -> Result<Answer<H::Body>> {
    let again = match call.again() {
        Again::Freely => Again::Answered,
        again => again,
    };
    redirects::follow(session, base, original(call, base, authorization, again)).await
}

/// The request of a call at the registry's base URL.
fn original<'a>(call: &Call<'a>, base: &Url, authorization: Option<String>, again: Again) -> Original<'a> {
    Original {
        method: call.method,
        accept: call.accept,
        authorization,
        content: call.content,
        headers: call.headers,
        again,
        ..Original::get(call.url(base))
    }
}

/// Whether a redirect that was refused leads to TLS on this machine, under whichever of its names.
fn leads_to_tls_here(refusal: &Error) -> bool {
    let Some(Detail::Text(origin)) = refusal.detail("origin") else { return false };
    Url::parse(origin).is_ok_and(|url| url.scheme() == Scheme::Https && url.machine().is_loopback())
}

/// Whether an answer in http was a registry's, as far as that can be seen: a success that is no page, a challenge, JSON,
/// or the name of the API; and what passes, which says nothing about the protocol. Of an answer from where a redirect
/// led, a success alone, and none that came by TLS from this machine: the registry there answers for itself.
fn is_registry<B>(answer: &Answer<B>) -> bool {
    let (status, headers) = (answer.response.status, &answer.response.headers);
    let is_success = (200..300).contains(&status) && !problem::is_page(headers, &[]);
    if !answer.is_from_registry() {
        let is_upgraded = answer.url.scheme() == Scheme::Https && answer.url.machine().is_loopback();
        return is_success && !is_upgraded;
    }
    let is_named = headers.get("docker-distribution-api-version").is_some();
    let is_challenge = status == 401 && headers.get("www-authenticate").is_some();
    is_success || is_named || is_challenge || is_passing(status) || problem::is_json(headers)
}

/// Whether an error is the failure of a place that the registry leads to: it says nothing about the registry.
fn is_elsewhere(error: &Error) -> bool {
    error.detail("origin").is_some() && stands(Guard::PlainElsewhere)
}

/// Whether an answer is one that passes.
fn is_passing(status: u16) -> bool {
    status == 429 || status >= 500
}
