//! Reads the typed fields of documents, each knowing its place, so that an error can name it.

use std::borrow::Cow;

use crate::descriptor::{Annotations, Descriptor};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::manifest::base64;
use crate::manifest::json::write_key;
use crate::manifest::value::{Type, Value, is_variant};
use crate::media_type::MediaType;
use crate::platform::Platform;

const DESCRIPTOR_KEYS: &[&str] =
    &["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];
pub(super) const PLATFORM_KEYS: &[&str] = &["architecture", "os", "os.version", "os.features", "variant"];

/// A value with its place in the document, and the code of errors about it. The place is a chain to the root
/// that is written out only when an error needs it.
#[derive(Clone, Copy)]
pub(super) struct Field<'d, 'p> {
    value: Value<'d>,
    step: Step<'p>,
    parent: Option<&'p Field<'d, 'p>>,
    code: Code,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Element(usize),
}

impl<'d, 'p> Field<'d, 'p> {
    /// The document itself.
    pub(super) fn root(value: Value<'d>, code: Code) -> Field<'d, 'p> {
        Field { value, step: Step::Root, parent: None, code }
    }

    /// The member `key` of this field.
    pub(super) fn member<'s>(&'s self, key: &'s str, value: Value<'d>) -> Field<'d, 's> {
        Field { value, step: Step::Key(key), parent: Some(self), code: self.code }
    }

    /// The element at `index` of this field.
    pub(super) fn element(&self, index: usize, value: Value<'d>) -> Field<'d, '_> {
        Field { value, step: Step::Element(index), parent: Some(self), code: self.code }
    }

    /// The same field with another code for errors.
    pub(super) fn coded(&self, code: Code) -> Field<'d, 'p> {
        Field { code, ..*self }
    }

    /// The value itself.
    pub(super) fn value(&self) -> Value<'d> {
        self.value
    }

    /// Where it stands: `manifests[3].platform.os`; empty for the document itself.
    fn path(&self) -> String {
        let mut path = self.parent.map(Field::path).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Key(key) => write_key(&mut path, key),
            Step::Element(index) => path.push_str(&format!("[{index}]")),
        }
        path
    }

    /// An error about this field: its path, then `problem`.
    pub(super) fn error(&self, problem: &str) -> Error {
        let path = self.path();
        let subject = if path.is_empty() { "the document" } else { path.as_str() };
        let error = Error::new(self.code, format!("{subject} {problem}"));
        if path.is_empty() { error } else { error.with_detail("path", path) }
    }

    fn expected(&self, what: &str) -> Error {
        self.error(&format!("is {}, not {what}", self.value.kind().as_str()))
    }

    /// An error about a member that is not there.
    pub(super) fn missing(&self, key: &str) -> Error {
        self.member(key, self.value).error("is missing")
    }

    /// The value, when it is of that type.
    pub(super) fn of(&self, kind: Type) -> Result<Value<'d>> {
        if self.value.kind() == kind { Ok(self.value) } else { Err(self.expected(kind.as_str())) }
    }

    /// A string.
    pub(super) fn string(&self) -> Result<Cow<'d, str>> {
        self.value.string().ok_or_else(|| self.expected(Type::String.as_str()))
    }

    /// An array of strings.
    pub(super) fn strings(&self) -> Result<Vec<String>> {
        let elements = self.of(Type::Array)?.elements().enumerate();
        elements.map(|(index, value)| Ok(self.element(index, value).string()?.into_owned())).collect()
    }

    /// A string that has the form of a media type.
    pub(super) fn media_type(&self) -> Result<MediaType> {
        MediaType::parse(&self.string()?).map_err(|error| self.error(&format!("is not valid: {error}")))
    }

    /// A map from strings to strings.
    pub(super) fn annotations(&self) -> Result<Annotations> {
        let members = self.of(Type::Object)?.members();
        let pairs = members.map(|(key, value)| {
            let text = self.member(&key, value).string()?.into_owned();
            Ok((key.into_owned(), text))
        });
        Ok(Annotations::from_pairs(pairs.collect::<Result<_>>()?))
    }

    /// Refuses a key that Go's decoder would take for one of `known` although it is spelt otherwise: a tool in
    /// Go and one in any other language would see different documents.
    pub(super) fn refuse_variant(&self, key: &str, known: &[&str]) -> Result<()> {
        match known.iter().find(|known| is_variant(key, known)) {
            Some(meant) => Err(self.variant(key, meant)),
            None => Ok(()),
        }
    }

    /// The error about a member `key` that is a variant of `meant`.
    pub(super) fn variant(&self, key: &str, meant: &str) -> Error {
        let field = self.member(key, self.value);
        field.coded(Code::ManifestAmbiguous).error(&format!("differs from {meant} in letter case only"))
    }

    /// A descriptor. Fails with `DESCRIPTOR_INVALID`, `MANIFEST_AMBIGUOUS` for a case variant of a key, and
    /// `SIZE_MISMATCH` or `DIGEST_MISMATCH` when content is embedded that is not what the descriptor says.
    pub(super) fn descriptor(&self) -> Result<Descriptor> {
        let this = self.coded(Code::DescriptorInvalid);
        let (mut media_type, mut digest, mut size) = (None, None, None);
        let (mut urls, mut annotations) = (Vec::new(), Annotations::default());
        let (mut data, mut platform, mut artifact_type) = (None, None, None);
        for (key, value) in this.of(Type::Object)?.members() {
            let field = this.member(&key, value);
            match &*key {
                "mediaType" => media_type = Some(field.media_type()?),
                "digest" => digest = Some(field.digest()?),
                "size" => size = Some(field.size()?),
                "urls" => urls = field.strings()?,
                "annotations" => annotations = field.annotations()?,
                "data" => data = Some(field.string()?),
                "platform" => platform = Some(field.platform()?),
                "artifactType" => artifact_type = Some(field.media_type()?.to_string()),
                other => this.refuse_variant(other, DESCRIPTOR_KEYS)?,
            }
        }
        let mut descriptor = Descriptor::new(
            media_type.ok_or_else(|| this.missing("mediaType"))?,
            digest.ok_or_else(|| this.missing("digest"))?,
            size.ok_or_else(|| this.missing("size"))?,
        );
        if let Some(data) = data {
            this.member("data", this.value).verify_embedded(&data, &descriptor)?;
            descriptor.data = Some(data.into_owned());
        }
        Ok(Descriptor { urls, annotations, platform, artifact_type, ..descriptor })
    }

    /// A platform as it is written, nothing normalised. Fails with this field's code.
    pub(super) fn platform(&self) -> Result<Platform> {
        let mut platform = Platform::default();
        let (mut has_architecture, mut has_os) = (false, false);
        for (key, value) in self.of(Type::Object)?.members() {
            has_architecture |= key == "architecture";
            has_os |= key == "os";
            self.member(&key, value).platform_member(&key, &mut platform)?;
            self.refuse_variant(&key, PLATFORM_KEYS)?;
        }
        match (has_architecture, has_os) {
            (false, _) => Err(self.missing("architecture")),
            (_, false) => Err(self.missing("os")),
            _ => Ok(platform),
        }
    }

    /// Reads this field into the platform when `key` belongs to platforms.
    pub(super) fn platform_member(&self, key: &str, platform: &mut Platform) -> Result<()> {
        match key {
            "architecture" => platform.architecture = self.string()?.into_owned(),
            "os" => platform.os = self.string()?.into_owned(),
            "os.version" => platform.os_version = self.string()?.into_owned(),
            "os.features" => platform.os_features = self.strings()?,
            "variant" => platform.variant = self.string()?.into_owned(),
            _ => {}
        }
        Ok(())
    }

    fn digest(&self) -> Result<Digest> {
        Digest::parse(&self.string()?).map_err(|error| self.error(&format!("is not valid: {error}")))
    }

    fn size(&self) -> Result<u64> {
        let number = self.of(Type::Number)?;
        match number.integer() {
            Some(size) if size <= limits::SIZE => Ok(size),
            Some(_) => Err(self.error(&format!("is above {} bytes", limits::SIZE))),
            None => Err(self.error("is not a whole number of bytes")),
        }
    }

    /// Embedded content must be the content (image-spec, descriptor.md): a consumer that reads it instead of
    /// fetching would otherwise see something else than one that fetches. An empty text embeds nothing.
    fn verify_embedded(&self, data: &str, descriptor: &Descriptor) -> Result<()> {
        let content = base64::decode(data).ok_or_else(|| self.error("is not base64"))?;
        if data.is_empty() {
            return Ok(());
        }
        if content.len() as u64 != descriptor.size {
            let problem = format!("embeds {} bytes where size says {}", content.len(), descriptor.size);
            return Err(self.coded(Code::SizeMismatch).error(&problem));
        }
        // Content of an algorithm that cannot be computed here is carried unverified, like its digest.
        let Ok(algorithm) = descriptor.digest.algorithm() else { return Ok(()) };
        let actual = Digest::of(algorithm, &content);
        if actual == descriptor.digest {
            return Ok(());
        }
        let problem = format!("embeds content with digest {actual}, expected {}", descriptor.digest);
        Err(self.coded(Code::DigestMismatch).error(&problem))
    }
}
