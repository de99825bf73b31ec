//! [`Entry`]: one image of a draft, and docker's file for it.
//!
//! A draft is a list that was not pushed yet: `docker manifest create` keeps one file for each image. The file
//! is written byte for byte as docker writes it and read by docker's rules, so that both tools can work on one
//! draft: keys match whatever their case, unknown ones are skipped, files of docker before 18.09 (`Digest` and
//! `Platform` beside the manifest) and before 23.0 (no `Raw`) are understood.

use std::borrow::Cow;
use std::fmt::Write;

use crate::descriptor::{Annotations, Descriptor};
use crate::digest::{Algorithm, Digest};
use crate::docker::drafts::listing::{self, Listing};
use crate::docker::go_json::read::{Wrong, member, platform, string, strings};
use crate::docker::words::json::{member_misfit, misfit};
use crate::docker::words::{self, documents, drafts};
use crate::error::{Code, Error, Result};
use crate::json::{self, Type, Value, compact, go, indent, quote};
use crate::media_type::{DOCKER_MANIFEST, MediaType, OCI_MANIFEST};
use crate::platform::write_json;
use crate::reference::Reference;
use crate::text::base64;

/// One image of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it came from, canonical: `docker.io/library/alpine:3.20`.
    pub reference: String,
    /// Its manifest's type, digest and size, and the platform that the list will state.
    pub descriptor: Descriptor,
    /// The manifest's exact bytes; empty in files of docker before 23.0.
    pub raw: Vec<u8>,
    /// The manifest as docker's file embeds it, where that is not `raw`, compact: in files without `raw`, and in
    /// files that another program has written. Empty where nothing is embedded.
    pub manifest: Option<String>,
    /// What the index says of it, where it was taken out of one.
    pub listing: Option<Listing>,
}

impl Entry {
    /// The manifest as docker's file embeds it: compact, with Go's HTML escapes. Fails with `DRAFT_CORRUPT`.
    pub fn compact(&self) -> Result<String> {
        match &self.manifest {
            Some(text) if text.is_empty() => Err(corrupt(&drafts::no_payload(&self.reference), None)),
            Some(text) => Ok(compact(text)),
            None => {
                json::parse(&self.raw).map_err(|error| corrupt(error.message(), None))?;
                Ok(compact(&String::from_utf8_lossy(&self.raw)))
            }
        }
    }

    /// The bytes to push: `raw`, or what docker makes of a manifest without it, which is the manifest when it
    /// was indented as docker and buildkit did. Fails with `DRAFT_CORRUPT` when they are not what the digest
    /// promises.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        let bytes = match (&self.manifest, self.raw.is_empty()) {
            (Some(text), true) => {
                let unit = if self.descriptor.media_type.is_docker() { "   " } else { "  " };
                Cow::Owned(indent(&compact(text), unit).into_bytes())
            }
            _ => Cow::Borrowed(self.raw.as_slice()),
        };
        let expected = &self.descriptor.digest;
        let actual = Digest::of(expected.algorithm()?, &bytes);
        if actual == *expected {
            return Ok(bytes);
        }
        let message = drafts::digest_mismatch(&self.reference, expected, &actual);
        Err(corrupt(&message, None)
            .with_detail("expected", expected.as_str())
            .with_detail("actual", actual.as_str()))
    }
}

/// The file name that docker gives to a reference. Not injective: `a/b:1` and `a_b:1` share one.
pub fn file_name(reference: &str) -> String {
    reference.replace(':', "-").replace('/', "_")
}

/// Docker's text for an entry: compact JSON without a newline at its end. Fails with `DRAFT_CORRUPT` when the
/// manifest is not JSON.
pub fn encode(entry: &Entry) -> Result<String> {
    if entry.manifest.as_deref() == Some("") {
        return Ok(write(entry, None));
    }
    let name = if entry.descriptor.media_type.is_docker() { SCHEMA2 } else { OCI };
    Ok(write(entry, Some((name, &entry.compact()?))))
}

/// Docker's file for an entry: as [`encode`], with what an index says of it in one more member. What [`decode`] would
/// not read is not written. Fails with `OPTION_INVALID`.
pub fn encode_to_keep(entry: &Entry) -> Result<String> {
    let whole = |mut text: String| {
        if let Some(listing) = &entry.listing {
            text.pop();
            listing::write(&mut text, listing);
            text.push('}');
        }
        text
    };
    let written = encode(entry).map(whole).and_then(|text| decode(text.as_bytes(), None).map(|_| text));
    written.map_err(|error| {
        let message = format!("an entry of a draft cannot be written, since it could not be read: {error}");
        Error::new(Code::OptionInvalid, message)
            .with_hint("Its manifest has to be of the type that its descriptor states.")
    })
}

