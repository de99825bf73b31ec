//! Images that were read, put into the entries of a draft.
//!
//! An image is known by its reference, and an index by the sources of the entries that came from it. What a source was
//! read for again and does not have any more goes, unless another source has it too.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::flatten::Read;
use crate::docker::drafts::listing::{Listing, Source};
use crate::docker::drafts::store::in_order;
use crate::platform::Platform;

/// A tag that names another manifest than when the draft was made. Serialized under the names of the public
/// JavaScript API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The image or the index.
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

/// An index whose entries came into the draft. Serialized under the names of the public JavaScript API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flattened {
    /// The index.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its digest.
    pub digest: String,
    /// The references of its entries in the draft.
    pub entries: Vec<String>,
}

/// The entries of a draft, and what was done to them.
#[derive(Default)]
pub(super) struct Merge {
    slots: Vec<Option<Entry>>,
    /// The first entry of each reference.
    places: HashMap<String, usize>,
    pub(super) moved: Vec<Moved>,
    pub(super) flattened: Vec<Flattened>,
    pub(super) warnings: Vec<String>,
}

impl Merge {
    /// The entries as they are before.
    pub(super) fn of(entries: Vec<Entry>) -> Merge {
        let mut merge = Merge::default();
        entries.into_iter().for_each(|entry| merge.push(entry));
        merge
    }

    /// The entries in docker's order.
    pub(super) fn into_entries(self) -> Vec<Entry> {
        in_order(self.slots.into_iter().flatten().collect())
    }

    /// Puts a source in.
    pub(super) fn put(&mut self, read: Read) {
        let (stood, mut gone) = self.take_out(&read);
        self.warnings.extend(read.warnings);
        match (read.index, stood) {
            (None, Some(from)) => {
                for fresh in read.entries {
                    let to = fresh.descriptor.digest.to_string();
                    self.note_moved(&read.reference, &from, &to);
                    self.add(fresh, &mut gone);
                }
            }
            (None, None) => read.entries.into_iter().for_each(|fresh| self.image(fresh)),
            (Some(index), from) => {
                let entries = read.entries.iter().map(|entry| entry.reference.clone()).collect();
                let (reference, digest) = (read.reference.clone(), index.digest.to_string());
                if let Some(from) = from {
                    self.note_moved(&reference, &from, &digest);
                }
                self.flattened.push(Flattened { reference, digest, entries });
                for fresh in read.entries {
                    self.listed(fresh, &index, &mut gone);
                }
            }
        }
    }

    /// Takes out what a source stood for and does not have any more: the digest that it had, where it was or is an index,
    /// and the entries that are gone.
    fn take_out(&mut self, read: &Read) -> (Option<String>, Vec<Entry>) {
        let now: HashSet<&str> = read.entries.iter().map(|entry| entry.reference.as_str()).collect();
        let mut stood = None;
        let mut gone = Vec::new();
        for slot in &mut self.slots {
            let Some(entry) = slot else { continue };
            let is_itself = entry.reference == read.reference;
            match &mut entry.listing {
                Some(listing) if !is_itself && listing.is_of(&read.reference) => {
                    let is_source = |source: &&Source| source.reference == read.reference;
                    stood = listing.sources.iter().find(is_source).map(|source| source.digest.to_string());
                    if now.contains(entry.reference.as_str()) {
                        continue;
                    }
                    listing.sources.retain(|source| source.reference != read.reference);
                    if listing.sources.is_empty() {
                        self.places.remove(&entry.reference);
                        gone.extend(slot.take());
                    }
                }
                None if is_itself && read.index.is_some() => {
                    stood = Some(entry.descriptor.digest.to_string());
                    self.places.remove(&entry.reference);
                    gone.extend(slot.take());
                }
                _ => {}
            }
        }
        (stood, gone)
    }

    fn note_moved(&mut self, reference: &str, from: &str, to: &str) {
        if from != to {
            let (reference, from, to) = (reference.to_owned(), from.to_owned(), to.to_owned());
            self.moved.push(Moved { reference, from, to, dropped: None });
        }
    }

