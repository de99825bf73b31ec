//! Beginning to bring a blob into a repository: mounting it from another one, or opening an upload.
//!
//! Source: distribution-spec "Mounting a blob from another repository" and "Pushing a blob in chunks". A registry
//! that cannot mount opens an upload instead; whoever has no use for that lets go of it by dropping it.

use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::http::message::Method;
use crate::http::url::{Scheme, Url};
use crate::limits::{CHUNK_BYTES, CHUNK_LIMIT};
use crate::registry::answer::problem::about;
use crate::registry::auth::authenticate;
use crate::registry::client::Client;
use crate::registry::endpoints::put::Target;
use crate::registry::endpoints::upload::Upload;
use crate::registry::host::Host;
use crate::registry::send::call::{Answer, Call, Payload};
use crate::registry::send::outcome;
use crate::registry::session::Session;
use crate::registry::trust::{Channel, Trust, vet};

/// What became of a request to mount a blob.
pub enum Mounted<'a, H: Host> {
    /// The target holds the blob.
    Yes,
    /// The registry opened an upload instead.
    No(Box<Upload<'a, H>>),
}

/// Asks the registry to take a blob over from another repository, whose path is `from`.
///
/// Fails with the codes of the registry, the network and the rules for URLs.
pub async fn mount<'a, H: Host>(
    session: Session<'a, H>,
    target: &'a Target<'a>,
    from: &str,
    digest: &Digest,
) -> Result<Mounted<'a, H>> {
    let query = Url::query_of(&[("from", from), ("mount", digest.as_str())]);
    let started = start(session, target, Some(&query)).await;
    started.map_err(|error| about(target.repository, error))
}

/// Opens an upload. Fails as [`mount`] does.
pub async fn open_upload<'a, H: Host>(
    session: Session<'a, H>,
    target: &'a Target<'a>,
) -> Result<Upload<'a, H>> {
    match start(session, target, None).await.map_err(|error| about(target.repository, error))? {
        Mounted::No(upload) => Ok(*upload),
        Mounted::Yes => {
            let message = "the registry answered 201 to an upload without content";
            Err(about(target.repository, Error::new(Code::ResponseInvalid, message)))
        }
    }
}

async fn start<'a, H: Host>(
    session: Session<'a, H>,
    target: &'a Target<'a>,
    query: Option<&str>,
) -> Result<Mounted<'a, H>> {
    let content = Some(Payload { media_type: "", bytes: &[] });
    let call = Call { method: Method::Post, query, content, ..target.call("blobs/uploads/") };
    let answer = authenticate::send(session, &call).await?;
    let answer = outcome::written(session, &call, answer).await?;
    if answer.response.status == 201 {
        return Ok(Mounted::Yes);
    }
    let headers = &answer.response.headers;
    let (at, trust) = upload_location(session.client, &answer, headers.get("location").unwrap_or_default())?;
    let least: Option<usize> = headers.get("oci-chunk-min-length").and_then(|text| text.trim().parse().ok());
    Ok(Mounted::No(Box::new(Upload {
        session,
        target,
        base: answer.base().clone(),
        at,
        trust,
        authorization: answer.authorization,
        held: 0,
        chunk: least.unwrap_or_default().clamp(CHUNK_BYTES, CHUNK_LIMIT),
        is_open: true,
    })))
}

fn upload_location<B>(client: &Client, answer: &Answer<B>, location: &str) -> Result<(Url, Trust)> {
    self::location(client, answer.base(), &answer.url, location)
}

/// Where an upload goes on after an answer from `url`, and with what. A proxy that ends TLS in front of a
/// registry makes many a registry say http, and its own port: the upload goes on where the registry was asked.
pub(crate) fn location(client: &Client, base: &Url, url: &Url, location: &str) -> Result<(Url, Trust)> {
    let refused = |reason: &str| {
        let message = format!("{} wants the upload at a URL that is not usable: {reason}", base.machine());
        Error::new(Code::LocationRefused, message)
    };
    if location.is_empty() {
        let message = format!("{} opens an upload, but does not say where", base.machine());
        return Err(Error::new(Code::ResponseInvalid, message));
    }
    let target = url.join(location).map_err(refused)?;
    let leaves_tls = base.scheme() == Scheme::Https && target.scheme() == Scheme::Http;
    let is_own = base.same_origin(&target.clone().with_scheme(base.scheme()));
    let target = match base.machine() == target.machine() && (leaves_tls || is_own) {
        true => target.at_origin_of(base),
        false => target,
    };
    let trust = vet(Channel::Upload { allowed: &client.options.upload_origins }, base, &target)?;
    Ok((target, trust))
}
