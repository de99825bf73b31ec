//! [`Document`]: the body of a manifest endpoint, bytes first, view second.

use std::string::FromUtf8Error;

use crate::descriptor::{Annotations, Descriptor, Listed};
use crate::digest::{Algorithm, Digest};
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::json::{self, Type, Value};
use crate::limits;
use crate::manifest::detect;
use crate::manifest::detect::Members;
use crate::manifest::fields::{Faults, Field, Role};
use crate::media_type::{Family, MediaType};

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

/// A manifest, index or artifact: the bytes as they were read, their digest, and the fields that matter.
///
/// ```
/// use multiarch::manifest::{Document, Kind};
///
/// let bytes = br#"{"schemaVersion": 2, "manifests": []}"#;
/// let index = Document::parse(bytes.to_vec(), None, None)?;
/// assert_eq!(index.kind(), Kind::Index);
/// assert_eq!(index.bytes(), bytes);
/// # Ok::<(), multiarch::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    /// The bytes; text, unless the type is not known and they are something else.
    content: std::result::Result<String, FromUtf8Error>,
    digest: Digest,
    media_type: MediaType,
    kind: Kind,
    view: View,
    faults: Faults,
}

/// What is read from a document whose type is known.
#[derive(Clone, Debug, Default)]
struct View {
    manifests: Vec<Listed>,
    layers: Vec<Listed>,
    config: Option<Listed>,
    annotations: Annotations,
    subject: Option<Listed>,
    artifact_type: Option<String>,
}

impl Document {
    /// Reads `bytes`, which were announced as `declared` (a `Content-Type` or a descriptor's type) and must be
    /// the content that `expected` names.
    ///
    /// Reads leniently: what is only carried along is no reason to refuse the document, `null` is absence, and a
    /// descriptor that cannot be used is [`Listed::Odd`]. [`Document::strict`] tells whether all of it follows the
    /// specification. Refused is what two tools read in two ways, and what no tool can read.
    ///
    /// Fails with `MANIFEST_TOO_LARGE`, `DIGEST_MISMATCH`, `DIGEST_UNSUPPORTED`, `JSON_INVALID`,
    /// `JSON_TOO_DEEP`, `JSON_DUPLICATE_KEY`, `MEDIA_TYPE_MISMATCH`, `SCHEMA1_UNSUPPORTED`,
    /// `MANIFEST_AMBIGUOUS`, `MANIFEST_INVALID`, `INDEX_TOO_LARGE`. The detail `path` names the place,
    /// `manifests[3].platform.os` for instance.
    pub fn parse(
        bytes: Vec<u8>,
        declared: Option<&MediaType>,
        expected: Option<&Digest>,
    ) -> Result<Document> {
        if bytes.len() > limits::MANIFEST_BYTES && stands(Guard::DocumentSize) {
            let message = format!(
                "the document has {} bytes; at most {} are read",
                bytes.len(),
                limits::MANIFEST_BYTES
            );
            return Err(Error::new(Code::ManifestTooLarge, message));
        }
        let algorithm = expected.map_or(Ok(Algorithm::default()), Digest::algorithm)?;
        let digest = Digest::of(algorithm, &bytes);
        if let Some(expected) = expected.filter(|_| stands(Guard::DocumentDigest)) {
            expected.expect(&digest)?;
        }
        if declared.is_some_and(|declared| declared.family() == Family::Schema1) {
            return Err(detect::schema1());
        }
        let mut faults = Faults::default();
        let (media_type, kind, view) = match declared {
            Some(declared) if !is_json(declared) => (declared.clone(), Kind::Unknown, View::default()),
            _ => read(json::parse(&bytes)?, declared, &mut faults)?,
        };
        Ok(Document { content: String::from_utf8(bytes), digest, media_type, kind, view, faults })
    }

    /// Whether the document follows the image specification in everything that is read of it, as what is written
    /// here has to. Fails with `MANIFEST_INVALID`, or as descriptors do: `DESCRIPTOR_INVALID`, `SIZE_MISMATCH`,
    /// `DIGEST_MISMATCH`, with the detail `path`.
    pub fn strict(&self) -> Result<()> {
        self.faults.strict()
    }

    /// What the document is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its type: stated, announced, or else found by its fields.
    pub fn media_type(&self) -> &MediaType {
        &self.media_type
    }

    /// The bytes as they were read.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Ok(text) => text.as_bytes(),
            Err(error) => error.as_bytes(),
        }
    }

    /// The bytes as they were read, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        match self.content {
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes(),
        }
    }

    /// The text: JSON for every type that is JSON; empty for other bytes that are not UTF-8.
    pub fn text(&self) -> &str {
        self.content.as_deref().unwrap_or_default()
    }

    /// Whether [`Document::text`] is JSON: always, except for types that are not known and do not say so.
    pub fn is_json(&self) -> bool {
        is_json(&self.media_type)
    }

    /// The digest of the bytes: by the algorithm of the digest that was expected, else SHA-256.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The number of bytes.
    pub fn size(&self) -> u64 {
        self.bytes().len() as u64
    }

    /// The entries of an index in its order; empty for others.
    pub fn manifests(&self) -> &[Listed] {
        &self.view.manifests
    }

    /// The layers of an image, bottom first, or the blobs of an artifact; empty for others.
    pub fn layers(&self) -> &[Listed] {
        &self.view.layers
    }

    /// The config of a manifest, where it can be used.
    pub fn config(&self) -> Option<&Descriptor> {
        self.stated_config().and_then(Listed::sound)
    }

    /// What the document states as its config.
    pub fn stated_config(&self) -> Option<&Listed> {
        self.view.config.as_ref()
    }

    /// The document's own annotations.
    pub fn annotations(&self) -> &Annotations {
        &self.view.annotations
    }

    /// The manifest that this one is about, where it can be used.
    pub fn subject(&self) -> Option<&Descriptor> {
        self.stated_subject().and_then(Listed::sound)
    }

    /// What the document states as its subject.
    pub fn stated_subject(&self) -> Option<&Listed> {
        self.view.subject.as_ref()
    }

    /// The type of the artifact: as stated, and for an artifact that states none the type of its config
    /// (image-spec, manifest.md "Guidelines for Artifact Usage").
    pub fn artifact_type(&self) -> Option<&str> {
        let config = self.config().filter(|_| self.kind == Kind::Artifact);
        self.view.artifact_type.as_deref().or(config.map(|config| config.media_type.as_str()))
    }

    /// A descriptor of this document: type, digest and size.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor::new(self.media_type.clone(), self.digest.clone(), self.size())
    }
}

