//! An image that goes into a list: its manifest and its platform, judged by docker's rules.
//!
//! The type of the answer decides what the manifest has to be; the content is never guessed at. The platform
//! is what the config says, verbatim.

use crate::docker::drafts::draft::Entry;
use crate::docker::go_json::read::{member, platform, string};
use crate::docker::words::{self, documents};
use crate::error::{Code, Error, Result};
use crate::json::{self, Type, Value, go};
use crate::manifest::{Document, ImageConfig};
use crate::media_type::{DOCKER_LIST, DOCKER_MANIFEST, MediaType, OCI_INDEX, OCI_MANIFEST};
use crate::platform::Platform;
use crate::reference::Reference;
use crate::registry::{self, Fetched, Host, Session, judge};

/// What a source turned out to be.
pub(super) enum Found {
    /// A single image.
    Image(Box<Entry>),
    /// An index, or a Docker list.
    Index(Box<Document>),
}

/// Reads a source from its registry: one GET for the manifest, one for the config of a single image.
///
/// Fails in docker's words, with the codes of the registry and of documents.
pub(super) async fn fetch<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<Found> {
    let about = |error: Error| error.with_registry(reference.domain()).with_reference(&reference.canonical());
    let fetched = registry::fetch(session, &asked(reference)).await;
    let fetched = fetched.map_err(|error| about(words::read(session.client, reference, error)))?;
    let declared = declared(&fetched);
    let document = manifest(reference, &declared, fetched).map_err(about)?;
    if matches!(declared.as_str(), DOCKER_LIST | OCI_INDEX) {
        return Ok(Found::Index(Box::new(document)));
    }
    let mut descriptor = document.descriptor();
    descriptor.platform = Some(platform_of(session, reference, &document).await.map_err(about)?);
    let (reference, raw) = (reference.canonical(), document.into_bytes());
    Ok(Found::Image(Box::new(Entry { reference, descriptor, raw, manifest: None, listing: None })))
}

/// Reads what a reference names, whatever it is, by docker's rules as far as docker has any for it. Fails in
/// docker's words.
pub(super) async fn look<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<Document> {
    let fetched = registry::fetch(session, &asked(reference)).await;
    let fetched = fetched.map_err(|error| words::read(session.client, reference, error))?;
    let declared = declared(&fetched);
    if KNOWN.iter().any(|(known, _)| *known == declared) {
        check(&declared, &fetched.bytes, false)?;
    }
    judge(session.host, reference, fetched).map_err(|error| reworded(reference, &declared, error))
}

/// docker asks for the tag where there is one, and holds the digest against what comes.
fn asked(reference: &Reference) -> Reference {
    let by_tag = reference.tag().and_then(|tag| reference.to_repository().with_tag(tag).ok());
    by_tag.unwrap_or_else(|| reference.clone())
}

/// The type that an answer declares; empty for none.
fn declared(fetched: &Fetched) -> String {
    let content_type = fetched.headers.get("content-type").unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The types that docker reads, and what its decoder calls them.
const KNOWN: &[(&str, &str)] = &[
    (DOCKER_MANIFEST, "schema2.Manifest"),
    (OCI_MANIFEST, "ocischema.unknownDocument"),
    (DOCKER_LIST, "manifestlist.ManifestList"),
    (OCI_INDEX, "manifestlist.unknownDocument"),
];

/// The document of a source. docker takes a tag's document whatever digest the registry states for it; here
/// the registry has to mean what it says.
fn manifest(reference: &Reference, declared: &str, fetched: Fetched) -> Result<Document> {
    let stated = fetched.stated();
    let bytes = fetched.bytes;
    if !KNOWN.iter().any(|(known, _)| *known == declared) {
        return Err(Error::new(Code::MediaTypeUnsupported, documents::unsupported(declared)));
    }
    check(declared, &bytes, true)?;
    let media_type = MediaType::parse(declared)?;
    Document::parse(bytes, Some(&media_type), reference.digest().or(stated.as_ref()))
        .map_err(|error| reworded(reference, declared, error))
}

fn reworded(reference: &Reference, declared: &str, error: Error) -> Error {
    match (error.code(), reference.digest()) {
        (Code::DigestMismatch, Some(digest)) => error.with_message(&documents::manifest_mismatch(digest)),
        (Code::Schema1Unsupported, _) => error.with_message(&documents::unsupported(declared)),
        _ => error,
    }
}

/// Docker's own checks of a document of a type that it reads; `strict` ones belong to create alone.
fn check(declared: &str, bytes: &[u8], strict: bool) -> Result<()> {
    if let Some(message) = go::error(bytes) {
        return Err(Error::new(Code::JsonInvalid, message));
    }
    let root = json::parse(bytes)?;
    if root.kind() != Type::Object {
        let go_type = KNOWN.iter().find(|(known, _)| *known == declared).map_or("", |(_, go_type)| go_type);
        return Err(Error::new(Code::ManifestInvalid, words::json::misfit(root, go_type)));
    }
    match misfit(declared, root, strict) {
        Some(message) => Err(Error::new(Code::MediaTypeMismatch, message)),
        None => Ok(()),
    }
}

/// What docker finds wrong with a document of that type.
fn misfit(declared: &str, root: Value<'_>, strict: bool) -> Option<String> {
    let stated = string(root, "Manifest", "mediaType").unwrap_or_default();
    let has = |name: &str| member(root, name).is_some();
    let (what, required) = match declared {
        OCI_MANIFEST if has("manifests") => {
            return Some(documents::INDEX_IN_MANIFEST.to_owned());
        }
        OCI_INDEX if has("config") || has("layers") => {
            return Some(documents::MANIFEST_IN_INDEX.to_owned());
        }
        DOCKER_MANIFEST => ("manifest", true),
        DOCKER_LIST => ("manifest list", true),
        OCI_MANIFEST => ("manifest", false),
        _ => ("image index", false),
    };
    if stated == declared || (stated.is_empty() && !(required && strict)) {
        return None;
    }
    Some(documents::other_type(what, required, declared, &stated))
}

/// The platform that the config states. Fails in docker's words, and with `MANIFEST_AMBIGUOUS` for keys in other
/// letters, on which tools disagree.
pub(super) async fn platform_of<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    document: &Document,
) -> Result<Platform> {
    let Some(config) = document.stated_config() else { return Ok(Platform::default()) };
    let config = config.require()?;
    let bytes = registry::config_bytes(session, reference, config).await;
    let bytes = bytes.map_err(|error| words::read_config(session.client, reference, error))?;
    if let Some(message) = go::error(&bytes) {
        return Err(Error::new(Code::ConfigInvalid, message));
    }
    let platform = platform(json::parse(&bytes)?, "Platform")
        .map_err(|message| Error::new(Code::ConfigInvalid, message))?;
    match ImageConfig::platform_of(&bytes, None) {
        Err(error) if error.code() == Code::ManifestAmbiguous => Err(error),
        _ => Ok(platform),
    }
}
