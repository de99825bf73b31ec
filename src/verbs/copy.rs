//! Copying an image or an index with everything below it, within a registry or across two.
//!
//! ```text
//! read      the root, then the documents of each level below it
//! look      which of them the target holds                       HEAD each
//! blobs     of the images that it does not hold                   HEAD, mount or upload each distinct one
//! put       the deepest level first, by digest; the root last, under its tag
//! ```
//!
//! A registry takes a manifest only when it has what the manifest points at, and a tag never points at a part of
//! a copy. So a copy that was interrupted goes on where it was when it is made again: nothing that arrived is
//! sent twice.

use crate::registry::endpoints::manifests::child;
use crate::registry::endpoints::put::holds_manifest;
use crate::registry::endpoints::put::put_document;
use crate::registry::endpoints::referrers::refer;
use crate::registry::session::Session;
use crate::verbs::resolve::manifest;
use crate::verbs::transfer::bring;
use std::collections::BTreeSet;

use crate::descriptor::{Descriptor, Listed};
use crate::error::{Code, Error, Result};
use crate::http::parallel::each;
use crate::limits::{COPY_BYTES, INDEX_DEPTH, INDEX_ENTRIES, PARALLEL, PARALLEL_BLOBS};
use crate::manifest::{Document, Kind, entries};
use crate::media_type::{DOCKER_LIST, Family};
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::put::{Target, check_stated};
use crate::registry::host::Host;
use crate::selection::{Options, Wanted, not_found, select};
use crate::text::printable::printable;
use crate::verbs::push::has_subject;
use crate::verbs::transfer::Broken;

/// What of a source is copied.
#[derive(Clone, Debug, Default)]
pub struct CopyOptions {
    /// The platforms; all of them where there is none.
    pub wanted: Vec<Wanted>,
    /// Whether BuildKit's attestations, which the root index lists beside its images, stay behind.
    pub no_attestations: bool,
}

/// What a copy has put.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The document that the target's tag points at.
    pub descriptor: Descriptor,
    /// Whether it is a document of the source, byte for byte. An index with fewer platforms is not.
    pub is_preserved: bool,
}

/// What stands equally deep below the root.
struct Level {
    documents: Vec<Document>,
    /// Entries of an index that are no manifests: caches list layers, and a config of a type of their own.
    blobs: Vec<Descriptor>,
}

/// Copies what `from` points at, with everything below it, to `to`: under its tag; without one under the
/// tag of `from`, or else under the digest. Referrers are not copied.
///
/// With one of `wanted`, the image for that platform alone, which keeps its digest. With several, an index
/// of those entries of the root that were chosen for them and of their attestations: a new document, unless
/// nothing was left out. Without attestations it is a new document too, where there are any.
///
/// Fails with `PLATFORM_NOT_FOUND`, `NOT_AN_INDEX`, `INDEX_TOO_DEEP`, `DIGEST_MISMATCH`, and with the codes
/// of both registries, of [`Document::parse`], the network and the URLs.
pub async fn copy<H: Host>(
    session: Session<'_, H>,
    from: &Reference,
    to: &Reference,
    options: &CopyOptions,
) -> Result<Copied> {
    let wanted = options.wanted.as_slice();
    let from = &from.with_default_tag();
    let root = manifest(session, from, wanted.first().filter(|_| wanted.len() == 1)).await?;
    let source = root.digest().clone();
    let root = match wanted.len() {
        0 if options.no_attestations && root.kind() == Kind::Index => filtered(root, options),
        0 | 1 => Ok(root),
        _ => filtered(root, options),
    };
    let root = root.map_err(|error| about(from, error))?;
    let copied = Copied { descriptor: root.descriptor(), is_preserved: *root.digest() == source };
    if let Some(digest) = to.digest() {
        digest.expect(root.digest()).map_err(|error| about(to, error))?;
    }
    let tag = to.tag().or(from.tag().filter(|_| to.digest().is_none()));
    let name = tag.unwrap_or(root.digest().as_str()).to_owned();
    let repository = to.to_repository();
    let sources = match from.domain() == to.domain() && from.path() != to.path() {
        true => vec![from.path().to_owned()],
        false => Vec::new(),
    };
    let target = &Target { repository: &repository, sources: &sources };
    let is_same = from.name() == to.name();
    let levels = match is_same {
        // Everything below it is there.
        true => vec![Level { documents: vec![root], blobs: Vec::new() }],
        false => levels(session, from, root).await?,
    };
    let put = put_levels(session, target, from, levels, &name, is_same);
    put.await.map_err(|error| about(to, error))?;
    Ok(copied)
}

