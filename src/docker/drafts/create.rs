//! `docker manifest create`: a draft of a list from images that are in a registry.
//!
//! docker keeps each image as soon as it has read it, so a failure leaves half a draft behind that stops the
//! next try. Here all images are read first, side by side, and the draft is written once.

use std::collections::HashSet;

use crate::docker::drafts::draft::{Entry, file_name};
use crate::docker::drafts::flatten::{self, Read};
use crate::docker::drafts::merge::Merge;
use crate::docker::drafts::naming;
use crate::docker::drafts::rivals;
use crate::docker::drafts::store::{Store, locked, read_sorted};
use crate::docker::words::{argument, drafts, prefixed};
use crate::error::{Code, Error, Result};
use crate::manifest::edit::OnDuplicate;
use crate::reference::Reference;
use crate::registry::{Host, Session};
use crate::verbs::Taken;

pub use crate::docker::drafts::merge::{Flattened, Moved};

/// What to do with a draft that exists, and with images that it has.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Adds to it; images that it has are taken as they are, even where their tag has moved.
    pub amend: bool,
    /// Starts over without it.
    pub replace: bool,
    /// Adds to it, and reads those of its images again that have no digest in their reference.
    pub refresh: bool,
    /// Gives the draft that would be written, and writes nothing.
    pub dry_run: bool,
    /// What of the sources is taken.
    pub taken: Taken,
}

impl Options {
    /// Whether a draft that exists is used.
    fn keeps(&self) -> bool {
        (self.amend || self.refresh) && !self.replace
    }
}

/// A draft that was made.
#[derive(Clone, Debug)]
pub struct Created {
    /// The list.
    pub reference: Reference,
    /// Its images in docker's order.
    pub entries: Vec<Entry>,
    /// Images that were taken from the draft without asking the registry.
    pub reused: Vec<String>,
    /// Sources of the draft whose tag has moved; found by `refresh` only.
    pub moved: Vec<Moved>,
    /// The indexes that were read.
    pub flattened: Vec<Flattened>,
    /// What is odd about them, in words: a config for another platform than its index states.
    pub warnings: Vec<String>,
}

/// Makes or amends a draft; one without images is a draft too.
///
/// Fails with `REFERENCE_INVALID`, `DRAFT_EXISTS`, `DRAFT_COLLISION`, as the store does, and as a registry
/// does, each in docker's words. Nothing is written then.
pub async fn create<H: Host, S: Store>(
    session: Session<'_, H>,
    store: &S,
    list: &str,
    images: &[String],
    options: &Options,
) -> Result<Created> {
    let reference = target(list)?;
    let before = existing(store, &reference, options).await?.unwrap_or_default();
    let images = read(session, &reference, &before, images, options).await?;
    if options.dry_run {
        return Ok(merged(reference, before, images));
    }
    let name = reference.canonical();
    locked(store, &name, async {
        // Another caller may have worked on the draft meanwhile: what they changed and added stays, and what was
        // asked for is there even if they removed it.
        let mut known = existing(store, &reference, options).await?.unwrap_or_default();
        let now: HashSet<&str> = known.iter().map(|entry| entry.reference.as_str()).collect();
        let wanted: HashSet<&str> = images.reused.iter().map(String::as_str).collect();
        let is_lost = |entry: &Entry| {
            names(entry).any(|name| wanted.contains(name)) && !now.contains(entry.reference.as_str())
        };
        let lost: Vec<Entry> = before.into_iter().filter(is_lost).collect();
        known.extend(lost);
        let created = merged(reference, known, images);
        refuse_shared(&created.entries.iter().map(|entry| entry.reference.as_str()).collect::<Vec<_>>())?;
        store.write(&name, &created.entries).await?;
        Ok(created)
    })
    .await
}

/// Reads images for a list that is pushed without a draft; two for one platform are treated as `on_duplicate` says. Fails as
/// [`create`] does, and with `PLATFORM_DUPLICATE`.
pub async fn gather<H: Host>(
    session: Session<'_, H>,
    list: &str,
    images: &[String],
    taken: &Taken,
    on_duplicate: OnDuplicate,
) -> Result<Created> {
    let reference = target(list)?;
    let options = Options { taken: taken.clone(), ..Options::default() };
    let mut images = read(session, &reference, &[], images, &options).await?;
    rivals::settle(&mut images.fresh, on_duplicate)?;
    Ok(merged(reference, Vec::new(), images))
}

