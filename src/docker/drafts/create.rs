//! `docker manifest create`: a draft of a list from images that are in a registry.
//!
//! docker keeps each image as soon as it has read it, so a failure leaves half a draft behind that stops the
//! next try. Here all images are read first, side by side, and the draft is written once.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::docker::drafts::draft::{Entry, file_name};
use crate::docker::drafts::source::fetch;
use crate::docker::drafts::store::{Store, in_order, locked, read_sorted};
use crate::docker::words::{argument, drafts, prefixed};
use crate::error::{Code, Error, Result};
use crate::http::each;
use crate::limits::PARALLEL;
use crate::platform::Platform;
use crate::reference::Reference;
use crate::registry::{Host, Session};

/// What to do with a draft that exists, and with images that it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Adds to it; images that it has are taken as they are, even where their tag has moved.
    pub amend: bool,
    /// Starts over without it.
    pub replace: bool,
    /// Adds to it, and reads those of its images again that have no digest in their reference.
    pub refresh: bool,
    /// Gives the draft that would be written, and writes nothing.
    pub dry_run: bool,
}

impl Options {
    /// Whether a draft that exists is used.
    fn keeps(self) -> bool {
        (self.amend || self.refresh) && !self.replace
    }
}

/// A tag that names another manifest than when the draft was made. Serialized under the names of the public
/// JavaScript API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The image.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The digest in the draft.
    pub from: String,
    /// The digest in the registry.
    pub to: String,
    /// The platform that the draft stated, where the new image is for another one: its own counts now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Platform>,
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
    /// Images of the draft whose tag has moved; found by `refresh` only.
    pub moved: Vec<Moved>,
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
    options: Options,
) -> Result<Created> {
    let reference = target(list)?;
    let before = existing(store, &reference, options).await?.unwrap_or_default();
    let Images { fresh, reused } = read(session, &before, images, options).await?;
    if options.dry_run {
        return Ok(merged(reference, before, fresh, reused));
    }
    let name = reference.canonical();
    locked(store, &name, async {
        // Another caller may have worked on the draft meanwhile: what they changed and added stays, and what was
        // asked for is there even if they removed it.
        let mut known = existing(store, &reference, options).await?.unwrap_or_default();
        let now: HashSet<&String> = known.iter().map(|entry| &entry.reference).collect();
        let wanted: HashSet<&String> = reused.iter().collect();
        let is_lost = |entry: &Entry| wanted.contains(&entry.reference) && !now.contains(&entry.reference);
        let lost: Vec<Entry> = before.into_iter().filter(is_lost).collect();
        known.extend(lost);
        let created = merged(reference, known, fresh, reused);
        refuse_shared(&created.entries.iter().map(|entry| entry.reference.as_str()).collect::<Vec<_>>())?;
        store.write(&name, &created.entries).await?;
        Ok(created)
    })
    .await
}

/// Reads images for a list that is pushed without a draft. Fails as [`create`] does.
pub async fn gather<H: Host>(session: Session<'_, H>, list: &str, images: &[String]) -> Result<Created> {
    let reference = target(list)?;
    let Images { fresh, reused } = read(session, &[], images, Options::default()).await?;
    Ok(merged(reference, Vec::new(), fresh, reused))
}

/// What [`create`] was asked for.
struct Images {
    /// Read from the registry.
    fresh: Vec<Entry>,
    /// References of those that the draft has.
    reused: Vec<String>,
}

fn target(list: &str) -> Result<Reference> {
    argument(list).map_err(|error| prefixed(&drafts::parsing_list(list), error))
}

/// The draft that is to be built upon. Fails with `DRAFT_EXISTS` where nothing allows that.
async fn existing<S: Store>(store: &S, list: &Reference, options: Options) -> Result<Option<Vec<Entry>>> {
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
    known: &[Entry],
    images: &[String],
    options: Options,
) -> Result<Images> {
    // Backwards, so that of two with one reference the first stays.
    let stored: HashMap<&str, &Entry> =
        known.iter().rev().map(|entry| (entry.reference.as_str(), entry)).collect();
    let mut wanted: Vec<Reference> = Vec::new();
    let mut asked = HashSet::new();
    let mut reused = Vec::new();
    for image in images {
        let image = argument(image)?;
        let name = image.canonical();
        let usable = stored.get(name.as_str()).is_some_and(|entry| !entry.raw.is_empty());
        if usable && !options.refresh {
            reused.push(name);
        } else if asked.insert(name) {
            wanted.push(image);
        }
    }
    if options.refresh {
        for entry in known {
            let image = argument(&entry.reference)?;
            if image.digest().is_none() && asked.insert(image.canonical()) {
                wanted.push(image);
            }
        }
    }
    let names: Vec<String> = wanted.iter().map(Reference::canonical).collect();
    let mut all: Vec<&str> = known.iter().map(|entry| entry.reference.as_str()).collect();
    all.extend(names.iter().map(String::as_str));
    refuse_shared(&all)?;
    let fresh = each(&wanted, PARALLEL, |image| fetch(session, image)).await?;
    Ok(Images { fresh, reused })
}

/// A draft with the images that were read put in.
fn merged(reference: Reference, known: Vec<Entry>, fresh: Vec<Entry>, reused: Vec<String>) -> Created {
    let mut moved = Vec::new();
    let mut entries = known;
    let places: HashMap<String, usize> =
        entries.iter().enumerate().rev().map(|(at, entry)| (entry.reference.clone(), at)).collect();
    for fresh in fresh {
        match places.get(&fresh.reference).and_then(|at| entries.get_mut(*at)) {
            None => entries.push(fresh),
            Some(entry) => {
                if entry.descriptor.digest != fresh.descriptor.digest {
                    let old = std::mem::replace(entry, fresh);
                    moved.push(Moved {
                        reference: entry.reference.clone(),
                        from: old.descriptor.digest.to_string(),
                        to: entry.descriptor.digest.to_string(),
                        dropped: succeed(old.descriptor.platform, &mut entry.descriptor.platform),
                    });
                } else if entry.raw.is_empty() {
                    *entry = fresh;
                }
            }
        }
    }
    Created { reference, entries: in_order(entries), reused, moved }
}

/// The platform of the new image under a tag. What was annotated to the old one stays where the new one says
/// nothing, but only while both are for the same os, architecture and variant as far as they state them: of two
/// machines no third is made. Gives the old platform where it went.
fn succeed(old: Option<Platform>, new: &mut Option<Platform>) -> Option<Platform> {
    let (Some(old), Some(new)) = (old, new) else { return None };
    let differ = |old: &str, new: &str| !old.is_empty() && !new.is_empty() && old != new;
    if differ(&old.os, &new.os)
        || differ(&old.architecture, &new.architecture)
        || differ(&old.variant, &new.variant)
    {
        return Some(old);
    }
    for (old, new) in [
        (old.os, &mut new.os),
        (old.architecture, &mut new.architecture),
        (old.variant, &mut new.variant),
        (old.os_version, &mut new.os_version),
    ] {
        if new.is_empty() {
            *new = old;
        }
    }
    if new.os_features.is_empty() {
        new.os_features = old.os_features;
    }
    None
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