/// Reads a descriptor that stands alone, as a tool prints one, strictly. Fails with `DESCRIPTOR_INVALID`,
/// `SIZE_MISMATCH`, `DIGEST_MISMATCH`, `MANIFEST_AMBIGUOUS`, and with the codes of [`json::parse`].
pub fn parse_descriptor(bytes: &[u8]) -> Result<Descriptor> {
    let mut faults = Faults::default();
    let listed =
        Field::root(json::parse(bytes)?, Code::DescriptorInvalid).descriptor(Role::Document, &mut faults)?;
    faults.strict()?;
    listed.require().cloned()
}

/// Whether content of that type is JSON: the manifests, and whatever says so (RFC 6839 section 3.1).
fn is_json(media_type: &MediaType) -> bool {
    let text = media_type.as_str();
    text.ends_with("+json") || text.ends_with("/json")
}

fn read(
    value: Value<'_>,
    declared: Option<&MediaType>,
    faults: &mut Faults,
) -> Result<(MediaType, Kind, View)> {
    let root = Field::root(value, Code::ManifestInvalid);
    // A type that is not known may be any JSON.
    if declared.is_none_or(detect::is_manifest) {
        root.of(Type::Object)?;
    }
    let members = Members::of(root);
    let media_type = members.media_type(declared, faults)?;
    if !detect::is_manifest(&media_type) {
        return Ok((media_type, Kind::Unknown, View::default()));
    }
    let family = media_type.family();
    // Without these there is nothing to read; the others may be absent.
    let required: &[&str] = match family {
        Family::Index => &["manifests"],
        Family::Manifest => &["config"],
        _ => &[],
    };
    let expected: &[&str] = match family {
        Family::Index => &["schemaVersion"],
        Family::Manifest => &["schemaVersion", "layers"],
        _ => &[],
    };
    if let Some(key) = required.iter().find(|key| !members.has(key)) {
        return Err(root.missing(key));
    }
    if let Some(key) = expected.iter().find(|key| !members.has(key)) {
        faults.note(|| root.missing(key));
    }
    let view = view(&members, faults)?;
    let config = view.config.as_ref().and_then(Listed::sound);
    let config = config.map(|config| config.media_type.family());
    let kind = match family {
        Family::Index => Kind::Index,
        Family::Manifest if media_type.is_docker() => Kind::Image,
        Family::Manifest if config == Some(Family::Config) && view.artifact_type.is_none() => Kind::Image,
        _ => Kind::Artifact,
    };
    Ok((media_type, kind, view))
}

fn view(members: &Members<'_, '_>, faults: &mut Faults) -> Result<View> {
    let mut view = View::default();
    for (key, field) in members.iter() {
        match key {
            "schemaVersion" if field.is_null(Type::Number, faults) => {}
            "schemaVersion" if field.value().integer() == Some(2) => {}
            "schemaVersion" => return Err(field.error("is not 2")),
            "manifests" => {
                view.manifests = descriptors(&field, Role::Document, Code::IndexTooLarge, faults)?;
            }
            "layers" | "blobs" => {
                view.layers = descriptors(&field, Role::Content, Code::ManifestTooLarge, faults)?;
            }
            "config" => view.config = Some(field.descriptor(Role::Content, faults)?),
            "subject" if !field.is_null(Type::Object, faults) => {
                view.subject = Some(field.descriptor(Role::Content, faults)?);
            }
            "annotations" if !field.is_null(Type::Object, faults) => {
                let read = field.annotations(faults);
                view.annotations = faults.carry(read)?.unwrap_or_default();
            }
            "artifactType" => {
                let read = field.stated_type(faults);
                view.artifact_type = faults.carry(read)?.filter(|text| !text.is_empty());
            }
            _ => {}
        }
    }
    Ok(view)
}

/// An array of descriptors; `too_many` is the code for more than there can be.
fn descriptors(
    field: &Field<'_, '_>,
    role: Role,
    too_many: Code,
    faults: &mut Faults,
) -> Result<Vec<Listed>> {
    let mut descriptors = Vec::new();
    if field.is_null(Type::Array, faults) {
        return Ok(descriptors);
    }
    for (index, value) in field.of(Type::Array)?.elements().enumerate() {
        if index == limits::INDEX_ENTRIES {
            let problem = format!("has more than {} entries", limits::INDEX_ENTRIES);
            return Err(field.coded(too_many).error(&problem));
        }
        descriptors.push(field.element(index, value).descriptor(role, faults)?);
    }
    Ok(descriptors)
}