/// The members that hold the manifest again, one for each format that docker knows.
pub(super) const SCHEMA2: &str = "SchemaV2Manifest";
pub(super) const OCI: &str = "OCIManifest";

/// The file's layout; `embedded` is the member that holds the manifest again, and its compact text.
pub(super) fn write(entry: &Entry, embedded: Option<(&str, &str)>) -> String {
    let mut out = String::with_capacity(entry.raw.len() * 3 + 512);
    let _ = write!(out, "{{\"Ref\":{},\"Descriptor\":", quote(&entry.reference));
    write_descriptor(&mut out, &entry.descriptor);
    if !entry.raw.is_empty() {
        let _ = write!(out, ",\"Raw\":{}", quote(&base64::encode(&entry.raw)));
    }
    if let Some((name, text)) = embedded {
        let _ = write!(out, ",\"{name}\":{text}");
    }
    out.push('}');
    out
}

/// A descriptor in the image specification's key order; Go sorts the keys of its maps.
fn write_descriptor(out: &mut String, descriptor: &Descriptor) {
    let _ = write!(
        out,
        "{{\"mediaType\":{},\"digest\":{},\"size\":{}",
        quote(descriptor.media_type.as_str()),
        quote(descriptor.digest.as_str()),
        descriptor.size
    );
    if !descriptor.urls.is_empty() {
        out.push_str(",\"urls\":[");
        for (at, url) in descriptor.urls.iter().enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            out.push_str(&quote(url));
        }
        out.push(']');
    }
    if !descriptor.annotations.is_empty() {
        out.push_str(",\"annotations\":{");
        let mut pairs: Vec<(&str, &str)> = descriptor.annotations.iter().collect();
        pairs.sort_unstable();
        for (at, (key, value)) in pairs.into_iter().enumerate() {
            let separator = if at > 0 { "," } else { "" };
            let _ = write!(out, "{separator}{}:{}", quote(key), quote(value));
        }
        out.push('}');
    }
    if let Some(data) = &descriptor.data {
        let _ = write!(out, ",\"data\":{}", quote(data));
    }
    if let Some(platform) = &descriptor.platform {
        out.push_str(",\"platform\":");
        write_json(out, platform);
    }
    if let Some(artifact_type) = &descriptor.artifact_type {
        let _ = write!(out, ",\"artifactType\":{}", quote(artifact_type));
    }
    out.push('}');
}

/// Reads docker's file. `path` says where it lies, for the error.
///
/// Fails with `DRAFT_CORRUPT`, in docker's words where docker fails too; the detail `file` is what was given.
pub fn decode(bytes: &[u8], path: Option<&str>) -> Result<Entry> {
    let root = go::lenient(bytes).map_err(|message| corrupt(&message, path))?;
    read(root, path).map_err(|message| corrupt(&message, path))
}

fn read(root: Value<'_>, path: Option<&str>) -> Wrong<Entry> {
    if root.kind() != Type::Object {
        let go_type =
            "struct { types.ImageManifest; Digest digest.Digest; Platform *manifestlist.PlatformSpec }";
        return Err(misfit(root, go_type));
    }
    let reference = match member(root, "Ref") {
        Some(value) => reference(value)?,
        None => return Err("the draft has no Ref".to_owned()),
    };
    let raw = raw(root)?;
    let embedded = embedded(root)?;
    let legacy = member(root, "Digest").and_then(Value::string).filter(|digest| !digest.is_empty());
    let descriptor = match legacy {
        Some(digest) => {
            let Some((media_type, text)) = embedded else {
                return Err(drafts::no_payload(&reference));
            };
            let actual = Digest::of(Algorithm::Sha256, text.as_bytes());
            if *digest != *actual.as_str() {
                return Err(drafts::file_mismatch(path.unwrap_or_default(), &digest, &actual));
            }
            let mut descriptor = Descriptor::new(known(media_type)?, actual, text.len() as u64);
            let stated = member(root, "Platform");
            descriptor.platform = stated.map(|value| platform(value, "PlatformSpec.Platform")).transpose()?;
            descriptor
        }
        None => match member(root, "Descriptor") {
            Some(value) => self::descriptor(value, &reference)?,
            None => return Err(digest_fault(&reference, "")),
        },
    };
    let embedded = embedded.map_or("", |(_, text)| text);
    let same = !raw.is_empty() && compact(&String::from_utf8_lossy(&raw)) == compact(embedded);
    let manifest = (!same).then(|| embedded.to_owned());
    let listing = listing::read(root, &descriptor.digest)?;
    Ok(Entry { reference, descriptor, raw, manifest, listing })
}