/// What [`create`] was asked for.
struct Images {
    /// Read from the registry.
    fresh: Vec<Read>,
    /// References of those that the draft has.
    reused: Vec<String>,
}

fn target(list: &str) -> Result<Reference> {
    argument(list).map_err(|error| prefixed(&drafts::parsing_list(list), error))
}

/// The draft that is to be built upon. Fails with `DRAFT_EXISTS` where nothing allows that.
async fn existing<S: Store>(store: &S, list: &Reference, options: &Options) -> Result<Option<Vec<Entry>>> {
    if options.replace {
        return Ok(None);
    }
    let name = list.canonical();
    let known = read_sorted(store, &name).await?;
    if known.is_some() && !options.keeps() {
        return Err(Error::new(Code::DraftExists, drafts::EXISTS).with_reference(&name));
    }
    Ok(known)
}

async fn read<H: Host>(
    session: Session<'_, H>,
    list: &Reference,
    known: &[Entry],
    images: &[String],
    options: &Options,
) -> Result<Images> {
    // What lacks its bytes is read again.
    let lacking: HashSet<&str> = known.iter().filter(|entry| entry.raw.is_empty()).flat_map(names).collect();
    let stored: HashSet<&str> = known.iter().flat_map(names).filter(|name| !lacking.contains(name)).collect();
    let mut wanted: Vec<Reference> = Vec::new();
    let mut asked = HashSet::new();
    let mut reused = Vec::new();
    for image in images {
        let image = naming::image(list, image)?;
        let name = image.canonical();
        if stored.contains(name.as_str()) && !options.refresh {
            reused.push(name);
        } else if asked.insert(name) {
            wanted.push(image);
        }
    }
    if options.refresh {
        for name in known.iter().flat_map(sources) {
            let image = argument(name)?;
            if image.digest().is_none() && asked.insert(image.canonical()) {
                wanted.push(image);
            }
        }
    }
    let asked: Vec<String> = wanted.iter().map(Reference::canonical).collect();
    let mut all: Vec<&str> = known.iter().map(|entry| entry.reference.as_str()).collect();
    all.extend(asked.iter().map(String::as_str));
    refuse_shared(&all)?;
    let fresh = flatten::read(session, &wanted, &options.taken).await?;
    Ok(Images { fresh, reused })
}

/// The names under which an entry was asked for: those of the indexes that it came from, else its own.
fn sources(entry: &Entry) -> impl Iterator<Item = &String> {
    let listed = entry.listing.iter().flat_map(|listing| &listing.sources).map(|source| &source.reference);
    entry.listing.is_none().then_some(&entry.reference).into_iter().chain(listed)
}

/// All the names of an entry.
fn names(entry: &Entry) -> impl Iterator<Item = &str> {
    let own = entry.listing.is_some().then_some(&entry.reference);
    sources(entry).chain(own).map(String::as_str)
}

/// A draft with the images that were read put in.
fn merged(reference: Reference, known: Vec<Entry>, images: Images) -> Created {
    let mut merge = Merge::of(known);
    images.fresh.into_iter().for_each(|read| merge.put(read));
    let (moved, flattened) = (std::mem::take(&mut merge.moved), std::mem::take(&mut merge.flattened));
    let warnings = std::mem::take(&mut merge.warnings);
    Created { reference, entries: merge.into_entries(), reused: images.reused, moved, flattened, warnings }
}

/// Refuses two references that share a file: docker silently loses one of the images.
fn refuse_shared(references: &[&str]) -> Result<()> {
    let names: Vec<String> = references.iter().map(|reference| file_name(reference)).collect();
    let mut files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(references.iter().copied()).collect();
    files.sort_unstable();
    files.dedup();
    for ((file, one), (next, other)) in files.iter().zip(files.iter().skip(1)) {
        if file == next {
            let message = format!("{one} and {other} would share the file {file} of the draft");
            return Err(Error::new(Code::DraftCollision, message)
                .with_detail("references", vec![(*one).to_owned(), (*other).to_owned()])
                .with_detail("file", *file));
        }
    }
    Ok(())
}
