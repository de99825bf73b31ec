//! Reads the headers of a manifest: by HEAD, and by GET where a registry or a server before it refuses HEAD alone.
//!
//! Source: distribution-spec "Checking if content exists in the registry". Many registries and the servers before them
//! refuse HEAD alone: 404 with a page (Nexus), 403 (containerd#6684), 405 (distribution#1485), 400, 500, 501. A refusal
//! of HEAD has no body that could say what was meant, so GET decides. Believed at once are success, 404 that says it is
//! about JSON (the registry itself speaks, not a server before it), 401 with what its challenge says, and what passes:
//! 429 and faults of the server.

use crate::error::{Code, Result};
use crate::http::message::{Headers, Method, Read, Response};
use crate::limits::MANIFEST_BYTES;
use crate::manifest::Document;
use crate::reference::Reference;
use crate::registry::answer::problem;
use crate::registry::auth::route;
use crate::registry::client::Session;
use crate::registry::endpoints::fetched::{Fetched, fetch_by, judge};
use crate::registry::host::Host;
use crate::registry::memory::quirks::Quirk;
use crate::registry::send::call::Call;
use crate::registry::send::outcome;

/// What a registry says of a manifest.
pub(crate) enum Stated<B> {
    /// The headers of a HEAD.
    Headers(Headers),
    /// The answer to a GET, its body unread.
    Document(Response<B>),
}

impl<B> Stated<B> {
    /// The headers of either.
    pub(crate) fn headers(&self) -> &Headers {
        match self {
            Stated::Headers(headers) => headers,
            Stated::Document(response) => &response.headers,
        }
    }
}

/// Asks for the headers of the manifest that `call` names: by HEAD, and by GET where the registry refuses HEAD
/// without a reason or where `is_enough` misses something in the headers. A registry that is known to refuse HEAD
/// is asked by GET alone.
///
/// Fails with the codes of the registry, the network and the rules for URLs.
pub(crate) async fn headers<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    is_enough: impl Fn(&Headers) -> bool,
) -> Result<Stated<H::Body>> {
    let domain = call.repository.domain();
    let mut is_refused = false;
    if !session.client.memory.quirks.has(domain, Quirk::NoHead) {
        let head = Call { method: Method::Head, ..*call };
        let answer = route::send(session, &head).await?;
        let (status, headers) = (answer.response.status, &answer.response.headers);
        is_refused = !is_believed(status, headers);
        match (status, is_refused) {
            (_, true) => {}
            (200, false) if is_enough(headers) => return Ok(Stated::Headers(answer.response.headers)),
            (200, false) => {}
            // No success, so this fails.
            _ => {
                return outcome::succeed(session, &head, answer)
                    .await
                    .map(|(response, _)| Stated::Document(response));
            }
        }
    }
    let get = Call { method: Method::Get, ..*call };
    let answer = route::send(session, &get).await?;
    let (response, _) = outcome::succeed(session, &get, answer).await?;
    if is_refused {
        session.client.memory.quirks.remember(domain, Quirk::NoHead);
    }
    Ok(Stated::Document(response))
}

/// Reads and verifies the document that came in place of headers. Fails as [`manifest`] does.
pub(crate) async fn read_document<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    reference: &Reference,
    response: Response<H::Body>,
) -> Result<Document> {
    let Response { headers, body, .. } = response;
    match session.host.read(body, MANIFEST_BYTES).await {
        Ok(Read { bytes, truncated: false }) => judge(session.host, reference, Fetched { headers, bytes }),
        Err(error) if error.code() == Code::Aborted => Err(error),
        // What broke off is asked for again, and what is too large is refused there.
        _ => judge(session.host, reference, fetch_by(session, call).await?),
    }
}

/// Whether an answer to HEAD can be taken for the registry's verdict on what was asked for.
pub(crate) fn is_believed(status: u16, headers: &Headers) -> bool {
    match status {
        200 => !problem::is_page(headers, &[]),
        401 | 408 | 425 | 429 => true,
        404 => problem::is_json(headers),
        // Some answer so to a verb that they do not know (Nexus 3.96).
        500 | 501 => false,
        _ => status > 501,
    }
}
