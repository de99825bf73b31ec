//! What of a source is copied: the whole, some of an index's entries with their attestations, or one image.

use std::collections::{BTreeSet, HashSet};

use crate::descriptor::{Descriptor, Listed};
use crate::error::{Code, Error, Result};
use crate::manifest::{Document, Kind, edit};
use crate::media_type::Family;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::manifests::document;
use crate::registry::{Host, Session};
use crate::selection::{self, Wanted, not_found, select};
use crate::verbs::resolve::manifest_below;

/// What of a source is copied.
#[derive(Clone, Debug, Default)]
pub struct CopyOptions {
    /// The platforms; all of them where there is none.
    pub wanted: Vec<Wanted>,
    /// Whether BuildKit's attestations, which the root index lists beside its images, stay behind.
    pub no_attestations: bool,
    /// Whether the root index stays as it is although some of what it lists stays behind.
    pub is_sparse: bool,
    /// Whether what refers to the documents that are copied is copied too.
    pub with_referrers: bool,
}

/// What is copied.
pub(crate) struct Choice {
    /// What the target's name will point at.
    pub(crate) root: Document,
    /// The index whose entries are copied, where the root lists more.
    pub(crate) listed: Option<Document>,
    /// Whether the root is a document of the source.
    pub(crate) is_preserved: bool,
}

impl Choice {
    fn of(source: &Document, chosen: Document) -> Choice {
        let is_preserved = chosen.digest() == source.digest();
        Choice { root: chosen, listed: None, is_preserved }
    }
}

/// Chooses from what `from` points at. Fails as [`crate::verbs::copy`] does.
pub(crate) async fn choose<H: Host>(
    session: Session<'_, H>,
    from: &Reference,
    asked: &CopyOptions,
) -> Result<Choice> {
    let source = document(session, from).await?;
    let in_source = |error: Error| about(from, error);
    if asked.is_sparse {
        let listed = Some(filtered(&source, asked).map_err(in_source)?);
        return Ok(Choice { root: source, listed, is_preserved: true });
    }
    match asked.wanted.as_slice() {
        [] if asked.no_attestations && source.kind() == Kind::Index => {
            Ok(Choice::of(&source, filtered(&source, asked).map_err(in_source)?))
        }
        [] => Ok(Choice { root: source, listed: None, is_preserved: true }),
        [wanted] if asked.no_attestations || !is_attested(&source, wanted) => {
            let image = manifest_below(session, from, source, wanted).await?;
            Ok(Choice { root: image, listed: None, is_preserved: true })
        }
        _ => Ok(Choice::of(&source, filtered(&source, asked).map_err(in_source)?)),
    }
}

/// Whether the image that an index has for a platform comes with attestations.
fn is_attested(index: &Document, wanted: &Wanted) -> bool {
    let entries = index.manifests();
    let chosen = selection::choose(index, &wanted.platform, &wanted.options(index.media_type()));
    let Some(image) = chosen.and_then(|at| entries.get(at)?.sound()) else { return false };
    image.media_type.family() != Family::Index
        && entries
            .iter()
            .filter_map(Listed::sound)
            .any(|entry| entry.is_attestation() && entry.is_about() == Some(image.digest.as_str()))
}

/// The index with the entries that are chosen for the platforms, all of them where none is named, and the attestations
/// of those unless they stay behind.
fn filtered(index: &Document, asked: &CopyOptions) -> Result<Document> {
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
    let images: HashSet<&str> = images.map(|image| image.digest.as_str()).collect();
    let is_about_chosen = |entry: &Listed| {
        entry.sound().and_then(Descriptor::is_about).is_some_and(|about| images.contains(about))
    };
    let keep = |at: usize| {
        let Some(entry) = entries.get(at) else { return false };
        let is_wanted = asked.wanted.is_empty() || chosen.contains(&at) || is_about_chosen(entry);
        is_wanted && !(asked.no_attestations && entry.sound().is_some_and(Descriptor::is_attestation))
    };
    if (0..entries.len()).all(keep) {
        return Ok(index.clone());
    }
    let text = edit::keep(index, &keep)?;
    Document::parse(text.into_bytes(), Some(index.media_type()), None)
}
