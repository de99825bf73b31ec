//! A manifest as it came, before anybody has judged it.

use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::Headers;
use crate::http::url::Scheme;
use crate::limits::MANIFEST_BYTES;
use crate::manifest::Document;
use crate::reference::Reference;
use crate::registry::answer::problem;
use crate::registry::client::{Client, about, manifest_call, manifest_tail, page};
use crate::registry::endpoints::head::{declared_type, stated_digest};
use crate::registry::host::Host;
use crate::registry::send::call::Call;
use crate::selection::Wanted;

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

impl Client {
    /// The body of a manifest endpoint as it came, for who has to judge it by other rules than
    /// [`Document::parse`]. Not verified. Fails with the codes of the registry, the network and the URLs.
    pub async fn fetch<H: Host>(&self, host: &H, reference: &Reference) -> Result<Fetched> {
        let tail = manifest_tail(reference)?;
        self.fetch_by(host, &manifest_call(reference, &tail)).await
    }

    /// The body that a call for a manifest is answered with. Fails as [`Client::fetch`] does.
    pub(crate) async fn fetch_by<H: Host>(&self, host: &H, call: &Call<'_>) -> Result<Fetched> {
        let (headers, _, read) = self.read_whole(host, call, MANIFEST_BYTES).await?;
        if read.truncated && stands(Guard::DocumentSize) {
            let message = format!("{} is larger than {MANIFEST_BYTES} bytes", call.tail);
            return Err(Error::new(Code::ManifestTooLarge, message));
        }
        Ok(Fetched { headers, bytes: read.bytes })
    }

    /// The exact bytes that a reference names, or with `wanted` those of the entry for a platform, whatever they say:
    /// they are what the reference's digest or the registry's own promises, and no web page. That is all that is
    /// looked at, so documents come through that [`Document::parse`] refuses.
    ///
    /// Fails with `DIGEST_MISMATCH`, `MANIFEST_TOO_LARGE`, `NOT_A_REGISTRY`, with `wanted` as [`Client::resolve`]
    /// does, and with the codes of the registry, the network and the URLs.
    pub async fn raw<H: Host>(
        &self,
        host: &H,
        reference: &Reference,
        wanted: Option<&Wanted>,
    ) -> Result<Fetched> {
        let mut place = reference.with_default_tag();
        if wanted.is_some() {
            let resolved = self.resolve(host, reference, wanted).await?;
            place = reference.to_repository().with_digest(&resolved.descriptor.digest);
        }
        let read = async {
            let fetched = self.fetch(host, &place).await?;
            if problem::is_page(&fetched.headers, &fetched.bytes) {
                return Err(page(&place, &manifest_tail(&place)?));
            }
            let stated = fetched.stated();
            if let Some(expected) = place.digest().or(stated.as_ref()) {
                expected.verify(&fetched.bytes)?;
            }
            Ok(fetched)
        };
        read.await.map_err(|error| about(reference, error))
    }

    /// The URL under which the registry of `domain` is spoken to; `otherwise` where that is not known yet.
    pub fn origin_of(&self, domain: &str, otherwise: Scheme) -> String {
        let known = self.state.borrow().schemes.get(&domain.to_owned()).copied();
        let machine = if domain == "docker.io" { "registry-1.docker.io" } else { domain };
        format!("{}://{machine}", known.unwrap_or(otherwise).as_str())
    }
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