    /// A single image.
    fn image(&mut self, fresh: Entry) {
        let known = self.places.get(&fresh.reference).and_then(|at| self.slots.get_mut(*at)?.as_mut());
        let Some(entry) = known else { return self.push(fresh) };
        if let Some(listing) = &mut entry.listing {
            // It is named by its digest, and came out of an index before.
            if !listing.is_of(&fresh.reference) {
                listing.sources.push(own(&fresh));
            }
        } else if entry.descriptor.digest != fresh.descriptor.digest {
            let old = std::mem::replace(entry, fresh);
            self.moved.push(Moved {
                reference: entry.reference.clone(),
                from: old.descriptor.digest.to_string(),
                to: entry.descriptor.digest.to_string(),
                dropped: succeed(old.descriptor.platform, &mut entry.descriptor.platform),
            });
        } else if entry.raw.is_empty() {
            *entry = fresh;
        }
    }

    /// An entry of an index.
    fn listed(&mut self, fresh: Entry, index: &Source, gone: &mut Vec<Entry>) {
        let known = self.places.get(&fresh.reference).and_then(|at| self.slots.get_mut(*at)?.as_mut());
        let Some(entry) = known else { return self.add(fresh, gone) };
        let annotated = match &entry.listing {
            // What was annotated, and only that, stays.
            Some(listing) => {
                let stated = listing.descriptor().ok().and_then(|stated| stated.platform);
                entry.descriptor.platform.clone().filter(|platform| Some(platform) != stated.as_ref())
            }
            None => entry.descriptor.platform.clone(),
        };
        let mut sources = match entry.listing.take() {
            Some(listing) => listing.sources,
            None => vec![own(entry)],
        };
        sources.retain(|source| source.reference != index.reference);
        sources.push(index.clone());
        *entry = fresh;
        if let Some(Listing { sources: place, .. }) = &mut entry.listing {
            *place = sources;
        }
        if annotated.is_some() {
            entry.descriptor.platform = annotated;
        }
    }

    /// A new entry. It succeeds one of those that are gone which was for the same machine.
    fn add(&mut self, mut fresh: Entry, gone: &mut Vec<Entry>) {
        if !fresh.descriptor.is_attestation() {
            let of_same = gone.iter().position(|old| {
                let platforms = (&old.descriptor.platform, &fresh.descriptor.platform);
                let is_same = matches!(platforms, (Some(old), Some(new)) if is_compatible(old, new));
                is_same && !old.descriptor.is_attestation()
            });
            if let Some(at) = of_same {
                succeed(gone.remove(at).descriptor.platform, &mut fresh.descriptor.platform);
            }
        }
        self.push(fresh);
    }

    fn push(&mut self, entry: Entry) {
        self.places.entry(entry.reference.clone()).or_insert(self.slots.len());
        self.slots.push(Some(entry));
    }
}

/// An image as the source of itself: it was named.
fn own(entry: &Entry) -> Source {
    Source {
        reference: entry.reference.clone(),
        digest: entry.descriptor.digest.clone(),
        annotations: Default::default(),
    }
}

/// Whether two platforms are of the same os, architecture and variant as far as they state them.
fn is_compatible(old: &Platform, new: &Platform) -> bool {
    let agree = |old: &str, new: &str| old.is_empty() || new.is_empty() || old == new;
    agree(&old.os, &new.os)
        && agree(&old.architecture, &new.architecture)
        && agree(&old.variant, &new.variant)
}

/// The platform of the new image under a tag. What was annotated to the old one stays where the new one says
/// nothing, but only while both are for the same machine: of two machines no third is made. Gives the old platform
/// where it went.
fn succeed(old: Option<Platform>, new: &mut Option<Platform>) -> Option<Platform> {
    let (Some(old), Some(new)) = (old, new) else { return None };
    if !is_compatible(&old, new) {
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
