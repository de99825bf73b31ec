//! [`Platform`]: which machines a manifest is for.
//!
//! Text is read in `specifier` and written in `format`; the spellings that mean the same are in `normalize`.
//! Choosing an entry of an index by its platform is in [`crate::selection`].

mod format;
mod json;
pub(crate) mod normalize;
mod specifier;

use std::fmt;

use serde::Serialize;

use crate::error::Result;

pub(crate) use json::write_json;

/// Which machines a manifest is for, in Go's GOOS/GOARCH vocabulary. An empty text means "not given", as in
/// the documents. Serialized under the names of the public JavaScript API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Platform {
    /// `linux`, `windows`, `darwin`, …
    pub os: String,
    /// `amd64`, `arm64`, `arm`, …
    pub architecture: String,
    /// `v7`, `v8`, …; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub variant: String,
    /// `10.0.20348.2582`, …; only Windows reads it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub os_version: String,
    /// `win32k`, …; in the document's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub os_features: Vec<String>,
}

impl Platform {
    /// Parses a specifier: `linux/arm/v7`, `windows(10.0.20348)/amd64`, `linux(+gpu)/arm64`; also
    /// `windows/amd64:10.0.20348` and `windows/amd64,osver=10.0.20348`, and what `uname` and Node call a
    /// machine (`armv7l`, `win32/x64`).
    ///
    /// One part alone (`linux`, `arm64`) takes the rest from `host`. Fails with `PLATFORM_INVALID`, detail
    /// `specifier`; without a host also when the specifier needs one.
    pub fn parse(specifier: &str, host: Option<&Platform>) -> Result<Platform> {
        specifier::parse(specifier, host)
    }

    /// The same platform in the one spelling that can be compared: `x86_64` becomes `amd64`, `arm64/v8`
    /// becomes `arm64`, `arm` becomes `arm/v7`, features are sorted. `host_os` fills an empty os; an empty
    /// `host_os` leaves it empty.
    #[must_use]
    pub fn normalize(&self, host_os: &str) -> Platform {
        normalize::platform(self, host_os)
    }

    /// Whether this is `unknown/unknown`, as builders mark entries that are no image.
    pub fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }
}

/// The specifier: os, version and features in brackets, architecture, variant; `unknown` for an empty os.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format::format(self))
    }
}
