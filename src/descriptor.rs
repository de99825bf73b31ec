//! [`Descriptor`]: a pointer to content by media type, digest and size.
//!
//! Source: OCI image-spec, descriptor.md. Documents are read in `manifest`; this is only the noun.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::media_type::MediaType;
use crate::platform::Platform;

/// A pointer to content. Serialized in the image specification's key order, absent fields left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The type of the content; an open set. In what a document states about a layer, a config or a subject it may
    /// break the form of media types ([`MediaType::is_valid`]): it is carried along.
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
    /// The type of the artifact that the content is, as it is stated.
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

/// BuildKit's annotation for what an entry is that stands beside an image.
pub const REFERENCE_TYPE: &str = "vnd.docker.reference.type";
/// Podman's annotation for the one of two images for a platform whose layers are compressed with zstd.
pub const ZSTD: &str = "io.github.containers.compression.zstd";
/// BuildKit's annotation for the image that an entry is about: its digest.
pub const REFERENCE_DIGEST: &str = "vnd.docker.reference.digest";
/// What BuildKit calls an attestation in [`REFERENCE_TYPE`].
pub const ATTESTATION: &str = "attestation-manifest";

impl Descriptor {
    /// Whether this is an attestation as BuildKit puts it into an index: a manifest about an image, and no image.
    ///
    /// Source: BuildKit, docs/attestations/attestation-storage.md.
    pub fn is_attestation(&self) -> bool {
        self.annotations.get(REFERENCE_TYPE) == Some(ATTESTATION)
    }

    /// The digest of the image that an entry of the same index is about, as BuildKit states it.
    pub fn is_about(&self) -> Option<&str> {
        self.annotations.get(REFERENCE_DIGEST)
    }

    /// Whether registries need not hold the content: a layer of a type that must not be distributed, or one that says
    /// where else it is. An empty list of URLs says nothing.
    ///
    /// Source: image-spec "Non-Distributable Layers"; distribution takes a manifest without the content of a layer that
    /// states URLs, and no other.
    pub fn is_foreign(&self) -> bool {
        let kind = self.media_type.as_str();
        !self.urls.is_empty() || kind.contains(".foreign.") || kind.contains(".nondistributable.")
    }
}

/// What a document states where a descriptor belongs. One that cannot be used spoils itself, and nothing beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// A descriptor.
    Sound(Descriptor),
    /// Something else.
    Odd(Odd),
}

/// A descriptor that cannot be used: its digest is no digest, for instance. Its texts are those of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The text under `mediaType`; empty for none.
    pub media_type: String,
    /// The text under `digest`; empty for none.
    pub digest: String,
    /// The size where it is one.
    pub size: Option<u64>,
    /// The platform where it is one. It is for display only: nothing is chosen by it.
    pub platform: Option<Platform>,
    /// What is wrong, with the place in the document.
    pub problem: Error,
}

impl Listed {
    /// The descriptor, where it can be used.
    pub fn sound(&self) -> Option<&Descriptor> {
        match self {
            Listed::Sound(descriptor) => Some(descriptor),
            Listed::Odd(_) => None,
        }
    }

    /// The same, taken out.
    pub fn into_sound(self) -> Option<Descriptor> {
        match self {
            Listed::Sound(descriptor) => Some(descriptor),
            Listed::Odd(_) => None,
        }
    }

    /// The descriptor. Fails with what is wrong with it: `DESCRIPTOR_INVALID`, `SIZE_MISMATCH` or
    /// `DIGEST_MISMATCH`.
    pub fn require(&self) -> Result<&Descriptor> {
        match self {
            Listed::Sound(descriptor) => Ok(descriptor),
            Listed::Odd(odd) => Err(odd.problem.clone()),
        }
    }
}

impl From<Descriptor> for Listed {
    fn from(descriptor: Descriptor) -> Listed {
        Listed::Sound(descriptor)
    }
}

/// A descriptor as it is; of what is none the texts that stand there and the member `problem`, and nothing that it
/// could be chosen by.
impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Listed::Sound(descriptor) => descriptor.serialize(serializer),
            Listed::Odd(odd) => {
                let mut object = serializer.serialize_struct("Odd", 4)?;
                object.serialize_field("mediaType", &odd.media_type)?;
                object.serialize_field("digest", &odd.digest)?;
                object.serialize_field("size", &odd.size.unwrap_or_default())?;
                object.serialize_field("problem", odd.problem.message())?;
                object.end()
            }
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
