//! Blobs: any of them as a stream, and configs as verified bytes.
//!
//! Source: distribution-spec "Pulling blobs".

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::{Headers, Method, Response};
use crate::limits::{CONFIG_BYTES, SIZE};
use crate::reference::Reference;
use crate::registry::answer::problem::{self, about};
use crate::registry::auth::route;
use crate::registry::client::Session;
use crate::registry::endpoints::fetched::page;
use crate::registry::endpoints::head;
use crate::registry::endpoints::manifests::check_size;
use crate::registry::endpoints::read::read_body;
use crate::registry::host::Host;
use crate::registry::send::call::Call;
use crate::registry::send::outcome;

/// A blob of the reference's repository, its body unread. The caller verifies the digest while it reads,
/// and the length where `Content-Length` stands without `Content-Encoding`.
///
/// Fails as [`head`](crate::registry::head) does; a blob that is not there is `BLOB_UNKNOWN`.
pub async fn blob<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    digest: &Digest,
) -> Result<Response<H::Body>> {
    blob_answer(session, reference, digest).await.map_err(|error| about(reference, error))
}

async fn blob_answer<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    digest: &Digest,
) -> Result<Response<H::Body>> {
    digest.algorithm()?;
    let tail = format!("blobs/{digest}");
    let call = Call::new(reference, &tail, Code::BlobUnknown);
    let answer = route::send(session, &call).await?;
    Ok(outcome::succeed(session, &call, answer).await?.0)
}

/// What the registry says of a blob of the reference's repository: the headers of a HEAD; of a GET, whose body stays
/// unread, where the registry or its store refuses HEAD alone.
///
/// Fails as [`blob`] does.
pub async fn blob_headers<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    digest: &Digest,
) -> Result<Headers> {
    stated(session, reference, digest).await.map_err(|error| about(reference, error))
}

async fn stated<H: Host>(session: Session<'_, H>, reference: &Reference, digest: &Digest) -> Result<Headers> {
    let tail = format!("blobs/{digest}");
    let call = Call { method: Method::Head, ..Call::new(reference, &tail, Code::BlobUnknown) };
    let answer = route::send(session, &call).await?;
    let response = match head::is_believed(answer.response.status, &answer.response.headers) {
        true => outcome::succeed(session, &call, answer).await?.0,
        false => blob_answer(session, reference, digest).await?,
    };
    Ok(response.headers)
}

/// The bytes of a config, verified by digest and size.
pub(crate) async fn config_bytes<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    config: &Descriptor,
) -> Result<Vec<u8>> {
    if config.size > CONFIG_BYTES as u64 && stands(Guard::ConfigSize) {
        let message = format!("the config states {} bytes; at most {CONFIG_BYTES} are read", config.size);
        return Err(Error::new(Code::ResponseTooLarge, message));
    }
    config.digest.algorithm()?;
    let tail = format!("blobs/{}", config.digest);
    let call = Call::new(reference, &tail, Code::BlobUnknown);
    let (headers, _, read) = read_body(session, &call, CONFIG_BYTES).await?;
    if read.truncated {
        return Err(Error::new(
            Code::ResponseTooLarge,
            format!("the config is larger than {CONFIG_BYTES} bytes"),
        ));
    }
    let verdict = config.digest.verify(&read.bytes);
    verdict.or_else(|error| match problem::is_page(&headers, &read.bytes) {
        true => Err(page(reference, "a config")),
        false if stands(Guard::ConfigDigest) => Err(error),
        false => Ok(()),
    })?;
    check_size(config, read.bytes.len() as u64)?;
    Ok(read.bytes)
}

/// The size of a blob where the registry states it in these headers. A length of encoded bytes says nothing about the content.
pub fn stated_size(headers: &Headers) -> Option<u64> {
    let is_encoded = headers.get("content-encoding").is_some();
    let length = headers.get("content-length").filter(|_| !is_encoded)?;
    length.parse().ok().filter(|size| *size <= SIZE)
}
