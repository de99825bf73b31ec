//! Manifests: their descriptor, the document itself, and the documents that an index lists.
//!
//! Source: distribution-spec "Pulling manifests" and "Checking if content exists in the registry".

use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::Headers;
use crate::manifest::Document;
use crate::reference::Reference;
use crate::registry::answer::headers::descriptor_of;
use crate::registry::answer::problem::about;
use crate::registry::client::Session;
use crate::registry::endpoints::fetched::{fetch, judge, manifest_call, manifest_tail};
use crate::registry::endpoints::head::{self, Stated};
use crate::registry::host::Host;

/// The descriptor of what a reference points at (`latest` where it says nothing): media type, digest and
/// size. One HEAD; a GET where the answer to HEAD does not say it all or cannot be believed.
///
/// Fails with the codes of the registry, the network and the rules for URLs, each with `registry` and
/// `reference`; see [`Code`].
pub async fn head<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<Descriptor> {
    let reference = &reference.with_default_tag();
    let ask = async {
        let tail = manifest_tail(reference)?;
        let call = manifest_call(reference, &tail);
        let described = |headers: &Headers| {
            descriptor_of(headers)
                .filter(|found| reference.digest().is_none_or(|digest| *digest == found.digest))
        };
        match head::headers(session, &call, |headers| described(headers).is_some()).await? {
            Stated::Document(response) => {
                head::read_document(session, &call, reference, response).await.map(|it| it.descriptor())
            }
            Stated::Headers(headers) => {
                described(&headers).ok_or_else(|| Error::new(Code::Internal, "a HEAD without a descriptor"))
            }
        }
    };
    ask.await.map_err(|error| about(reference, error))
}

/// The document at a reference itself.
pub(crate) async fn document<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<Document> {
    let fetched = fetch(session, reference).await;
    let document = fetched.and_then(|fetched| judge(session.host, reference, fetched));
    document.map_err(|error| about(reference, error))
}

/// The document that an entry of an index points at.
pub(crate) async fn child<H: Host>(
    session: Session<'_, H>,
    root: &Reference,
    entry: &Descriptor,
) -> Result<Document> {
    let reference = root.to_repository().with_digest(&entry.digest);
    let document = document(session, &reference).await?;
    check_size(entry, document.size()).map_err(|error| about(&reference, error))?;
    Ok(document)
}

pub(crate) fn check_size(descriptor: &Descriptor, size: u64) -> Result<()> {
    if descriptor.size == size || !stands(Guard::EntrySize) {
        return Ok(());
    }
    let message =
        format!("{} has {size} bytes, its descriptor states {}", descriptor.digest, descriptor.size);
    Err(Error::new(Code::SizeMismatch, message)
        .with_detail("expected", descriptor.size)
        .with_detail("actual", size))
}