/// `Ref` has to be in the form that docker writes.
fn reference(value: Value<'_>) -> Wrong<String> {
    let Some(text) = value.string() else {
        return Err(drafts::no_reference(value.text(), &misfit(value, "string")));
    };
    let parsed = Reference::parse(&text).map_err(|error| words::reference(&error))?;
    if parsed.canonical() != text {
        return Err(drafts::NOT_CANONICAL.to_owned());
    }
    Ok(text.into_owned())
}

/// The embedded manifest: the type that its member stands for, and its text in the file.
fn embedded(root: Value<'_>) -> Wrong<Option<(&'static str, &str)>> {
    for (name, media_type) in [(SCHEMA2, DOCKER_MANIFEST), (OCI, OCI_MANIFEST)] {
        let Some(value) = member(root, name) else { continue };
        let stated = string(value, "Manifest", "mediaType")?;
        if name == SCHEMA2 && stated != media_type {
            return Err(documents::other_type("manifest", true, media_type, &stated));
        }
        if name == OCI && !stated.is_empty() && stated != media_type {
            return Err(documents::other_type("manifest", false, media_type, &stated));
        }
        if name == OCI && member(value, "manifests").is_some() {
            return Err(documents::INDEX_IN_MANIFEST.to_owned());
        }
        return Ok(Some((media_type, value.text())));
    }
    Ok(None)
}

fn known(media_type: &str) -> Wrong<MediaType> {
    MediaType::parse(media_type).map_err(|error| error.message().to_owned())
}

/// What Go calls the place of a descriptor's fields.
const OWNER: &str = "Descriptor.ImageManifest.Descriptor";

fn descriptor(value: Value<'_>, reference: &str) -> Wrong<Descriptor> {
    let digest = string(value, OWNER, "digest")?;
    let digest = Digest::parse(&digest).map_err(|_| digest_fault(reference, &digest))?;
    let size = match member(value, "size") {
        None => 0,
        Some(size) => size.integer().ok_or_else(|| member_misfit(size, OWNER, "size", "int64"))?,
    };
    let mut descriptor = Descriptor::new(known(&string(value, OWNER, "mediaType")?)?, digest, size);
    descriptor.urls = strings(value, OWNER, "urls")?;
    let stated = member(value, "platform");
    descriptor.platform =
        stated.map(|value| platform(value, "Platform.ImageManifest.Descriptor.platform")).transpose()?;
    descriptor.data = Some(string(value, OWNER, "data")?).filter(|data| !data.is_empty());
    descriptor.artifact_type = Some(string(value, OWNER, "artifactType")?).filter(|kind| !kind.is_empty());
    if let Some(annotations) = member(value, "annotations") {
        let pairs = annotations.members().map(|(key, value)| {
            let text = value.string().ok_or_else(|| member_misfit(value, OWNER, "annotations", "string"));
            Ok((key.into_owned(), text?.into_owned()))
        });
        descriptor.annotations = Annotations::from_pairs(pairs.collect::<Wrong<_>>()?);
    }
    Ok(descriptor)
}

/// The exact bytes; none in old files.
fn raw(root: Value<'_>) -> Wrong<Vec<u8>> {
    let Some(value) = member(root, "Raw") else { return Ok(Vec::new()) };
    let text = value.string().ok_or_else(|| member_misfit(value, "ImageManifest", "Raw", "[]uint8"))?;
    base64::decode(&text).ok_or_else(|| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(&byte);
        let at = text.bytes().position(|byte| !allowed(byte)).unwrap_or(text.len());
        drafts::illegal_base64(at)
    })
}

/// Docker reads any text as a digest and finds out when it is used.
fn digest_fault(reference: &str, digest: &str) -> String {
    let reason = match Digest::parse(digest).and_then(|digest| digest.algorithm()) {
        Err(error) if error.code() == Code::DigestUnsupported => drafts::DIGEST_UNSUPPORTED,
        Err(error) if error.detail("reason") == Some(&"digest-invalid-length".into()) => {
            drafts::DIGEST_LENGTH
        }
        _ => drafts::DIGEST_FORMAT,
    };
    drafts::digest_fault(reference, reason)
}

fn corrupt(message: &str, path: Option<&str>) -> Error {
    let error = Error::new(Code::DraftCorrupt, message);
    match path {
        None => error,
        Some(path) => error
            .with_hint(format!("The draft file {path} is damaged: remove it, and create the list again."))
            .with_detail("file", path),
    }
}
