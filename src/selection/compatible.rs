//! The policies `containerd` and `strict`.
//!
//! Source: containerd/platforms 1.0.0-rc.5, `Only` and `OnlyStrict`.

use std::borrow::Cow;

use crate::limits;
use crate::platform::{Platform, normalize};
use crate::selection::reasons::{Verdict, differs, machine};
use crate::selection::windows::Version;

/// A platform asked for, prepared once for any number of entries.
pub(super) struct Matcher {
    wanted: Platform,
    host_os: String,
    /// Every architecture and variant that the platform runs, best first, normalised.
    machines: Vec<Machine>,
    /// On Windows alone the version matters.
    windows: Option<Version>,
}

impl Matcher {
    /// Everything that the platform runs.
    pub(super) fn only(wanted: &Platform, host: Option<&Platform>) -> Matcher {
        let mut matcher = Matcher::strict(wanted, host);
        matcher.machines = machines(&matcher.wanted);
        matcher
    }

    /// The platform itself.
    pub(super) fn strict(wanted: &Platform, host: Option<&Platform>) -> Matcher {
        let host_os = host.map_or("", |host| host.os.as_str());
        let wanted = wanted.normalize(host_os);
        let machines = vec![own(&wanted)];
        let windows = (wanted.os == "windows").then(|| Version::read(&wanted.os_version));
        Matcher { wanted, host_os: host_os.to_owned(), machines, windows }
    }

    /// Whether a platform of that os, architecture and variant can match, whatever else it states.
    pub(super) fn may_match(&self, os: &str, architecture: &str, variant: &str) -> bool {
        let (architecture, variant) = normalize::architecture(architecture, variant);
        self.is_os(&normalize::os(os, &self.host_os)) && self.position(&architecture, &variant).is_some()
    }

    fn is_os(&self, os: &str) -> bool {
        !os.is_empty() && os == self.wanted.os
    }

    fn position(&self, architecture: &str, variant: &str) -> Option<usize> {
        self.machines.iter().position(|known| known.0 == architecture && known.1 == variant)
    }

    /// Better is what stands earlier in the list of machines, then what states more os features.
    pub(super) fn order<'p>(&self, platform: &'p Platform) -> Result<(usize, usize), Refusal<'p>> {
        if !self.is_os(&normalize::os(&platform.os, &self.host_os)) {
            return Err(Refusal::Os);
        }
        let (architecture, variant) = normalize::architecture(&platform.architecture, &platform.variant);
        let position = self.position(&architecture, &variant).ok_or(Refusal::Machine)?;
        if let Some(feature) = self.missing(platform) {
            return Err(Refusal::Feature(feature));
        }
        if self.windows.is_some_and(|version| !version.runs(&platform.os_version)) {
            return Err(Refusal::Version);
        }
        Ok((position, usize::MAX - platform.os_features.len()))
    }

    /// The order, and why.
    pub(super) fn judge(&self, platform: &Platform) -> Verdict {
        match self.order(platform) {
            Ok(order) => Verdict::matches(order, self.praise(platform, order.0)),
            Err(refusal) => Verdict::fails(self.refuse(platform, refusal)),
        }
    }

    /// The first feature of the entry that the platform lacks. Every Windows machine has one `win32k`.
    fn missing<'a>(&self, platform: &'a Platform) -> Option<&'a str> {
        let mut given = if self.windows.is_some() { Some("win32k") } else { None };
        platform.os_features.iter().map(String::as_str).find(|feature| {
            if given == Some(feature) {
                given = None;
                return false;
            }
            !self.wanted.os_features.iter().any(|offered| offered == feature)
        })
    }

    fn praise(&self, platform: &Platform, position: usize) -> String {
        let wanted = &self.wanted;
        match self.machines.get(position) {
            Some((architecture, variant)) if position > 0 => {
                format!("runs on {wanted} as {}", machine(architecture, variant))
            }
            _ => {
                if platform.normalize(&self.host_os) == *wanted {
                    format!("{platform} is the platform asked for")
                } else {
                    format!("{platform} fits {wanted}")
                }
            }
        }
    }

    fn refuse(&self, platform: &Platform, refusal: Refusal<'_>) -> String {
        let wanted = &self.wanted;
        match refusal {
            Refusal::Os => {
                let os = normalize::os(&platform.os, &self.host_os);
                if os.is_empty() {
                    return "its os is empty, and no host is given".to_owned();
                }
                differs("os", &os, &wanted.os)
            }
            Refusal::Machine => {
                let (architecture, variant) =
                    normalize::architecture(&platform.architecture, &platform.variant);
                if !self.machines.iter().any(|known| known.0 == architecture)
                    && architecture != wanted.architecture
                {
                    return differs("architecture", &architecture, &wanted.architecture);
                }
                if self.machines.len() == 1 {
                    return differs("variant", &variant, &wanted.variant);
                }
                format!("{wanted} does not run {}", machine(&architecture, &variant))
            }
            Refusal::Feature(feature) => {
                format!("needs the os feature {feature}, which {wanted} does not offer")
            }
            Refusal::Version => {
                format!("os version {} does not run on {}", platform.os_version, wanted.os_version)
            }
        }
    }
}

