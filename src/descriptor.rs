//! [`Descriptor`]: a pointer to content by media type, digest and size.
//!
//! Source: OCI image-spec, descriptor.md. Documents are read in `manifest`; this is only the noun.

use serde::Serialize;
use serde::ser::Serializer;

use crate::digest::Digest;
use crate::media_type::MediaType;
use crate::platform::Platform;

/// A pointer to content. Serialized in the image specification's key order, absent fields left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The type of the content; an open set.
    pub media_type: MediaType,
    /// The digest of the content.
    pub digest: Digest,
    /// The size of the content in bytes, at most [`crate::limits::SIZE`].
    pub size: u64,
    /// Places where the content may also be found. Never fetched by this crate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    /// Free-form metadata in the document's order.
    #[serde(skip_serializing_if = "Annotations::is_empty")]
    pub annotations: Annotations,
    /// The content itself in base64, as the document embeds it; `manifest` reads no descriptor whose data is not
    /// the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// The platform that the content is for; entries of an index carry it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// The type of the artifact that the content is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
}

impl Descriptor {
    /// A descriptor with the three required fields.
    pub fn new(media_type: MediaType, digest: Digest, size: u64) -> Descriptor {
        Descriptor {
            media_type,
            digest,
            size,
            urls: Vec::new(),
            annotations: Annotations::default(),
            data: None,
            platform: None,
            artifact_type: None,
        }
    }
}

/// String-to-string metadata that keeps the document's order. Keys are unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations(Vec<(String, String)>);

impl Annotations {
    /// Wraps pairs whose keys are known to be unique.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Annotations {
        Annotations(pairs)
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The pairs in document order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Annotations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
