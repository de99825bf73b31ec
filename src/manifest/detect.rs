//! What a document is: by the type it is announced with, the type it states, and, when it states none, by the
//! fields it has.
//!
//! CVE-2021-41190 (GHSA-mc8v-mgrf-8f4m): bytes that can be read as a manifest and as an index are two documents
//! under one digest. So the announced and the stated type must be equal, and a document that has a field of
//! another kind is refused whatever the field holds: `null` and `[]` count, because tools disagree on them.

use std::borrow::Cow;

use multiarch_reader::{DOCUMENT_KEYS, Outline};

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::json::{Type, Value, is_variant};
use crate::manifest::fields::{Faults, Field};
use crate::media_type::{DOCKER_CONFIG, DOCKER_MANIFEST, Family, MediaType, OCI_INDEX, OCI_MANIFEST};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An index or Docker manifest list.
    Index,
    /// The manifest of an image.
    Image,
    /// The manifest of something else: an attestation, a chart, a signature.
    Artifact,
    /// A document of a type that is not known here; only its bytes can be used.
    Unknown,
}

impl Kind {
    /// Its name in the JavaScript API.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Index => "index",
            Kind::Image => "image",
            Kind::Artifact => "artifact",
            Kind::Unknown => "unknown",
        }
    }
}

/// The fields that a document of each family must not have, since they belong to another.
const FOREIGN: &[(Family, &[&str])] = &[
    (Family::Index, &["config", "layers", "fsLayers", "history"]),
    (Family::Manifest, &["manifests", "fsLayers", "history"]),
    (Family::Artifact, &["config", "layers", "manifests", "fsLayers", "history"]),
];

/// The members of a document that this crate knows, gathered in one pass over the text.
pub(super) struct Members<'d, 'p> {
    root: Field<'d, 'p>,
    known: Vec<(&'static str, Value<'d>)>,
    /// Keys that differ from a known one in letter case only, and that one.
    variants: Vec<(Cow<'d, str>, &'static str)>,
}

impl<'d, 'p> Members<'d, 'p> {
    /// The members of the object `root`; none for other values.
    pub(super) fn of(root: Field<'d, 'p>) -> Members<'d, 'p> {
        let mut members = Members { root, known: Vec::new(), variants: Vec::new() };
        for (key, value) in root.value().members() {
            if let Some(known) = DOCUMENT_KEYS.iter().find(|known| **known == key) {
                members.known.push((known, value));
            } else if let Some(known) = DOCUMENT_KEYS.iter().find(|known| is_variant(&key, known)) {
                members.variants.push((key, known));
            }
        }
        members
    }

    /// The members of a text that was read in one pass, in which no key is a variant.
    pub(super) fn outlined(root: Field<'d, 'p>, text: &'d str, outline: &Outline) -> Members<'d, 'p> {
        let known = outline.members.iter().map(|(key, span)| (*key, Value::checked(span.of(text))));
        Members { root, known: known.collect(), variants: Vec::new() }
    }

