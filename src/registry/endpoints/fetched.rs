//! The request for a manifest, and its response before it is verified.

use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::Headers;
use crate::limits::MANIFEST_BYTES;
use crate::manifest::Document;
use crate::reference::Reference;
use crate::registry::answer::headers::{declared_type, stated_digest};
use crate::registry::answer::problem;
use crate::registry::client::Session;
use crate::registry::endpoints::read::read_body;
use crate::registry::host::{Hasher, Host};
use crate::registry::send::call::Call;

/// All four types, always: a registry that does not hear of indexes picks a platform on its own, or says
/// that the manifest is unknown. [`crate::media_type`] is where the names come from.
pub(crate) const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// The body of a manifest endpoint, and what stood around it.
pub struct Fetched {
    /// The headers of the answer.
    pub headers: Headers,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Fetched {
    /// The digest that the registry states for the body; none where it states none that can be computed.
    pub fn stated(&self) -> Option<Digest> {
        stated_digest(&self.headers)
    }
}

/// The body of a manifest endpoint as it came, for a caller that judges it by other rules than
/// [`Document::parse`]. Not verified. Fails with the codes of the registry, the network and the URLs.
pub async fn fetch<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<Fetched> {
    let tail = manifest_tail(reference)?;
    fetch_by(session, &manifest_call(reference, &tail)).await
}

/// The body that a call for a manifest is answered with. Fails as [`fetch`] does.
pub(crate) async fn fetch_by<H: Host>(session: Session<'_, H>, call: &Call<'_>) -> Result<Fetched> {
    let (headers, _, read) = read_body(session, call, MANIFEST_BYTES).await?;
    if read.truncated && stands(Guard::DocumentSize) {
        let message = format!("{} is larger than {MANIFEST_BYTES} bytes", call.tail);
        return Err(Error::new(Code::ManifestTooLarge, message));
    }
    Ok(Fetched { headers, bytes: read.bytes })
}

/// Reads what was fetched for a reference, and verifies it. Fails as [`Document::parse`] does.
pub fn judge(hasher: &impl Hasher, reference: &Reference, fetched: Fetched) -> Result<Document> {
    let Fetched { headers, bytes } = fetched;
    if problem::is_page(&headers, &bytes) {
        return Err(page(reference, &manifest_tail(reference)?));
    }
    let stated = stated_digest(&headers);
    let expected = reference.digest().or(stated.as_ref());
    let actual = hasher.sha256(&bytes);
    Document::parse_hashed(bytes, declared_type(&headers).as_ref(), expected, actual)
}

pub(crate) fn manifest_call<'a>(reference: &'a Reference, tail: &'a str) -> Call<'a> {
    Call { accept: Some(ACCEPT), ..Call::new(reference, tail, Code::ManifestUnknown) }
}

/// `manifests/` and the digest or else the tag. A digest that cannot be verified is not asked for.
pub(crate) fn manifest_tail(reference: &Reference) -> Result<String> {
    if let Some(digest) = reference.digest() {
        digest.algorithm()?;
        return Ok(format!("manifests/{digest}"));
    }
    Ok(format!("manifests/{}", reference.tag().unwrap_or("latest")))
}

pub(crate) fn page(reference: &Reference, what: &str) -> Error {
    problem::page(
        problem::Subject { registry: reference.domain(), what, missing: Code::ManifestUnknown },
        200,
    )
}
