//! The outcome of a call: the answer that was asked for, or the error that a refusal stands for.

use crate::error::{Code, Error, Result};
use crate::http::message::Response;
use crate::http::url::Url;
use crate::limits::ERROR_BYTES;
use crate::registry::answer::problem::{self, Refusal, Subject};
use crate::registry::client::Session;
use crate::registry::host::Host;
use crate::registry::send::call::{Answer, Call};

/// The response of an answer with status 200; any other answer becomes its error.
pub(crate) async fn succeed<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    answer: Answer<H::Body>,
) -> Result<(Response<H::Body>, Url)> {
    let status = answer.response.status;
    if status == 200 {
        if problem::is_page(&answer.response.headers, &[]) {
            return Err(problem::page(call.subject_at(&answer.whose()), status));
        }
        return Ok((answer.response, answer.url));
    }
    let elsewhere = !answer.is_from_registry();
    let whose = answer.whose();
    let subject = call.subject_at(&whose);
    let error = refusal(session, subject, answer).await?;
    let code = error.code();
    if elsewhere && matches!(code, Code::Unauthorized | Code::Denied) {
        return Err(refused_elsewhere(call, "redirected to", &whose.unwrap_or_default(), status));
    }
    if (200..400).contains(&status) {
        let message = format!("{} answered {status} when asked for {}", subject.registry, call.tail);
        return Err(Error::new(Code::ResponseInvalid, message).with_status(status));
    }
    Err(error)
}

/// An answer from 200 to 299; anything else becomes its error. What a store refuses that the registry has sent
/// us to is not the registry's verdict about who asks.
pub(crate) async fn written<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    answer: Answer<H::Body>,
) -> Result<Answer<H::Body>> {
    let status = answer.response.status;
    if (200..300).contains(&status) {
        // Where a redirect led to a page nothing was written, whatever its status is.
        let is_moved = answer.url != call.url(answer.base());
        return match is_moved && problem::is_page(&answer.response.headers, &[]) {
            true => Err(problem::page(call.subject(), status)),
            false => Ok(answer),
        };
    }
    let whose = answer.whose();
    let subject = call.subject_at(&whose);
    let error = refusal(session, subject, answer).await?;
    let code = error.code();
    match &whose {
        Some(origin) if matches!(code, Code::Unauthorized | Code::Denied) => {
            Err(refused_elsewhere(call, "led to", origin, status))
        }
        _ => Err(error),
    }
}

/// The error for a 401 or 403 of another place than the registry, which says nothing about the registry's credentials.
fn refused_elsewhere(call: &Call<'_>, led: &str, origin: &str, status: u16) -> Error {
    let domain = call.repository.domain();
    Error::new(Code::RegistryError, format!("{domain} {led} {origin}, which answered {status}"))
        .with_status(status)
        .with_hint(format!("The credentials for {domain} are not sent there."))
}

/// Reads an answer that is no success, and gives the error that it stands for. A body that breaks off is a refusal all
/// the same.
///
/// Fails with `ABORTED`.
pub(crate) async fn refusal<H: Host>(
    session: Session<'_, H>,
    subject: Subject<'_>,
    answer: Answer<H::Body>,
) -> Result<Error> {
    let Answer { response, attempts, retry_after_ms, authorization, .. } = answer;
    let body = match session.host.read(response.body, ERROR_BYTES).await {
        Ok(read) => read.bytes,
        Err(error) if error.code() == Code::Aborted => return Err(error),
        Err(_) => Vec::new(),
    };
    let refusal = Refusal {
        status: response.status,
        headers: &response.headers,
        body: &body,
        authorization: authorization.as_deref(),
        attempts,
        retry_after_ms,
    };
    Ok(problem::error(subject, &refusal))
}
