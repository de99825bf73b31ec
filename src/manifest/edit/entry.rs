//! An entry of an index under change: its text, what it says, and how it stands to others.

use std::collections::HashSet;
use std::fmt;

use crate::descriptor::{Descriptor, ZSTD};
use crate::digest::Digest;
use crate::platform::Platform;

/// Which entry is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// The one with this digest.
    Digest(Digest),
    /// The image for this platform, compared after normalisation.
    Platform(Platform),
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Digest(digest) => digest.fmt(f),
            Selector::Platform(platform) => platform.fmt(f),
        }
    }
}

/// An entry: its text, and what it says.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) text: String,
    /// Whether the text stood in the index and keeps its layout.
    pub(super) is_kept: bool,
    pub(super) view: Descriptor,
    /// The platform that the image is for, normalised; none for attestations and for what says no platform.
    pub(super) platform: Option<Platform>,
    /// What the image is for; see [`Claim`].
    pub(super) claim: Option<Claim>,
}

impl Entry {
    pub(super) fn new(text: &str, view: Descriptor, is_kept: bool) -> Entry {
        let (platform, claim) = (image_platform(&view), Claim::of(&view));
        Entry { text: text.to_owned(), is_kept, view, platform, claim }
    }
}

/// What an image is for: two images of one index with the same claim are rivals, of which clients take either.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// Normalised, since `linux/arm64` and `linux/arm64/v8` are one.
    pub platform: Platform,
    /// Podman lists an image with layers of zstd beside the same one with gzip, and hosts choose by its annotation.
    zstd: Option<String>,
}

impl Claim {
    /// The claim of an entry; none for attestations and for what states no platform.
    pub fn of(entry: &Descriptor) -> Option<Claim> {
        let zstd = entry.annotations.get(ZSTD).map(str::to_owned);
        Some(Claim { platform: image_platform(entry)?, zstd })
    }

    /// The same for another platform.
    pub(super) fn on(entry: &Descriptor, platform: Platform) -> Claim {
        Claim { platform, zstd: entry.annotations.get(ZSTD).map(str::to_owned) }
    }
}

/// What the entries hold, for adding many of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) digests: HashSet<Digest>,
    pub(super) claims: HashSet<Claim>,
}

impl Known {
    pub(super) fn insert(&mut self, entry: &Entry) {
        self.digests.insert(entry.view.digest.clone());
        self.claims.extend(entry.claim.clone());
    }
}

pub(super) fn is_about(entry: &Descriptor, image: &Digest) -> bool {
    entry.is_about() == Some(image.as_str())
}

/// The platform that an image is for, normalised; none for attestations and for what says no platform.
pub(super) fn image_platform(entry: &Descriptor) -> Option<Platform> {
    let platform = entry.platform.as_ref().filter(|platform| !platform.is_unknown());
    platform.filter(|_| !entry.is_attestation()).map(|platform| platform.normalize("linux"))
}

pub(super) fn image_key(entry: &Descriptor) -> (bool, String, String, String, String, Vec<String>, String) {
    let platform = entry.platform.as_ref().map(|platform| platform.normalize("linux")).unwrap_or_default();
    let is_usual = platform.os == "linux" && platform.architecture == "amd64";
    let Platform { os, architecture, variant, os_version, os_features } = platform;
    (!is_usual, os, architecture, variant, os_version, os_features, entry.digest.to_string())
}
