//! Copying what refers to documents: signatures, bills of materials, attestations; by the referrers API or its tags, and by
//! the tags of cosign, which are made of the digest of what they are about.
//!
//! Source: distribution-spec "Listing Referrers"; sigstore/cosign, specs/SIGNATURE_SPEC.md.

use std::collections::HashSet;

use crate::descriptor::Listed;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::http::parallel::each;
use crate::limits::{INDEX_ENTRIES, PARALLEL};
use crate::manifest::Document;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::manifests::{child, document};
use crate::registry::endpoints::referrers::referrers;
use crate::registry::{Host, Session};
use crate::verbs::deliver::put_all;
use crate::verbs::graph::levels;

/// What cosign appends to the tag that it makes of a digest.
const COSIGN: [&str; 3] = ["sig", "att", "sbom"];

/// A document that refers to another one, and the tag that finds it where it is found by that.
struct Referrer {
    document: Document,
    tag: Option<String>,
}

/// Copies what refers to `subjects`, and what refers to that; each document once. Gives the digests.
///
/// Fails with `INDEX_TOO_LARGE` for more than an index may list, and as a copy does.
pub(crate) async fn copy_referrers<H: Host>(
    session: Session<'_, H>,
    (from, repository): (&Reference, &Reference),
    subjects: Vec<Digest>,
) -> Result<Vec<Digest>> {
    let mut seen: HashSet<Digest> = subjects.iter().cloned().collect();
    let mut copied = Vec::new();
    let mut open = subjects;
    while !open.is_empty() {
        let found = each(&open, PARALLEL, |subject| of(session, from, subject)).await?;
        open = Vec::new();
        for Referrer { document, tag } in found.into_iter().flatten() {
            if !seen.insert(document.digest().clone()) {
                continue;
            }
            if copied.len() >= INDEX_ENTRIES {
                let message = format!("more than {INDEX_ENTRIES} documents refer to what is copied");
                return Err(about(from, Error::new(Code::IndexTooLarge, message)));
            }
            let below = levels(session, from, &document).await?;
            let name = tag.unwrap_or_else(|| document.digest().to_string());
            put_all(session, (from, repository), &document, &below, &name)
                .await
                .map_err(|error| about(repository, error))?;
            copied.push(document.digest().clone());
            open.push(document.digest().clone());
        }
    }
    Ok(copied)
}

/// What refers to one document.
async fn of<H: Host>(session: Session<'_, H>, from: &Reference, subject: &Digest) -> Result<Vec<Referrer>> {
    let place = from.to_repository().with_digest(subject);
    let mut listed = Vec::new();
    let mut page: Option<String> = None;
    loop {
        let found = referrers(session, &place, None, page.as_deref()).await?;
        listed.extend(found.referrers.iter().filter_map(Listed::sound).cloned());
        page = found.next;
        if page.is_none() {
            break;
        }
    }
    let by_subject = each(&listed, PARALLEL, |entry| child(session, from, entry)).await?;
    let tags = COSIGN.map(|kind| format!("{}.{kind}", subject.as_str().replace(':', "-")));
    let by_tag = each(tags, PARALLEL, |tag| async move {
        let reference = from.to_repository().with_tag(&tag)?;
        match document(session, &reference).await {
            Ok(document) => Ok(Some(Referrer { document, tag: Some(tag) })),
            Err(error) if error.code() == Code::ManifestUnknown => Ok(None),
            Err(error) => Err(error),
        }
    })
    .await?;
    let by_subject = by_subject.into_iter().map(|document| Referrer { document, tag: None });
    Ok(by_subject.chain(by_tag.into_iter().flatten()).collect())
}
