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
    machines: Vec<(String, String)>,
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
        let machines = vec![(wanted.architecture.clone(), wanted.variant.clone())];
        let windows = (wanted.os == "windows").then(|| Version::read(&wanted.os_version));
        Matcher { wanted, host_os: host_os.to_owned(), machines, windows }
    }

    /// Better is what stands earlier in the list of machines, then what states more os features.
    pub(super) fn judge(&self, platform: &Platform) -> Verdict {
        let os = normalize::os(&platform.os, &self.host_os);
        let (architecture, variant) = normalize::architecture(&platform.architecture, &platform.variant);
        if os.is_empty() {
            return Verdict::fails("its os is empty, and no host is given".to_owned());
        }
        if os != self.wanted.os {
            return Verdict::fails(differs("os", &os, &self.wanted.os));
        }
        let found = self.machines.iter().position(|known| known.0 == architecture && known.1 == variant);
        let Some(position) = found else {
            return Verdict::fails(self.refuse(architecture, variant));
        };
        if let Some(feature) = self.missing(platform) {
            let wanted = &self.wanted;
            return Verdict::fails(format!("needs the os feature {feature}, which {wanted} does not offer"));
        }
        if self.windows.is_some_and(|version| !version.runs(&platform.os_version)) {
            let (have, want) = (&platform.os_version, &self.wanted.os_version);
            return Verdict::fails(format!("os version {have} does not run on {want}"));
        }
        let fewer = usize::MAX - platform.os_features.len();
        Verdict::matches((position, fewer), self.praise(platform, position))
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

    fn refuse(&self, architecture: Cow<'_, str>, variant: Cow<'_, str>) -> String {
        let wanted = &self.wanted;
        if !self.machines.iter().any(|known| known.0 == architecture) && architecture != wanted.architecture {
            return differs("architecture", &architecture, &wanted.architecture);
        }
        if self.machines.len() == 1 {
            return differs("variant", &variant, &wanted.variant);
        }
        format!("{wanted} does not run {}", machine(&architecture, &variant))
    }
}

/// What a normalised platform runs, best first.
fn machines(platform: &Platform) -> Vec<(String, String)> {
    let (architecture, variant) = (platform.architecture.as_str(), platform.variant.as_str());
    let own = (architecture.to_owned(), variant.to_owned());
    let mut machines = Vec::new();
    match architecture {
        "amd64" => {
            machines.push(own);
            // v1 is written without a variant.
            let lower =
                below(variant, 1).map(|level| if level == 1 { String::new() } else { format!("v{level}") });
            machines.extend(lower.map(|variant| ("amd64".to_owned(), variant)));
            machines.push(("386".to_owned(), String::new()));
        }
        "arm" => {
            machines.push(own);
            machines.extend(below(variant, 5).map(|level| ("arm".to_owned(), format!("v{level}"))));
        }
        "arm64" => machines.extend(arm64(variant)),
        _ => machines.push(own),
    }
    machines
}

/// The levels below a variant `v<number>`, down to `lowest`. None for what is no number, or one so large that
/// it means nothing.
fn below(variant: &str, lowest: u32) -> impl Iterator<Item = u32> {
    let level = variant.strip_prefix('v').unwrap_or(variant).parse().unwrap_or(0);
    let level = if level > limits::VARIANT_LEVEL { 0 } else { level };
    (lowest..level).rev()
}

/// What runs on 64-bit arm. Version 9.n includes 8.(n+5); every one runs 32-bit arm too. A version that the
/// source does not list runs nothing, not even itself.
fn arm64(variant: &str) -> Vec<(String, String)> {
    let minor = |text: &str, most: u32| match text.strip_prefix('.') {
        None => text.is_empty().then_some(0),
        Some(digit) => (1..=most).find(|known| known.to_string() == digit),
    };
    let version = match variant {
        "" => Some((8, 0)),
        _ => match (variant.strip_prefix("v8"), variant.strip_prefix("v9")) {
            (Some(rest), _) => minor(rest, 9).map(|minor| (8, minor)),
            (_, Some(rest)) => minor(rest, 7).map(|minor| (9, minor)),
            _ => None,
        },
    };
    let Some((major, minor)) = version else {
        return Vec::new();
    };
    let mut variants: Vec<String> = Vec::new();
    let mut eight = minor;
    if major == 9 {
        variants.extend((1..=minor).rev().map(|minor| format!("v9.{minor}")));
        variants.push("v9".to_owned());
        eight = (minor + 5).min(9);
    }
    variants.extend((1..=eight).rev().map(|minor| format!("v8.{minor}")));
    // v8 is written without a variant.
    variants.push(String::new());
    let arm = (5..=8).rev().map(|level| ("arm".to_owned(), format!("v{level}")));
    variants.into_iter().map(|variant| ("arm64".to_owned(), variant)).chain(arm).collect()
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