/// Why a platform does not match.
pub(super) enum Refusal<'a> {
    Os,
    Machine,
    /// A feature of the os that is not offered.
    Feature(&'a str),
    Version,
}

/// An architecture and a variant, normalised.
type Machine = (Cow<'static, str>, Cow<'static, str>);

fn own(platform: &Platform) -> Machine {
    (Cow::Owned(platform.architecture.clone()), Cow::Owned(platform.variant.clone()))
}

/// What a normalised platform runs, best first.
fn machines(platform: &Platform) -> Vec<Machine> {
    let (architecture, variant) = (platform.architecture.as_str(), platform.variant.as_str());
    let of =
        |architecture: &'static str| move |variant: Cow<'static, str>| (Cow::Borrowed(architecture), variant);
    match architecture {
        "amd64" => {
            // v1 is written without a variant.
            let lower = below(variant, 1).map(|level| match level {
                1 => Cow::Borrowed(""),
                _ => Cow::Owned(format!("v{level}")),
            });
            let mut machines = vec![own(platform)];
            machines.extend(lower.map(of("amd64")));
            machines.push(of("386")(Cow::Borrowed("")));
            machines
        }
        "arm" => {
            let lower = below(variant, 5).map(|level| Cow::Owned(format!("v{level}")));
            std::iter::once(own(platform)).chain(lower.map(of("arm"))).collect()
        }
        "arm64" => {
            let Some(variants) = arm64(variant) else { return Vec::new() };
            let arm = ARM.iter().copied().map(Cow::Borrowed).map(of("arm"));
            variants.map(Cow::Borrowed).map(of("arm64")).chain(arm).collect()
        }
        _ => vec![own(platform)],
    }
}

/// The levels below a variant `v<number>`, down to `lowest`. None for what is no number, or one so large that
/// it means nothing.
fn below(variant: &str, lowest: u32) -> impl Iterator<Item = u32> {
    let level = variant.strip_prefix('v').unwrap_or(variant).parse().unwrap_or(0);
    let level = if level > limits::VARIANT_LEVEL { 0 } else { level };
    (lowest..level).rev()
}

/// The variants of 32-bit arm that 64-bit arm runs, best first.
const ARM: [&str; 4] = ["v8", "v7", "v6", "v5"];

/// The versions 9, highest first, and the versions 8. v8 is written without a variant.
const NINE: [&str; 8] = ["v9.7", "v9.6", "v9.5", "v9.4", "v9.3", "v9.2", "v9.1", "v9"];
const EIGHT: [&str; 10] = ["v8.9", "v8.8", "v8.7", "v8.6", "v8.5", "v8.4", "v8.3", "v8.2", "v8.1", ""];

/// The variants of 64-bit arm that one of them runs, best first: version 9.n includes 8.(n+5). A version that the source
/// does not list runs nothing, not even itself.
fn arm64(variant: &str) -> Option<impl Iterator<Item = &'static str>> {
    let nine = NINE.iter().position(|known| *known == variant);
    let last = EIGHT.len() - 1;
    let eight = match nine {
        Some(at) => last - (NINE.len() - 1 - at + 5).min(last),
        None if variant == "v8" => last,
        None => EIGHT.iter().position(|known| *known == variant)?,
    };
    Some(NINE.iter().skip(nine.unwrap_or(NINE.len())).chain(EIGHT.iter().skip(eight)).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(architecture: &str, variant: &str) -> String {
        let platform = Platform {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.to_owned(),
            ..Platform::default()
        };
        let machines = machines(&platform.normalize(""));
        machines.iter().map(|(name, variant)| machine(name, variant)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn machines_are_listed_best_first() {
        assert_eq!(shown("amd64", "v3"), "amd64/v3 amd64/v2 amd64 386");
        assert_eq!(shown("amd64", ""), "amd64 386");
        assert_eq!(shown("amd64", "+3"), "amd64/+3 amd64/v2 amd64 386");
        assert_eq!(shown("arm", ""), "arm/v7 arm/v6 arm/v5");
        assert_eq!(shown("arm", "v4"), "arm/v4");
        assert_eq!(
            shown("arm64", "v9"),
            "arm64/v9 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64 arm/v8 arm/v7 arm/v6 arm/v5"
        );
        assert_eq!(shown("arm64", "v8.1"), "arm64/v8.1 arm64 arm/v8 arm/v7 arm/v6 arm/v5");
        for unlisted in ["v8.10", "v8.01", "v9.8", "v10", "foo", "v8.", "8.0"] {
            assert_eq!(shown("arm64", unlisted), "", "{unlisted}");
        }
        assert_eq!(shown("riscv64", "rva22u64"), "riscv64/rva22u64");
    }

    #[test]
    fn an_absurd_level_does_not_make_an_absurd_list() {
        assert_eq!(shown("amd64", "v4294967295"), "amd64/v4294967295 386");
        assert_eq!(shown("arm", "v99999999999999999999"), "arm/v99999999999999999999");
    }
}
