//! Images of one list that are for one platform: clients take either of them.

use std::collections::{HashMap, HashSet};

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::flatten::Read;
use crate::error::{Code, Error, Result};
use crate::manifest::edit::{Claim, OnDuplicate};
use crate::platform::Platform;

/// What an image is for. In a draft an empty os is one that is not stated yet, and no claim.
fn claim(entry: &Descriptor) -> Option<Claim> {
    let is_stated = entry.platform.as_ref().is_some_and(|platform| !platform.os.is_empty());
    Claim::of(entry).filter(|_| is_stated)
}

/// Pairs of different images for one platform, each image with the first one for its platform.
fn pairs<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<(Platform, &'a Entry, &'a Entry)> {
    let mut known: HashMap<Claim, &Entry> = HashMap::new();
    let mut pairs = Vec::new();
    for entry in entries {
        let Some(claim) = claim(&entry.descriptor) else { continue };
        match known.get(&claim) {
            Some(first) if first.descriptor.digest != entry.descriptor.digest => {
                pairs.push((claim.platform, *first, entry));
            }
            Some(_) => {}
            None => drop(known.insert(claim, entry)),
        }
    }
    pairs
}

fn words(platform: &Platform, one: &Entry, other: &Entry) -> String {
    format!("{platform} is the platform of {} and of {}", named(one), named(other))
}

/// An image by reference and digest.
fn named(entry: &Entry) -> String {
    let (reference, digest) = (&entry.reference, &entry.descriptor.digest);
    if reference.ends_with(digest.as_str()) { reference.clone() } else { format!("{reference} ({digest})") }
}

/// What a list of these entries is warned about, in words: two images for one platform, and attestations of images that
/// it does not have.
pub(super) fn warnings(entries: &[Entry]) -> Vec<String> {
    let digests: HashSet<&str> = entries.iter().map(|entry| entry.descriptor.digest.as_str()).collect();
    let pairs = pairs(entries.iter());
    let rivals = pairs
        .iter()
        .map(|(platform, one, other)| words(platform, one, other) + ": clients take either of them");
    let lonely = entries.iter().filter_map(|entry| {
        let image = entry.descriptor.is_about().filter(|_| entry.descriptor.is_attestation())?;
        let is_lonely = !digests.contains(image);
        is_lonely
            .then(|| format!("{} is an attestation of {image}, which is not in the list", entry.reference))
    });
    rivals.chain(lonely).collect()
}

/// Treats images for one platform, among sources in the order in which they were given, as was asked for.
///
/// Fails with `PLATFORM_DUPLICATE`, which names both.
pub(super) fn settle(sources: &mut [Read], on_duplicate: OnDuplicate) -> Result<()> {
    let entries = || sources.iter().flat_map(|source| &source.entries);
    let pairs = pairs(entries());
    let Some((platform, one, other)) = pairs.first() else { return Ok(()) };
    match on_duplicate {
        OnDuplicate::Keep => Ok(()),
        OnDuplicate::Refuse => {
            let digests = [one, other].map(|entry| entry.descriptor.digest.to_string());
            let references = [one, other].map(|entry| entry.reference.clone());
            Err(Error::new(Code::PlatformDuplicate, words(platform, one, other))
                .with_hint("Leave one of them out, or say with `onDuplicate` that the later one replaces the other, or that both stay.")
                .with_detail("digests", digests.to_vec())
                .with_detail("references", references.to_vec())
                .with_detail("platform", platform.to_string()))
        }
        OnDuplicate::Replace => {
            // The last image for a platform stays.
            let mut last: HashMap<Claim, &Digest> = HashMap::new();
            for entry in entries() {
                if let Some(claim) = claim(&entry.descriptor) {
                    last.insert(claim, &entry.descriptor.digest);
                }
            }
            let goes = |entry: &Entry| {
                let winner = claim(&entry.descriptor).and_then(|claim| last.get(&claim).copied());
                winner.is_some_and(|winner| *winner != entry.descriptor.digest)
            };
            let gone: HashSet<String> = entries()
                .filter(|entry| goes(entry))
                .map(|entry| entry.descriptor.digest.to_string())
                .collect();
            for source in sources {
                source.entries.retain(|entry| {
                    let about = entry.descriptor.is_about().filter(|_| entry.descriptor.is_attestation());
                    !gone.contains(entry.descriptor.digest.as_str())
                        && about.is_none_or(|image| !gone.contains(image))
                });
            }
            Ok(())
        }
    }
}
