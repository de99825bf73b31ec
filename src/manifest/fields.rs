//! Reads the typed fields of documents, each knowing its place, so that an error can name it.

use std::borrow::Cow;

use multiarch_reader::{DESCRIPTOR_KEYS, PLATFORM_KEYS};

use crate::descriptor::{Annotations, Descriptor, Listed, Odd};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::json::{Type, Value, is_variant, write_key};
use crate::limits;
use crate::media_type::MediaType;
use crate::platform::Platform;
use crate::text::{base64, counted};

/// What breaks the specification in a document that is read all the same; the first fault counts.
///
/// Reading is lenient: what is only carried along spoils nothing, and `null` is absence, as Go, C# and Java write it.
/// What is written here has to be without fault.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Option<Error>);

impl Faults {
    /// Takes down a fault.
    pub(super) fn note(&mut self, error: impl FnOnce() -> Error) {
        if self.0.is_none() {
            self.0 = Some(error());
        }
    }

    /// What was read; nothing, and the fault taken down, where that failed. Fails only where tools read the
    /// document in two ways.
    pub(super) fn carry<T>(&mut self, read: Result<T>) -> Result<Option<T>> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.code() == Code::ManifestAmbiguous => Err(error),
            Err(error) => {
                self.note(|| error);
                Ok(None)
            }
        }
    }

    /// Fails with the first fault.
    pub(super) fn strict(&self) -> Result<()> {
        self.0.clone().map_or(Ok(()), Err)
    }
}

