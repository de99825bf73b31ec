//! The policy `podman`.
//!
//! Source: containers/image, `WantedPlatforms` and the `ChooseInstance` of OCI indexes and Docker lists.
//! Nothing is normalised; versions and features of the os play no part.

use crate::descriptor::Descriptor;
use crate::platform::Platform;
use crate::selection::reasons::{LAST, Verdict, differs, machine};

/// The known variants of an architecture, best first.
const VARIANTS: &[(&str, &[&str])] = &[("arm", &["v8", "v7", "v6", "v5"]), ("arm64", &["v8"])];

/// Builders mark an image with zstd layers so.
const ZSTD: &str = "io.github.containers.compression.zstd";

/// A platform asked for, with the variants that will do.
pub(super) struct Wanted {
    platform: Platform,
    variants: Vec<String>,
}

impl Wanted {
    /// A known variant is followed by the lower ones, an unknown one stands alone, and no variant comes last;
    /// without a variant that order is turned: none first, then the known ones.
    pub(super) fn new(platform: &Platform) -> Wanted {
        let known = VARIANTS.iter().find(|(architecture, _)| *architecture == platform.architecture);
        let known = known.map_or(&[][..], |(_, variants)| variants);
        let variant = platform.variant.as_str();
        let mut variants = Vec::new();
        if variant.is_empty() {
            variants.push("");
            variants.extend(known);
        } else {
            match known.iter().position(|name| *name == variant) {
                Some(position) => variants.extend(known.iter().skip(position)),
                None => variants.push(variant),
            }
            variants.push("");
        }
        Wanted { platform: platform.clone(), variants: variants.into_iter().map(str::to_owned).collect() }
    }

    /// Whether [`Wanted::judge`] can take a platform of that os and architecture.
    pub(super) fn may_match(&self, os: &str, architecture: &str) -> bool {
        self.platform.os == os && self.platform.architecture == architecture
    }

    /// Better is what stands earlier in the list of variants.
    pub(super) fn judge(&self, platform: &Platform) -> Verdict {
        let wanted = &self.platform;
        for (field, have, want) in
            [("os", &platform.os, &wanted.os), ("architecture", &platform.architecture, &wanted.architecture)]
        {
            if have != want {
                return Verdict::fails(differs(field, have, want));
            }
        }
        match self.variants.iter().position(|variant| *variant == platform.variant) {
            Some(0) if platform == wanted => {
                Verdict::matches((0, 0), format!("{platform} is the platform asked for"))
            }
            Some(0) => Verdict::matches((0, 0), format!("{platform} fits {wanted}")),
            Some(position) => {
                let name = machine(&platform.architecture, &platform.variant);
                Verdict::matches((position, 0), format!("runs on {wanted} as {name}"))
            }
            None => Verdict::fails(differs("variant", &platform.variant, &self.choices())),
        }
    }

    /// `v7, v6, v5 or none`.
    fn choices(&self) -> String {
        let names: Vec<&str> =
            self.variants.iter().map(|name| if name.is_empty() { "none" } else { name.as_str() }).collect();
        match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }
}

/// An OCI index may leave the platform out, and then the entry is taken when nothing else fits. A Docker list
/// may not.
pub(super) fn judge_absent(docker_list: bool) -> Verdict {
    if docker_list {
        return Verdict::fails("carries no platform, which a Docker list requires".to_owned());
    }
    Verdict::matches((LAST, 0), "carries no platform and is taken when nothing else fits".to_owned())
}

/// Among equal platforms zstd comes first.
pub(super) fn compression_order(entry: &Descriptor) -> usize {
    if entry.annotations.get(ZSTD) == Some("true") { 0 } else { 1 }
}
