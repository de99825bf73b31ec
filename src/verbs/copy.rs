//! Copying an image or an index with everything below it, within a registry or across two.
//!
//! The root is read, then the documents of each level below it ([`crate::verbs::graph`]); all of them are published
//! ([`crate::verbs::publish`]).

use std::collections::BTreeSet;

use crate::descriptor::{Descriptor, Listed};
use crate::error::{Code, Error, Result};
use crate::manifest::{Document, Kind, entries};
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::put::Target;
use crate::registry::{Host, Session};
use crate::selection::{Wanted, not_found, select};
use crate::verbs::graph::{Level, levels};
use crate::verbs::publish::{self, Blob, Blobs, Failure, Looks, Part, Payload, Plan};
use crate::verbs::resolve::manifest;
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
        true => Vec::new(),
        false => levels(session, from, &root).await?,
    };
    let plan = Plan {
        root: Part { payload: Payload::Document(&root), blobs: Blobs::Of(from) },
        names: vec![&name],
        levels: levels.iter().map(|level| parts(from, level)).collect(),
        loose: levels.iter().flat_map(|level| &level.blobs).map(|blob| Blob::of(from, blob)).collect(),
        looks: if is_same { Looks::Nothing } else { Looks::All },
        phrase: &|failure: Failure<'_>| match failure.broken {
            Broken::Source(error, _) => about(from, error),
            Broken::Target(error) => error,
        },
    };
    publish::execute(session, target, &plan).await.map_err(|error| about(to, error))?;
    Ok(copied)
}

fn parts<'a>(from: &'a Reference, level: &'a Level) -> Vec<Part<'a>> {
    let part = |document: &'a Document| Part { payload: Payload::Document(document), blobs: Blobs::Of(from) };
    level.documents.iter().map(part).collect()
}

/// The index with the entries that are chosen for the platforms, all of them where none is named, and the attestations
/// of those unless they stay behind.
fn filtered(index: Document, asked: &CopyOptions) -> Result<Document> {
    if index.kind() != Kind::Index {
        let message = format!("this document is {}, not an index", index.media_type());
        return Err(Error::new(Code::NotAnIndex, message).with_hint("Name one platform for a single image."));
    }
    let entries = index.manifests();
    let mut chosen = BTreeSet::new();
    for one in &asked.wanted {
        let selection = select(entries, &one.platform, &one.options(index.media_type()));
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
