//! The graph below a document: what its indexes list, level by level.

use std::collections::HashSet;
use std::slice;

use crate::descriptor::{Descriptor, Listed};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::http::parallel::each;
use crate::limits::{COPY_BYTES, INDEX_DEPTH, INDEX_ENTRIES, PARALLEL};
use crate::manifest::Document;
use crate::media_type::Family;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::manifests::child;
use crate::registry::{Host, Session};
use crate::text::printable::printable;

/// What stands equally deep below the root.
#[derive(Default)]
pub(crate) struct Level {
    pub(crate) documents: Vec<Document>,
    /// Entries of an index that are no manifests: caches list layers, and a config of a type of their own.
    pub(crate) blobs: Vec<Descriptor>,
}

/// Level by level what the indexes among the documents list, from the root's entries down; each document once.
///
/// Fails with `INDEX_TOO_LARGE`, `MANIFEST_TOO_LARGE` and `INDEX_TOO_DEEP`, with the problem of an entry that cannot be
/// used, and as reading the documents does.
pub(crate) async fn levels<H: Host>(
    session: Session<'_, H>,
    from: &Reference,
    root: &Document,
) -> Result<Vec<Level>> {
    let mut seen = HashSet::from([root.digest().clone()]);
    let mut levels: Vec<Level> = Vec::new();
    loop {
        let deepest = levels.last().map_or(slice::from_ref(root), |level| &level.documents);
        let (below, blobs) = entries(deepest, &mut seen).map_err(|error| about(from, error))?;
        if below.is_empty() && blobs.is_empty() {
            return Ok(levels);
        }
        let size: u64 = below.iter().fold(0, |sum, entry| sum.saturating_add(entry.size));
        if size > COPY_BYTES {
            let message = format!("the documents below {from} have more than {COPY_BYTES} bytes together");
            return Err(about(from, Error::new(Code::ManifestTooLarge, message)));
        }
        if levels.len() >= INDEX_DEPTH {
            let message = format!("indexes stand inside one another more than {INDEX_DEPTH} deep");
            return Err(about(from, Error::new(Code::IndexTooDeep, message)));
        }
        let known = || {
            let below = levels.iter().flat_map(|level| &level.documents);
            [root].into_iter().chain(below).flat_map(Document::manifests)
        };
        let documents = each(&below, PARALLEL, |entry| async move {
            child(session, from, entry).await.map_err(|error| unattested(entry, known(), error))
        })
        .await?;
        levels.push(Level { documents, blobs });
    }
}

/// The manifests and the blobs that the indexes of one level list, without those that were seen.
fn entries(level: &[Document], seen: &mut HashSet<Digest>) -> Result<(Vec<Descriptor>, Vec<Descriptor>)> {
    let mut blobs = Vec::new();
    let mut below = Vec::new();
    for entry in level.iter().flat_map(Document::manifests) {
        let entry = entry.require().map_err(unusable)?;
        if !seen.insert(entry.digest.clone()) {
            continue;
        }
        match entry.media_type.family() {
            Family::Config | Family::Layer | Family::Other => blobs.push(entry.clone()),
            _ => below.push(entry.clone()),
        }
        if below.len() > INDEX_ENTRIES {
            let message = format!("the indexes of one level list more than {INDEX_ENTRIES} documents");
            return Err(Error::new(Code::IndexTooLarge, message));
        }
    }
    Ok((below, blobs))
}

/// The error for an entry of an index that cannot be copied with it.
fn unusable(error: Error) -> Error {
    error.with_hint("Copy the platforms that you need alone: the other entries of the index can be used.")
}

/// Says of an entry that the source does not have that it is an attestation, and of which of the `known` entries.
fn unattested<'a>(entry: &Descriptor, known: impl Iterator<Item = &'a Listed>, error: Error) -> Error {
    let Some(image) = entry.is_about().filter(|_| entry.is_attestation()) else { return error };
    if error.code() != Code::ManifestUnknown {
        return error;
    }
    let image = printable(image).into_owned();
    let platform = known
        .filter_map(Listed::sound)
        .filter(|other| other.digest.as_str() == image)
        .find_map(|other| other.platform.as_ref())
        .map_or(String::new(), |platform| format!(" for {platform}"));
    let message = format!(
        "{} is an attestation of the image {image}{platform}, and it is not there: {}",
        entry.digest,
        error.message()
    );
    error
        .with_message(&message)
        .with_detail("attestationOf", image)
        .with_hint("The image itself does not need it: leave attestations out with `attestations: false`.")
}