    /// The known members in the document's order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, Field<'d, '_>)> {
        self.known.iter().map(|(key, value)| (*key, self.root.member(key, *value)))
    }

    /// The member `key`.
    fn get(&self, key: &str) -> Option<Field<'d, '_>> {
        self.iter().find(|(known, _)| *known == key).map(|(_, field)| field)
    }

    /// Whether the document has a member `key`, whatever it holds.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The type of the document, which is then not schema 1 and has no field of another kind; of a type that is
    /// not known, nothing but `mediaType` is looked at. Fails with `MEDIA_TYPE_MISMATCH`, `MANIFEST_AMBIGUOUS`,
    /// `MANIFEST_INVALID` or `SCHEMA1_UNSUPPORTED`.
    pub(super) fn media_type(&self, declared: Option<&MediaType>, faults: &mut Faults) -> Result<MediaType> {
        let stated = self.stated(faults)?;
        if let (Some(declared), Some(stated)) = (declared, &stated)
            && declared != stated
            && stands(Guard::DocumentType)
        {
            let message = format!("the document says it is {stated}, but it was announced as {declared}");
            return Err(Error::new(Code::MediaTypeMismatch, message)
                .with_detail("declared", declared.as_str())
                .with_detail("mediaType", stated.as_str()));
        }
        let given = stated.as_ref().or(declared);
        if let Some(unknown) = given.filter(|given| !is_manifest(given)) {
            return Ok(unknown.clone());
        }
        if let Some((key, meant)) = self.variants.first() {
            return Err(self.root.variant(key, meant));
        }
        let is_schema1 = given.is_some_and(|given| given.family() == Family::Schema1);
        if is_schema1 || (stated.is_none() && self.look_like_schema1()) {
            return Err(schema1());
        }
        let media_type = given.map_or_else(|| self.by_presence(), |given| Ok(given.clone()))?;
        let family = media_type.family();
        let foreign = FOREIGN.iter().find(|(known, _)| *known == family).map_or(&[][..], |(_, keys)| keys);
        match foreign.iter().find(|key| self.has(key)) {
            Some(key) => Err(ambiguous(key, &format!("has no place in {media_type}"))),
            None => Ok(media_type),
        }
    }

    /// The `mediaType` that the document states. A variant of that key would hide one, so it is refused even in
    /// a document whose other fields are not read. `null` and an empty text state none, as for tools in Go.
    fn stated(&self, faults: &mut Faults) -> Result<Option<MediaType>> {
        if let Some((key, meant)) = self.variants.iter().find(|(_, meant)| *meant == "mediaType") {
            return Err(self.root.variant(key, meant));
        }
        match self.get("mediaType") {
            Some(field) if field.is_null(Type::String, faults) => Ok(None),
            Some(field) if field.value().string().is_some_and(|text| text.is_empty()) => {
                faults.note(|| field.error("is empty"));
                Ok(None)
            }
            field => field.map(|field| field.media_type()).transpose(),
        }
    }

    fn has_first_version(&self) -> bool {
        self.get("schemaVersion").is_some_and(|version| version.value().integer() == Some(1))
    }

    /// `fsLayers`, or the version number 1, without any field of the later formats.
    fn look_like_schema1(&self) -> bool {
        let later = ["config", "layers", "manifests"].iter().any(|key| self.has(key));
        !later && (self.has("fsLayers") || self.has_first_version())
    }

    /// The type of a document that neither states one nor was announced with one. Documents of the Docker
    /// formats always state theirs, so what states none is OCI, unless its config says otherwise.
    fn by_presence(&self) -> Result<MediaType> {
        if self.has_first_version() {
            return Err(ambiguous(
                "schemaVersion",
                "is that of schema 1, the other fields are of a later format",
            ));
        }
        let is_image = self.has("config") || self.has("layers");
        match self.has("manifests") {
            true if is_image => Err(ambiguous("manifests", "stands beside the fields of an image")),
            true => MediaType::parse(OCI_INDEX),
            false if is_image && self.has_docker_config() => MediaType::parse(DOCKER_MANIFEST),
            false if is_image => MediaType::parse(OCI_MANIFEST),
            false => Err(self.root.error("has none of mediaType, manifests, config and layers")),
        }
    }

    fn has_docker_config(&self) -> bool {
        let mut members = self.get("config").into_iter().flat_map(|config| config.value().members());
        members.any(|(key, value)| {
            key == "mediaType" && value.string().is_some_and(|kind| kind == DOCKER_CONFIG)
        })
    }
}

/// Whether documents of that type are read here, schema 1 counted, which is read as far as its name.
pub(super) fn is_manifest(media_type: &MediaType) -> bool {
    matches!(media_type.family(), Family::Index | Family::Manifest | Family::Artifact | Family::Schema1)
}

/// The error for Docker schema 1.
pub(super) fn schema1() -> Error {
    Error::new(Code::Schema1Unsupported, "the document is a Docker schema 1 manifest")
}

fn ambiguous(key: &str, problem: &str) -> Error {
    Error::new(Code::ManifestAmbiguous, format!("{key} {problem}")).with_detail("path", key)
}
