//! `docker manifest annotate`: the platform that a list will state for an image.

use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::store::{Store, locked};
use crate::docker::drafts::{lookup, naming};
use crate::docker::words::{argument, drafts, prefixed};
use crate::error::{Code, Error, Result};
use crate::platform::Platform;

/// What is to be changed. Empty texts change nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The os.
    pub os: String,
    /// The architecture.
    pub architecture: String,
    /// The variant.
    pub variant: String,
    /// The version of the os.
    pub os_version: String,
    /// Features of the os; those that are not there yet are added.
    pub os_features: Vec<String>,
    /// What is taken away first.
    pub unset: Vec<Unset>,
}

/// A field that can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// The variant.
    Variant,
    /// The version of the os.
    OsVersion,
    /// All features of the os.
    OsFeatures,
}

impl Unset {
    /// The field of that name in the JavaScript API. Fails with `OPTION_INVALID`.
    pub fn parse(name: &str) -> Result<Unset> {
        match name {
            "variant" => Ok(Unset::Variant),
            "osVersion" => Ok(Unset::OsVersion),
            "osFeatures" => Ok(Unset::OsFeatures),
            _ => Err(Error::new(
                Code::OptionInvalid,
                format!("\"{name}\" cannot be unset: only variant, osVersion and osFeatures can"),
            )),
        }
    }
}

/// Changes the platform of one image of a draft; gives the image as it is then.
///
/// docker checks the outcome against a short table; here every pair that is well formed goes.
/// Fails with `REFERENCE_INVALID`, `DRAFT_UNKNOWN`, `PLATFORM_INVALID`, and as the store does.
pub async fn annotate<S: Store>(store: &S, list: &str, image: &str, changes: &Changes) -> Result<Entry> {
    let target = argument(list)
        .map_err(|error| prefixed(&format!("annotate: {}", drafts::parsing_list(list)), error))?;
    let reference = naming::image(&target, image)
        .map_err(|error| prefixed(&format!("annotate: {}", drafts::parsing_image(image)), error))?;
    let named = &target;
    let target = named.canonical();
    locked(store, &target, async {
        let Some(mut entry) = lookup::entry(store, named, image, &reference).await? else {
            return Err(Error::new(Code::DraftUnknown, drafts::absent(image, list)).with_reference(&target));
        };
        let platform = entry.descriptor.platform.get_or_insert_default();
        change(platform, changes);
        if !is_well_formed(&platform.os) || !is_well_formed(&platform.architecture) {
            let message = drafts::unsupported_pair(&changes.os, &changes.architecture);
            return Err(Error::new(Code::PlatformInvalid, message)
                .with_hint(format!(
                    "The image would be for os \"{}\" and architecture \"{}\"; name both as Go does, in lower case.",
                    platform.os, platform.architecture
                ))
                .with_reference(&entry.reference));
        }
        store.write_entry(&target, &entry).await?;
        Ok(entry)
    })
    .await
}

fn change(platform: &mut Platform, changes: &Changes) {
    for field in &changes.unset {
        match field {
            Unset::Variant => platform.variant.clear(),
            Unset::OsVersion => platform.os_version.clear(),
            Unset::OsFeatures => platform.os_features.clear(),
        }
    }
    for (field, value) in [
        (&mut platform.os, &changes.os),
        (&mut platform.architecture, &changes.architecture),
        (&mut platform.variant, &changes.variant),
        (&mut platform.os_version, &changes.os_version),
    ] {
        if !value.is_empty() {
            field.clone_from(value);
        }
    }
    for feature in &changes.os_features {
        if !platform.os_features.contains(feature) {
            platform.os_features.push(feature.clone());
        }
    }
}

/// Whether a text can be a GOOS or GOARCH: lower-case letters and digits, with `.`, `_` and `-` in between.
fn is_well_formed(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 64
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || b"._-".contains(&byte))
}

/// Whether docker's own table knows the pair, which is what docker's `annotate` insists on.
pub fn is_known_to_docker(platform: &Platform) -> bool {
    DOCKER_PAIRS.iter().any(|(os, architectures)| {
        *os == platform.os && architectures.split(' ').any(|known| known == platform.architecture)
    })
}

/// Docker's table: os, architectures.
const DOCKER_PAIRS: &[(&str, &str)] = &[
    ("darwin", "386 amd64 arm arm64"),
    ("dragonfly", "amd64"),
    ("freebsd", "386 amd64 arm"),
    ("linux", "386 amd64 arm arm64 ppc64le mips64 mips64le riscv64 s390x"),
    ("netbsd", "386 amd64 arm"),
    ("openbsd", "386 amd64 arm"),
    ("plan9", "386 amd64"),
    ("solaris", "amd64"),
    ("windows", "386 amd64"),
];