/// What a descriptor points at, which decides what its media type has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A document that is chosen and read by its type: an entry of an index.
    Document,
    /// Content whose type nothing here looks at: a layer, a config, a subject.
    Content,
}

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

    /// An array of strings. `null` among them is an empty text, as Go reads it.
    pub(super) fn strings(&self, faults: &mut Faults) -> Result<Vec<String>> {
        let elements = self.of(Type::Array)?.elements().enumerate();
        elements.map(|(index, value)| self.element(index, value).text(faults)).collect()
    }

    /// A string; an empty one for `null`.
    fn text(&self, faults: &mut Faults) -> Result<String> {
        if self.is_null(Type::String, faults) {
            return Ok(String::new());
        }
        Ok(self.string()?.into_owned())
    }

    /// Whether this is `null`, which is absence for the reader and a fault for the writer.
    pub(super) fn is_null(&self, expected: Type, faults: &mut Faults) -> bool {
        let is_null = self.value.kind() == Type::Null;
        if is_null {
            faults.note(|| self.expected(expected.as_str()));
        }
        is_null
    }

    /// A string that has the form of a media type.
    pub(super) fn media_type(&self) -> Result<MediaType> {
        MediaType::parse(&self.string()?).map_err(|error| self.error(&format!("is not valid: {error}")))
    }

    /// A string that should have the form of a media type, and is carried along when it has not.
    pub(super) fn stated_type(&self, faults: &mut Faults) -> Result<String> {
        let text = self.text(faults)?;
        if !MediaType::stated(&text).is_valid() {
            faults.note(|| self.media_type().err().unwrap_or_else(|| self.error("is not valid")));
        }
        Ok(text)
    }

    /// A map from strings to strings. `null` under a key is an empty text, as Go reads it.
    pub(super) fn annotations(&self, faults: &mut Faults) -> Result<Annotations> {
        let members = self.of(Type::Object)?.members();
        let pairs = members.map(|(key, value)| {
            let text = self.member(&key, value).text(faults)?;
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

    /// What stands where a descriptor belongs. Fails with `MANIFEST_AMBIGUOUS` for a case variant of a key; whatever
    /// else is wrong with it makes it odd.
    pub(super) fn descriptor(&self, role: Role, faults: &mut Faults) -> Result<Listed> {
        let this = self.coded(Code::DescriptorInvalid);
        let mut found = Found::default();
        if let Err(error) = this.of(Type::Object) {
            found.spoil(error)?;
        }
        for (key, value) in this.value.members() {
            let field = this.member(&key, value);
            match field.descriptor_member(&key, role, &mut found, faults) {
                Ok(()) => this.refuse_variant(&key, DESCRIPTOR_KEYS)?,
                Err(error) => found.spoil(error)?,
            }
        }
        let listed = this.put_together(found, role, faults);
        if let Listed::Odd(odd) = &listed {
            faults.note(|| odd.problem.clone());
        }
        Ok(listed)
    }

    /// Reads this field, the member `key` of a descriptor.
    fn descriptor_member(&self, key: &str, role: Role, found: &mut Found, faults: &mut Faults) -> Result<()> {
        match key {
            "mediaType" if role == Role::Document => {
                found.media_type = self.value.string().map(Cow::into_owned);
                self.media_type()?;
            }
            "mediaType" => found.media_type = Some(self.stated_type(faults)?),
            "digest" => {
                found.digest_text = self.string()?.into_owned();
                found.digest = Some(self.digest()?);
            }
            "size" => found.size = Some(self.size()?),
            "urls" if !self.is_null(Type::Array, faults) => found.urls = self.strings(faults)?,
            "annotations" if !self.is_null(Type::Object, faults) => {
                found.annotations = self.annotations(faults)?;
            }
            "data" if !self.is_null(Type::String, faults) => found.data = Some(self.string()?.into_owned()),
            "platform" if !self.is_null(Type::Object, faults) => {
                found.platform = Some(self.platform(faults)?);
            }
            "artifactType" => {
                found.artifact_type = Some(self.stated_type(faults)?).filter(|text| !text.is_empty());
            }
            _ => {}
        }
        Ok(())
    }

    /// The descriptor that was found in this field, or why there is none.
    fn put_together(&self, found: Found, role: Role, faults: &mut Faults) -> Listed {
        let Found { media_type, digest_text, digest, size, problem, platform, .. } = found;
        let problem = problem.or_else(|| match (&media_type, &digest, size) {
            (None, ..) if role == Role::Document => Some(self.missing("mediaType")),
            (_, None, _) => Some(self.missing("digest")),
            (.., None) => Some(self.missing("size")),
            _ => None,
        });
        if media_type.is_none() && problem.is_none() {
            faults.note(|| self.missing("mediaType"));
        }
        let media_type = media_type.unwrap_or_default();
        let problem = match (digest, problem) {
            (Some(digest), None) => {
                let mut descriptor =
                    Descriptor::new(MediaType::stated(&media_type), digest, size.unwrap_or_default());
                let embedded = found.data.as_deref().map_or(Ok(()), |data| {
                    self.member("data", self.value).verify_embedded(data, &descriptor)
                });
                match embedded {
                    Ok(()) => {
                        descriptor.data = found.data;
                        return Listed::Sound(Descriptor {
                            urls: found.urls,
                            annotations: found.annotations,
                            platform,
                            artifact_type: found.artifact_type,
                            ..descriptor
                        });
                    }
                    Err(error) => error,
                }
            }
            (_, problem) => problem.unwrap_or_else(|| self.missing("digest")),
        };
        Listed::Odd(Odd { media_type, digest: digest_text, size, platform, problem })
    }

    /// A platform as it is written, nothing normalised; what is not stated is empty. Fails with this field's code.
    pub(super) fn platform(&self, faults: &mut Faults) -> Result<Platform> {
        let mut platform = Platform::default();
        let (mut has_architecture, mut has_os) = (false, false);
        for (key, value) in self.of(Type::Object)?.members() {
            has_architecture |= key == "architecture";
            has_os |= key == "os";
            self.member(&key, value).platform_member(&key, &mut platform, faults)?;
            self.refuse_variant(&key, PLATFORM_KEYS)?;
        }
        if !has_architecture || !has_os {
            faults.note(|| self.missing(if has_architecture { "os" } else { "architecture" }));
        }
        Ok(platform)
    }

    /// Reads this field into the platform when `key` belongs to platforms.
    pub(super) fn platform_member(
        &self,
        key: &str,
        platform: &mut Platform,
        faults: &mut Faults,
    ) -> Result<()> {
        match key {
            "architecture" => platform.architecture = self.text(faults)?,
            "os" => platform.os = self.text(faults)?,
            "os.version" => platform.os_version = self.text(faults)?,
            "os.features" if !self.is_null(Type::Array, faults) => {
                platform.os_features = self.strings(faults)?;
            }
            "variant" => platform.variant = self.text(faults)?,
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
            let embedded = counted(content.len() as u64, "byte");
            let problem = format!("embeds {embedded} where size says {}", descriptor.size);
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

/// What was found of a descriptor.
#[derive(Default)]
struct Found {
    media_type: Option<String>,
    digest_text: String,
    digest: Option<Digest>,
    size: Option<u64>,
    urls: Vec<String>,
    annotations: Annotations,
    data: Option<String>,
    platform: Option<Platform>,
    artifact_type: Option<String>,
    /// The first thing that makes it unusable.
    problem: Option<Error>,
}

impl Found {
    /// Takes down why it cannot be used. Fails where tools read it in two ways.
    fn spoil(&mut self, error: Error) -> Result<()> {
        if error.code() == Code::ManifestAmbiguous {
            return Err(error);
        }
        self.problem.get_or_insert(error);
        Ok(())
    }
}
