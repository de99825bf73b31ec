//! [`MediaType`]: what a document or blob says it is. An open set: unknown types are carried, not refused.
//!
//! Source: RFC 6838 section 4.2 for the form, OCI image-spec media-types.md and Docker's image manifest
//! version 2 schema 2 for the known ones.

use std::fmt;

use serde::Serialize;

use crate::error::{Code, Error, Result};

/// OCI image index.
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// OCI image manifest, also used by artifacts.
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// OCI image config.
pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// The empty JSON object that artifacts use as their config.
pub const OCI_EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// The OCI artifact manifest, withdrawn before release but still found.
pub const OCI_ARTIFACT: &str = "application/vnd.oci.artifact.manifest.v1+json";
/// Docker manifest list.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// Docker image manifest, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker image config.
pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// Docker image manifest, schema 1: recognised in order to be refused.
pub const DOCKER_SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
/// Docker image manifest, schema 1, signed.
pub const DOCKER_SCHEMA1_SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";

/// What a media type stands for, as far as this crate cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// An index or manifest list.
    Index,
    /// An image manifest.
    Manifest,
    /// The withdrawn OCI artifact manifest.
    Artifact,
    /// A Docker schema 1 manifest.
    Schema1,
    /// An image config.
    Config,
    /// An image layer.
    Layer,
    /// Anything else.
    Other,
}

/// One row a role: its family, its OCI type, its Docker type. The only place that pairs them.
const PAIRS: &[(Family, &str, &str)] = &[
    (Family::Index, OCI_INDEX, DOCKER_LIST),
    (Family::Manifest, OCI_MANIFEST, DOCKER_MANIFEST),
    (Family::Config, OCI_CONFIG, DOCKER_CONFIG),
    (Family::Layer, "application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar"),
    (
        Family::Layer,
        "application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
    ),
    (
        Family::Layer,
        "application/vnd.oci.image.layer.v1.tar+zstd",
        "application/vnd.docker.image.rootfs.diff.tar.zstd",
    ),
    (
        Family::Layer,
        "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.docker.image.rootfs.foreign.diff.tar",
    ),
    (
        Family::Layer,
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    ),
];

/// A media type: in its valid form, without parameters; or, where a document only carries it along, as it is stated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MediaType(String);

impl MediaType {
    /// Parses `type/subtype`, each half by RFC 6838: a letter or digit, then up to 126 of
    /// `A-Z a-z 0-9 ! # $ & ^ _ . + -`. Fails with `MEDIA_TYPE_INVALID`.
    pub fn parse(text: &str) -> Result<MediaType> {
        if !is_valid(text) {
            return Err(Error::new(
                Code::MediaTypeInvalid,
                format!("media type \"{text}\" is not type/subtype"),
            )
            .with_detail("mediaType", text));
        }
        Ok(MediaType(text.to_owned()))
    }

    /// Parses the value of a `Content-Type` header: parameters are dropped, letters are lowered (RFC 9110
    /// section 8.3.1 makes types case-insensitive).
    pub fn parse_content_type(value: &str) -> Result<MediaType> {
        let base = value.split(';').next().unwrap_or_default().trim();
        MediaType::parse(&base.to_ascii_lowercase())
    }

    /// The type that a document states for content that it points at, whatever its form: `tar`, an empty text, one
    /// with parameters. Other tools take all of them, and none of them means anything here.
    pub fn stated(text: &str) -> MediaType {
        MediaType(text.to_owned())
    }

    /// Whether it has the form of a media type.
    pub fn is_valid(&self) -> bool {
        is_valid(&self.0)
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the type stands for.
    pub fn family(&self) -> Family {
        match self.0.as_str() {
            DOCKER_SCHEMA1 | DOCKER_SCHEMA1_SIGNED => Family::Schema1,
            OCI_ARTIFACT => Family::Artifact,
            text => PAIRS
                .iter()
                .find(|(_, oci, docker)| text == *oci || text == *docker)
                .map_or(Family::Other, |(family, _, _)| *family),
        }
    }

    /// A number from 1 for a document's type that this crate knows, 0 for any other one.
    pub fn number(&self) -> u32 {
        let known = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST, OCI_ARTIFACT];
        (1..).zip(known).find(|(_, known)| *known == self.0).map_or(0, |(number, _)| number)
    }

    /// Whether this is one of Docker's own types.
    pub fn is_docker(&self) -> bool {
        self.0.starts_with("application/vnd.docker.")
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_valid(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype))
}

fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.len() <= 127
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(byte))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_rfc_6838() {
        for good in [OCI_INDEX, "text/html", "a/b", "application/vnd.oci.image.layer.v1.tar+gzip"] {
            assert_eq!(MediaType::parse(good).map(|parsed| parsed.0), Ok(good.to_owned()));
        }
        let long = format!("a/{}", "b".repeat(128));
        for bad in ["", "a", "a/", "/b", "a/b/c", "a/b; q=1", " a/b", "a/+b", "é/b", &long] {
            assert_eq!(
                MediaType::parse(bad).map_err(|error| error.code()),
                Err(Code::MediaTypeInvalid),
                "{bad}"
            );
        }
    }

    #[test]
    fn content_types_lose_parameters_and_case() {
        let parsed = MediaType::parse_content_type("Application/JSON ; charset=utf-8").unwrap();
        assert_eq!(parsed.as_str(), "application/json");
    }

    #[test]
    fn families_come_from_one_table() {
        for (family, oci, docker) in PAIRS {
            assert_eq!(MediaType::parse(oci).unwrap().family(), *family);
            assert_eq!(MediaType::parse(docker).unwrap().family(), *family);
            assert!(MediaType::parse(docker).unwrap().is_docker());
        }
        assert_eq!(MediaType::parse("text/html").unwrap().family(), Family::Other);
    }
}
