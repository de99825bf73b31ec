//! `docker manifest create`: a draft of a list from images that are in a registry.
//!
//! docker keeps each image as soon as it has read it, so a failure leaves half a draft behind that stops the
//! next try. Here all images are read first, side by side, and the draft is written once.

use crate::error::{Code, Error, Result};
use crate::list::draft::{Entry, file_name};
use crate::list::parallel::each;
use crate::list::source::fetch;
use crate::list::store::{Store, locked, read_sorted, sort};
use crate::list::wording::{argument, prefixed};
use crate::reference::Reference;
use crate::registry::{Client, Host};

/// What to do with a draft that exists, and with images that it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Adds to it; images that it has are taken as they are, even where their tag has moved.
    pub amend: bool,
    /// Starts over without it.
    pub replace: bool,
    /// Adds to it, and reads those of its images again that have no digest in their reference.
    pub refresh: bool,
}

impl Options {
    /// Whether a draft that exists is used.
    fn keeps(self) -> bool {
        (self.amend || self.refresh) && !self.replace
    }
}

/// A tag that names another manifest than when the draft was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The image.
    pub reference: String,
    /// The digest in the draft.
    pub from: String,
    /// The digest in the registry.
    pub to: String,
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
    /// Images of the draft whose tag has moved; told by `refresh` only.
    pub moved: Vec<Moved>,
}

/// Reads the images and gives the draft that [`create`] would write; writes nothing. Fails as it does.
pub async fn resolve<H: Host, S: Store>(
    client: &Client,
    host: &H,
    store: &S,
    list: &str,
    images: &[String],
    options: Options,
) -> Result<Created> {
    let reference = target(list)?;
    let known = existing(store, &reference, options).await?;
    resolved(client, host, reference, known.unwrap_or_default(), images, options).await
}

/// Makes or amends a draft.
///
/// Fails with `REFERENCE_INVALID`, `DRAFT_EXISTS`, `DRAFT_COLLISION`, as the store does, and as a registry
/// does, each in docker's words. Nothing is written then.
pub async fn create<H: Host, S: Store>(
    client: &Client,
    host: &H,
    store: &S,
    list: &str,
    images: &[String],
    options: Options,
) -> Result<Created> {
    let mut created = resolve(client, host, store, list, images, options).await?;
    let name = created.reference.canonical();
    locked(store, &name, async {
        // Somebody else may have worked on the draft meanwhile; what they added stays.
        let now = existing(store, &created.reference, options).await?.unwrap_or_default();
        let added = now
            .into_iter()
            .filter(|entry| !created.entries.iter().any(|known| known.reference == entry.reference));
        let mut entries: Vec<Entry> = added.collect();
        entries.append(&mut created.entries);
        sort(&mut entries);
        refuse_collisions(&entries)?;
        store.write(&name, &entries).await?;
        created.entries = entries;
        Ok(())
    })
    .await?;
    Ok(created)
}

/// Reads images for a list that is pushed without a draft. Fails as [`create`] does.
pub async fn gather<H: Host>(client: &Client, host: &H, list: &str, images: &[String]) -> Result<Created> {
    let reference = target(list)?;
    resolved(client, host, reference, Vec::new(), images, Options::default()).await
}

fn target(list: &str) -> Result<Reference> {
    argument(list).map_err(|error| prefixed(&format!("error parsing name for manifest list {list}: "), error))
}

/// The draft that is to be built upon. Fails with `DRAFT_EXISTS` where nothing allows that.
async fn existing<S: Store>(store: &S, list: &Reference, options: Options) -> Result<Option<Vec<Entry>>> {
    if options.replace {
        return Ok(None);
    }
    let name = list.canonical();
    let known = read_sorted(store, &name).await?;
    if known.is_some() && !options.keeps() {
        let message = "refusing to amend an existing manifest list with no --amend flag";
        return Err(Error::new(Code::DraftExists, message).with_reference(&name));
    }
    Ok(known)
}

async fn resolved<H: Host>(
    client: &Client,
    host: &H,
    reference: Reference,
    known: Vec<Entry>,
    images: &[String],
    options: Options,
) -> Result<Created> {
    let stored = |reference: &str| known.iter().find(|entry| entry.reference == reference);
    let mut wanted: Vec<Reference> = Vec::new();
    let mut reused = Vec::new();
    for image in images {
        let image = argument(image)?;
        let name = image.canonical();
        let usable = stored(&name).is_some_and(|entry| !entry.raw.is_empty());
        if usable && !options.refresh {
            reused.push(name);
        } else if !wanted.contains(&image) {
            wanted.push(image);
        }
    }
    if options.refresh {
        for entry in &known {
            let image = argument(&entry.reference)?;
            if image.digest().is_none() && !wanted.contains(&image) {
                wanted.push(image);
            }
        }
    }
    let known_names = known.iter().map(|entry| entry.reference.as_str());
    let names: Vec<String> = wanted.iter().map(Reference::canonical).collect();
    refuse_shared(known_names.chain(names.iter().map(String::as_str)))?;
    let fetched = each(&wanted, |image| fetch(client, host, image)).await?;
    let mut moved = Vec::new();
    let mut entries = known;
    for fresh in fetched {
        match entries.iter_mut().find(|entry| entry.reference == fresh.reference) {
            None => entries.push(fresh),
            Some(entry) => {
                if entry.descriptor.digest != fresh.descriptor.digest {
                    moved.push(Moved {
                        reference: fresh.reference.clone(),
                        from: entry.descriptor.digest.to_string(),
                        to: fresh.descriptor.digest.to_string(),
                    });
                    *entry = succeed(entry, fresh);
                } else if entry.raw.is_empty() {
                    *entry = fresh;
                }
            }
        }
    }
    sort(&mut entries);
    Ok(Created { reference, entries, reused, moved })
}

/// The new image under a tag. What somebody wrote about the old one stays where the new one says nothing.
fn succeed(old: &Entry, mut fresh: Entry) -> Entry {
    if let (Some(old), Some(new)) = (&old.descriptor.platform, &mut fresh.descriptor.platform) {
        for (old, new) in [
            (&old.os, &mut new.os),
            (&old.architecture, &mut new.architecture),
            (&old.variant, &mut new.variant),
            (&old.os_version, &mut new.os_version),
        ] {
            if new.is_empty() {
                new.clone_from(old);
            }
        }
        if new.os_features.is_empty() {
            new.os_features.clone_from(&old.os_features);
        }
    }
    fresh
}

fn refuse_collisions(entries: &[Entry]) -> Result<()> {
    refuse_shared(entries.iter().map(|entry| entry.reference.as_str()))
}

/// Refuses two references that share a file: docker silently loses one of the images.
fn refuse_shared<'a>(references: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut files: Vec<(String, &str)> = references.map(|name| (file_name(name), name)).collect();
    files.sort_unstable();
    files.dedup();
    for pair in files.windows(2) {
        let [(file, one), (other_file, other)] = pair else { continue };
        if file == other_file {
            let message = format!("{one} and {other} would share the file {file} of the draft");
            return Err(Error::new(Code::DraftCollision, message)
                .with_detail("references", vec![(*one).to_owned(), (*other).to_owned()])
                .with_detail("file", file.as_str()));
        }
    }
    Ok(())
}
