//! The spellings that mean the same platform.
//!
//! Source: containerd/platforms `Normalize`. Every name is lower-cased first; what no rule knows stays as it
//! is, so open sets stay open.

use std::borrow::Cow;

use crate::platform::Platform;
use crate::text::lowercase::lowercase;

/// Normalises every field. The version is data and stays as it is.
pub(super) fn platform(platform: &Platform, host_os: &str) -> Platform {
    let (architecture, variant) = architecture(&platform.architecture, &platform.variant);
    let mut os_features: Vec<&str> = platform.os_features.iter().map(String::as_str).collect();
    os_features.sort_unstable();
    os_features.dedup();
    Platform {
        os: os(&platform.os, host_os).into_owned(),
        architecture: architecture.into_owned(),
        variant: variant.into_owned(),
        os_version: platform.os_version.clone(),
        os_features: os_features.into_iter().map(str::to_owned).collect(),
    }
}

/// Normalises an os. An empty one is that of the machine that asks.
pub(crate) fn os<'a>(os: &'a str, host_os: &'a str) -> Cow<'a, str> {
    match lowercase(if os.is_empty() { host_os } else { os }) {
        os if os == "macos" => Cow::Borrowed("darwin"),
        os => os,
    }
}

/// Normalises an architecture together with its variant.
pub(crate) fn architecture<'a>(architecture: &'a str, variant: &'a str) -> (Cow<'a, str>, Cow<'a, str>) {
    let (architecture, variant) = (lowercase(architecture), lowercase(variant));
    match architecture.as_ref() {
        "i386" => pair("386", ""),
        "x86_64" | "x86-64" | "amd64" => match variant.as_ref() {
            "v1" => pair("amd64", ""),
            _ => (Cow::Borrowed("amd64"), variant),
        },
        "aarch64" | "arm64" => match variant.as_ref() {
            "8" | "v8" | "v8.0" => pair("arm64", ""),
            "9" | "9.0" | "v9.0" => pair("arm64", "v9"),
            _ => (Cow::Borrowed("arm64"), variant),
        },
        "armhf" => pair("arm", "v7"),
        "armel" => pair("arm", "v6"),
        "arm" => match variant.as_ref() {
            "" | "7" => pair("arm", "v7"),
            "5" => pair("arm", "v5"),
            "6" => pair("arm", "v6"),
            "8" => pair("arm", "v8"),
            _ => (architecture, variant),
        },
        _ => (architecture, variant),
    }
}

fn pair(architecture: &'static str, variant: &'static str) -> (Cow<'static, str>, Cow<'static, str>) {
    (Cow::Borrowed(architecture), Cow::Borrowed(variant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_sorted_and_unique_and_empty_ones_stay() {
        let features = ["b", "", "a", "b"].map(str::to_owned).to_vec();
        let given = Platform { os_features: features, ..Platform::default() };
        assert_eq!(platform(&given, "").os_features, ["", "a", "b"]);
    }

    #[test]
    fn an_empty_os_is_that_of_the_host() {
        assert_eq!(os("", "MacOS"), "darwin");
        assert_eq!(os("", ""), "");
    }
}
