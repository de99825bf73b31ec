//! [`Document`]: the body of a manifest endpoint, bytes first, view second.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::string::FromUtf8Error;

use multiarch_reader::{Outline, outline};

use crate::descriptor::{Annotations, Descriptor, Listed};
use crate::digest::{Algorithm, Digest};
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::json;
use crate::limits;
use crate::manifest::detect::{self, Kind};
use crate::manifest::fields::{Faults, Field, Role};
use crate::manifest::view::{self, View};
use crate::media_type::{Family, MediaType};
use crate::platform::Platform;
use crate::selection::Entries;

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
    /// Where the parts are, of a document that was read in one pass: its view is made when it is asked for. Behind a
    /// pointer, both: a document is handed on from call to call.
    outline: Option<Box<Outline>>,
    view: OnceCell<Box<View>>,
    faults: Faults,
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
        Document::parse_hashed(bytes, declared, expected, None)
    }

    /// The same, of bytes whose digest the caller has computed: `actual`, which is taken where its algorithm is that of
    /// `expected`, or SHA-256 where none is expected. Nothing here checks that it is the digest of `bytes`.
    pub fn parse_hashed(
        bytes: Vec<u8>,
        declared: Option<&MediaType>,
        expected: Option<&Digest>,
        actual: Option<Digest>,
    ) -> Result<Document> {
        Document::read(bytes, declared, expected, actual, |text| outline(text, limits::INDEX_ENTRIES))
    }

    /// As [`Document::parse`], and never in one pass. The two give the same of every document: this one is for the tests
    /// that see to it.
    pub fn parse_by_members(
        bytes: Vec<u8>,
        declared: Option<&MediaType>,
        expected: Option<&Digest>,
    ) -> Result<Document> {
        Document::read(bytes, declared, expected, None, |_| None)
    }

    fn read(
        bytes: Vec<u8>,
        declared: Option<&MediaType>,
        expected: Option<&Digest>,
        actual: Option<Digest>,
        outline: fn(&str) -> Option<Outline>,
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
        let actual = actual.filter(|actual| actual.algorithm() == Ok(algorithm));
        let digest = actual.unwrap_or_else(|| Digest::of(algorithm, &bytes));
        if let Some(expected) = expected.filter(|_| stands(Guard::DocumentDigest)) {
            expected.expect(&digest)?;
        }
        if declared.is_some_and(|declared| declared.family() == Family::Schema1) {
            return Err(detect::schema1());
        }
        let mut faults = Faults::default();
        let content = String::from_utf8(bytes);
        if let Some(declared) = declared.filter(|declared| !is_json(declared)) {
            let (media_type, view) = (declared.clone(), OnceCell::from(Box::default()));
            return Ok(Document {
                content,
                digest,
                media_type,
                kind: Kind::Unknown,
                outline: None,
                view,
                faults,
            });
        }
        let outlined = content.as_deref().ok().and_then(outline);
        let read = match (&content, &outlined) {
            (Ok(text), Some(outline)) => view::outlined(text, outline, declared, &mut faults)?,
            (Ok(text), None) => view::read(json::parse(text.as_bytes())?, declared, &mut faults)?,
            (Err(error), _) => view::read(json::parse(error.as_bytes())?, declared, &mut faults)?,
        };
        let (media_type, kind, view) = read;
        let outline = outlined.filter(|_| kind != Kind::Unknown).map(Box::new);
        let view = view.map_or_else(OnceCell::new, |view| OnceCell::from(Box::new(view)));
        Ok(Document { content, digest, media_type, kind, outline, view, faults })
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

    /// Everything that is read of it; made now where it was not yet.
    fn view(&self) -> &View {
        self.view.get_or_init(|| {
            let outline = self.outline.as_deref();
            Box::new(outline.map_or_else(View::default, |outline| View::of(self.text(), outline)))
        })
    }

    /// The entries of an index in its order; empty for others.
    pub fn manifests(&self) -> &[Listed] {
        &self.view().manifests
    }

    /// The entry of an index at that position as JSON text of the JavaScript API, of a document that was read in one
    /// pass: nothing else is read for it.
    pub fn outlined_entry(&self, at: usize) -> Option<String> {
        let mut out = String::new();
        self.outline.as_ref()?.manifests.get(at)?.write(self.text(), &mut out);
        Some(out)
    }

    /// What the functions below give, a member each, as JSON text of the JavaScript API, of a document that was read in
    /// one pass.
    pub fn outlined_view(&self) -> Option<String> {
        let outline = self.outline.as_ref()?;
        Some(outline.write(self.text(), self.artifact_type()))
    }

    /// The layers of an image, bottom first, or the blobs of an artifact; empty for others.
    pub fn layers(&self) -> &[Listed] {
        &self.view().layers
    }

    /// The config of a manifest, where it can be used.
    pub fn config(&self) -> Option<&Descriptor> {
        self.stated_config().and_then(Listed::sound)
    }

    /// What the document states as its config.
    pub fn stated_config(&self) -> Option<&Listed> {
        self.view().config.as_ref()
    }

    /// The document's own annotations.
    pub fn annotations(&self) -> &Annotations {
        &self.view().annotations
    }

    /// The manifest that this one is about, where it can be used.
    pub fn subject(&self) -> Option<&Descriptor> {
        self.stated_subject().and_then(Listed::sound)
    }

    /// What the document states as its subject.
    pub fn stated_subject(&self) -> Option<&Listed> {
        self.view().subject.as_ref()
    }

    /// The type of the artifact: as stated, and for an artifact that states none the type of its config
    /// (image-spec, manifest.md "Guidelines for Artifact Usage").
    pub fn artifact_type(&self) -> Option<&str> {
        let (stated, config) = match &self.outline {
            Some(outline) => {
                let stated = Some(outline.artifact_type.of(self.text())).filter(|stated| !stated.is_empty());
                (stated, outline.config.map(|config| config.media_type.of(self.text())))
            }
            None => {
                let config = self.config().map(|config| config.media_type.as_str());
                (self.view().artifact_type.as_deref(), config)
            }
        };
        stated.or(config.filter(|_| self.kind == Kind::Artifact))
    }

    /// A descriptor of this document: type, digest and size.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor::new(self.media_type.clone(), self.digest.clone(), self.size())
    }
}

/// Of a document that was read in one pass, only the entries that can match are read.
impl Entries for Document {
    fn count(&self) -> usize {
        self.outline.as_ref().map_or_else(|| self.manifests().len(), |outline| outline.manifests.len())
    }

    fn machine(&self, at: usize) -> Option<[&str; 3]> {
        let platform = self.outline.as_ref()?.manifests.get(at)?.platform?;
        Some([platform.os, platform.architecture, platform.variant].map(|part| part.of(self.text())))
    }

    fn platform(&self, at: usize) -> Option<Platform> {
        let platform = self.outline.as_ref()?.manifests.get(at)?.platform?;
        Some(view::platform(self.text(), &platform))
    }

    fn entry(&self, at: usize) -> Option<Cow<'_, Listed>> {
        match (self.view.get(), &self.outline) {
            (None, Some(outline)) => view::entry(self.text(), outline.manifests.get(at)?).map(Cow::Owned),
            _ => self.manifests().get(at).map(Cow::Borrowed),
        }
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