/// The root, and level by level what the indexes among the documents list; each document once.
async fn levels<H: Host>(session: Session<'_, H>, from: &Reference, root: Document) -> Result<Vec<Level>> {
    let mut seen = BTreeSet::new();
    seen.insert(root.digest().clone());
    let mut levels = vec![Level { documents: vec![root], blobs: Vec::new() }];
    loop {
        let mut blobs = Vec::new();
        let mut below = Vec::new();
        let deepest = levels.iter().rev().take(1).flat_map(|level| &level.documents);
        for entry in deepest.flat_map(Document::manifests) {
            let entry = entry.require().map_err(|error| about(from, unusable(error)))?;
            if !seen.insert(entry.digest.clone()) {
                continue;
            }
            match entry.media_type.family() {
                Family::Config | Family::Layer | Family::Other => blobs.push(entry.clone()),
                _ => below.push(entry.clone()),
            }
            if below.len() > INDEX_ENTRIES {
                let message = format!("the indexes of one level list more than {INDEX_ENTRIES} documents");
                return Err(about(from, Error::new(Code::IndexTooLarge, message)));
            }
        }
        if below.is_empty() && blobs.is_empty() {
            return Ok(levels);
        }
        let size: u64 = below.iter().fold(0, |sum, entry| sum.saturating_add(entry.size));
        if size > COPY_BYTES {
            let message = format!("the documents below {from} have more than {COPY_BYTES} bytes together");
            return Err(about(from, Error::new(Code::ManifestTooLarge, message)));
        }
        if levels.len() > INDEX_DEPTH {
            let message = format!("indexes stand inside one another more than {INDEX_DEPTH} deep");
            return Err(about(from, Error::new(Code::IndexTooDeep, message)));
        }
        let known = || levels.iter().flat_map(|level| &level.documents).flat_map(Document::manifests);
        let documents = each(&below, PARALLEL, |entry| async move {
            child(session, from, entry).await.map_err(|error| unattested(entry, known(), error))
        })
        .await?;
        levels.push(Level { documents, blobs });
    }
}

