//! Platforms: what is printed of a specifier leads back to the same platform.
//!
//! The difference that is meant: containerd's text escapes `%`, `+`, `(`, `)` and `/` alone, and so does ours. A
//! version or feature that decodes to a blank, or to a letter beyond ASCII, is printed as it is and not read again.

use multiarch::platform::Platform;

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "linux",
    "windows",
    "darwin",
    "amd64",
    "arm64",
    "arm",
    "v7",
    "v8",
    "x86_64",
    "aarch64",
    "armhf",
    "win32",
    "x64",
    "(10.0.20348.2582)",
    "(+gpu)",
    "(+a+b)",
    ",osver=",
    ":10.0",
    "%2F",
    "%25",
    "%28",
    "unknown",
    "wasip1/wasm",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::texts("platforms", "input");
    seeds.extend(seeds::texts("platforms", "format_all"));
    seeds
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let host = Platform { os: "linux".into(), architecture: "amd64".into(), ..Platform::default() };
    let _ = Platform::parse(&text, None);
    let platform = match Platform::parse(&text, Some(&host)) {
        Ok(platform) => platform,
        Err(error) => return kind_of(&error),
    };
    let printed = platform.to_string();
    let written = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.%+()/".contains(&byte);
    if !platform.os_features.iter().chain([&platform.os_version]).all(|option| option.bytes().all(written)) {
        return kind(&["beyond what is printed"]);
    }
    let mut expected = platform.clone();
    expected.os_features.sort();
    expected.os_features.dedup();
    let mut again = Platform::parse(&printed, None).unwrap_or_else(|error| panic!("{printed}: {error}"));
    again.os_features.sort();
    assert_eq!(again, expected, "{printed}");
    let normal = platform.normalize("linux");
    assert_eq!(normal.normalize("linux"), normal, "normalising twice");
    assert_eq!(again.normalize("linux").architecture, normal.architecture);
    kind(&[&platform.os, &platform.architecture, &platform.variant])
}
