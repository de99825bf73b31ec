//! A manifest as it came, before anybody has judged it.

use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::Headers;
use crate::limits::MANIFEST_BYTES;
use crate::manifest::Document;
use crate::reference::Reference;
use crate::registry::answer::problem;
use crate::registry::endpoints::head::{declared_type, stated_digest};
use crate::registry::endpoints::manifests::manifest_call;
use crate::registry::endpoints::manifests::manifest_tail;
use crate::registry::endpoints::manifests::page;
use crate::registry::endpoints::read::read_whole;
use crate::registry::host::Host;
use crate::registry::send::call::Call;
use crate::registry::session::Session;

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

/// The body of a manifest endpoint as it came, for who has to judge it by other rules than
/// [`Document::parse`]. Not verified. Fails with the codes of the registry, the network and the URLs.
pub async fn fetch<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<Fetched> {
    let tail = manifest_tail(reference)?;
    fetch_by(session, &manifest_call(reference, &tail)).await
}

/// The body that a call for a manifest is answered with. Fails as [`fetch`] does.
pub(crate) async fn fetch_by<H: Host>(session: Session<'_, H>, call: &Call<'_>) -> Result<Fetched> {
    let (headers, _, read) = read_whole(session, call, MANIFEST_BYTES).await?;
    if read.truncated && stands(Guard::DocumentSize) {
        let message = format!("{} is larger than {MANIFEST_BYTES} bytes", call.tail);
        return Err(Error::new(Code::ManifestTooLarge, message));
    }
    Ok(Fetched { headers, bytes: read.bytes })
}

/// Reads what was fetched for a reference, and verifies it. Fails as [`Document::parse`] does.
pub fn judge(reference: &Reference, fetched: Fetched) -> Result<Document> {
    let Fetched { headers, bytes } = fetched;
    if problem::is_page(&headers, &bytes) {
        return Err(page(reference, &manifest_tail(reference)?));
    }
    let stated = stated_digest(&headers);
    Document::parse(bytes, declared_type(&headers).as_ref(), reference.digest().or(stated.as_ref()))
}