async fn put_levels<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    from: &Reference,
    levels: Vec<Level>,
    name: &str,
    is_same: bool,
) -> Result<()> {
    let documents: Vec<&Document> = levels.iter().flat_map(|level| &level.documents).collect();
    let held = match is_same {
        true => vec![true; documents.len()],
        false => {
            each(&documents, PARALLEL, |document| holds_manifest(session, target, document.digest())).await?
        }
    };
    let mut there = BTreeSet::new();
    for (document, _) in documents.iter().zip(&held).filter(|(_, held)| **held) {
        there.insert(document.digest().clone());
    }
    let is_held = |document: &Document| there.contains(document.digest());
    let own = documents.iter().filter(|document| !is_held(document));
    let own = own.flat_map(|document| document.stated_config().into_iter().chain(document.layers()));
    let own = own.map(|blob| blob.require().map_err(|error| about(from, error)));
    let own = own.collect::<Result<Vec<&Descriptor>>>()?.into_iter();
    let mut known = BTreeSet::new();
    let blobs = own.chain(levels.iter().flat_map(|level| &level.blobs));
    let blobs = blobs.filter(|blob| known.insert(blob.digest.clone()));
    each(blobs, PARALLEL_BLOBS, |blob| async move {
        match bring(session, target, from, blob, false).await {
            // Its owner serves it elsewhere, and registries need not hold it.
            Err(Broken::Source(error, _)) if blob.is_foreign() && error.code() == Code::BlobUnknown => Ok(()),
            brought => brought.map_err(Broken::into_error),
        }
    })
    .await?;
    let is_fresh = held.contains(&false);
    let mut unlinked = Vec::new();
    let root = levels.iter().take(1).flat_map(|level| &level.documents);
    for level in levels.iter().skip(1).rev() {
        // An index may list a document that stands beside it.
        for is_index in [false, true] {
            // One with a subject is put although it is there: whether its subject knows of it is told by
            // the answer alone, and a copy that was interrupted may not have come to that.
            let wanted = |document: &&Document| {
                (!is_held(document) || document.subject().is_some())
                    && (document.kind() == Kind::Index) == is_index
            };
            let absent: Vec<&Document> = level.documents.iter().filter(wanted).collect();
            let linked = each(&absent, PARALLEL, |document| {
                put_part(session, target, document, document.digest().as_str(), is_fresh)
            });
            let linked = linked.await?;
            unlinked.extend(absent.into_iter().zip(linked).filter(|(_, linked)| !linked));
        }
    }
    for document in root {
        let linked = put_part(session, target, document, name, is_fresh).await?;
        unlinked.extend((!linked).then_some((document, linked)));
    }
    // One after the other: those of one subject are listed in one place.
    for (document, _) in unlinked {
        if let Some(subject) = document.subject() {
            refer(session, target, document, &subject.digest).await?;
        }
    }
    Ok(())
}

/// Puts one document; whether its subject, if it has one, knows of it.
async fn put_part<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    document: &Document,
    name: &str,
    is_fresh: bool,
) -> Result<bool> {
    let headers = put_document(session, target, document, name, is_fresh).await?;
    check_stated(&headers, document.digest())?;
    Ok(document.subject().is_none() || has_subject(&headers))
}

/// The index with the entries that are chosen for the platforms, all of them where none is named, and the attestations
/// of those unless they stay behind.
fn filtered(index: Document, asked: &CopyOptions) -> Result<Document> {
    if index.kind() != Kind::Index {
        let message = format!("this document is {}, not an index", index.media_type());
        return Err(Error::new(Code::NotAnIndex, message).with_hint("Name one platform for a single image."));
    }
    let entries = index.manifests();
    let docker_list = index.media_type().as_str() == DOCKER_LIST;
    let mut chosen = BTreeSet::new();
    for one in &asked.wanted {
        let options = Options { policy: one.policy, host: one.host.as_ref(), docker_list };
        let selection = select(entries, &one.platform, &options);
        match selection.chosen {
            Some(at) => drop(chosen.insert(at)),
            None => return Err(not_found(entries, &one.platform, &selection)),
        }
    }
    // BuildKit's attestations stand beside the image that they are about.
    let images = chosen.iter().filter_map(|at| entries.get(*at)?.sound());
    let images: BTreeSet<&str> = images.map(|image| image.digest.as_str()).collect();
    let is_about_chosen = |entry: &Listed| {
        entry.sound().and_then(Descriptor::is_about).is_some_and(|about| images.contains(about))
    };
    let keep = |at: usize| {
        let Some(entry) = entries.get(at) else { return false };
        let is_wanted = asked.wanted.is_empty() || chosen.contains(&at) || is_about_chosen(entry);
        is_wanted && !(asked.no_attestations && entry.sound().is_some_and(Descriptor::is_attestation))
    };
    if (0..entries.len()).all(keep) {
        return Ok(index);
    }
    let text = entries::keep(&index, &keep)?;
    Document::parse(text.into_bytes(), Some(index.media_type()), None)
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
