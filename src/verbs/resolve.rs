//! From a reference to the manifest for a platform: one choice per index, down to a manifest.
//!
//! Each policy goes on as its own implementation does after the choice:
//!
//! | the entry chosen | containerd, strict | first | podman |
//! |---|---|---|---|
//! | an index | followed | followed | followed |
//! | a manifest with a platform | taken | taken | taken |
//! | a manifest without a platform | its config decides; no second try | taken | taken |
//! | of an unknown type | refused | taken as it is | taken as it is |
//!
//! Different from all of them, on purpose:
//!
//! | case | here | why |
//! |---|---|---|
//! | the reference is a single image | its config must fit the platform | none of them checks; a caller that names a platform wants that platform |
//! | more than four indexes inside one another | `INDEX_TOO_DEEP` | the others follow without a limit |
//! | an entry whose type or size the document contradicts | an error | the document is not what the index promises |

use crate::descriptor::Descriptor;
use crate::error::{Code, Error, Result};
use crate::limits::INDEX_DEPTH;
use crate::manifest::{Document, ImageConfig, Kind};
use crate::media_type::Family;
use crate::platform::Platform;
use crate::reference::Reference;
use crate::registry::answer::problem;
use crate::registry::answer::problem::about;
use crate::registry::client::Session;
use crate::registry::endpoints::blobs::config_bytes;
use crate::registry::endpoints::fetched::{Fetched, fetch};
use crate::registry::endpoints::fetched::{manifest_tail, page};
use crate::registry::endpoints::manifests::{self, child};
use crate::registry::host::Host;
use crate::selection::{Entries, Options, Selection, Wanted, accepts, choose, not_found, select};

/// What a reference resolved to.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The document that was found, as its index or the registry describes it.
    pub descriptor: Descriptor,
    /// A reference that pins it: `domain/path@digest`, with the tag where the tag points at it.
    pub reference: String,
    /// The root index; none where nothing was chosen.
    pub root: Option<Document>,
    /// The position chosen in each index, from the root down.
    pub path: Vec<usize>,
    /// What the config of a single image is for; none where an index was chosen from.
    pub platform: Option<Platform>,
}

impl Resolved {
    /// The choice in the root index with the reason of every entry, for what was `wanted`; none where nothing was chosen.
    pub fn selection(&self, wanted: &Wanted) -> Option<Selection> {
        self.root
            .as_ref()
            .map(|root| select(root.manifests(), &wanted.platform, &wanted.options(root.media_type())))
    }
}

/// Where a walk ended.
pub(crate) struct Found {
    pub(crate) descriptor: Descriptor,
    /// The document, where it had to be read on the way.
    pub(crate) document: Option<Document>,
    root: Option<Document>,
    path: Vec<usize>,
    /// What the config of a single image is for.
    platform: Option<Platform>,
}

/// The document that a reference points at, verified: one GET.
///
/// Fails as [`manifests::head`] does, and with the codes of [`Document::parse`].
pub async fn document<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<Document> {
    manifests::document(session, &reference.with_default_tag()).await
}

/// What a reference points at, as the registry describes it: one HEAD.
///
/// Fails as [`manifests::head`] does.
pub async fn head<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<Resolved> {
    let reference = &reference.with_default_tag();
    let descriptor = manifests::head(session, reference).await?;
    let pinned = reference.with_digest(&descriptor.digest).canonical();
    Ok(Resolved { descriptor, reference: pinned, root: None, path: Vec::new(), platform: None })
}

/// As [`document`]; with `wanted`, the manifest for that platform: one GET more for each step below the document.
///
/// Fails as [`document`] does, and with `PLATFORM_NOT_FOUND`.
pub async fn manifest<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    wanted: Option<&Wanted>,
) -> Result<Document> {
    let reference = &reference.with_default_tag();
    let root = manifests::document(session, reference).await?;
    match wanted {
        Some(wanted) => manifest_below(session, reference, root, wanted).await,
        None => Ok(root),
    }
}

/// The manifest for a platform below the document at `reference`. Fails as [`manifest`] does.
pub(crate) async fn manifest_below<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    root: Document,
    wanted: &Wanted,
) -> Result<Document> {
    let found = walk(session, reference, root, wanted).await.map_err(|error| about(reference, error))?;
    match found.document {
        Some(document) => Ok(document),
        None => child(session, reference, &found.descriptor).await,
    }
}

/// The config of a single image, or with `wanted` of the image for that platform. Verified.
///
/// Fails as [`manifest`] does, and with `MEDIA_TYPE_UNSUPPORTED` for an index without `wanted` or
/// for an artifact.
pub async fn config<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    wanted: Option<&Wanted>,
) -> Result<ImageConfig> {
    let reference = &reference.with_default_tag();
    let document = manifest(session, reference, wanted).await?;
    let config = match document.config() {
        Some(config) if config.media_type.family() == Family::Config => config,
        _ => {
            let message = format!("a document of type {} has no image config", document.media_type());
            let hint = "Name a platform if this is an index; artifacts have no image config.";
            return Err(about(reference, Error::new(Code::MediaTypeUnsupported, message).with_hint(hint)));
        }
    };
    let read = async {
        let bytes = config_bytes(session, reference, config).await?;
        ImageConfig::parse(bytes, None)
    };
    read.await.map_err(|error| about(reference, error))
}

/// The exact bytes that a reference names, or with `wanted` those of the entry for a platform, whatever they say:
/// they are what the reference's digest or the registry's own promises, and no web page. That is all that is
/// looked at, so documents come through that [`Document::parse`] refuses.
///
/// Fails with `DIGEST_MISMATCH`, `MANIFEST_TOO_LARGE`, `NOT_A_REGISTRY`, with `wanted` as [`resolve`]
/// does, and with the codes of the registry, the network and the URLs.
pub async fn raw<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    wanted: Option<&Wanted>,
) -> Result<Fetched> {
    let mut place = reference.with_default_tag();
    if wanted.is_some() {
        let resolved = resolve(session, reference, wanted).await?;
        place = reference.to_repository().with_digest(&resolved.descriptor.digest);
    }
    let read = async {
        let fetched = fetch(session, &place).await?;
        if problem::is_page(&fetched.headers, &fetched.bytes) {
            return Err(page(&place, &manifest_tail(&place)?));
        }
        let stated = fetched.stated();
        if let Some(expected) = place.digest().or(stated.as_ref()) {
            expected.verify(&fetched.bytes)?;
        }
        Ok(fetched)
    };
    read.await.map_err(|error| about(reference, error))
}

/// What a reference points at; with `wanted`, the manifest for that platform. As [`head`] without a
/// platform; with one, a GET for the root, one more for each index inside it, and a manifest and its
/// config only where an entry does not say its platform.
///
/// Fails as [`manifest`] does. `PLATFORM_NOT_FOUND` names the platforms that exist; an artifact
/// that states no platform is `PLATFORM_NOT_FOUND` too, whatever its type.
pub async fn resolve<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    wanted: Option<&Wanted>,
) -> Result<Resolved> {
    let Some(wanted) = wanted else { return head(session, reference).await };
    let reference = &reference.with_default_tag();
    let root = manifests::document(session, reference).await?;
    let found = walk(session, reference, root, wanted).await.map_err(|error| about(reference, error))?;
    let pinned = match found.path.is_empty() {
        true => reference.with_digest(&found.descriptor.digest),
        false => reference.to_repository().with_digest(&found.descriptor.digest),
    };
    Ok(Resolved {
        descriptor: found.descriptor,
        reference: pinned.canonical(),
        root: found.root,
        path: found.path,
        platform: found.platform,
    })
}

/// Walks from the document at `reference` to the manifest for a platform.
pub(crate) async fn walk<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    root: Document,
    wanted: &Wanted,
) -> Result<Found> {
    if root.kind() != Kind::Index {
        return single(session, reference, root, wanted).await;
    }
    let mut first: Option<Document> = None;
    let mut path = Vec::new();
    let mut index = root;
    loop {
        let options = wanted.options(index.media_type());
        let Some((at, entry)) = chosen(&index, wanted, &options) else {
            return Err(absent(&index, wanted, &options));
        };
        path.push(at);
        if entry.media_type.family() == Family::Index {
            if path.len() >= INDEX_DEPTH {
                let message = format!("indexes stand inside one another more than {INDEX_DEPTH} deep");
                return Err(Error::new(Code::IndexTooDeep, message));
            }
            let child = child(session, reference, &entry).await?;
            expect_kind(&entry, &child, Kind::Index)?;
            let parent = std::mem::replace(&mut index, child);
            first.get_or_insert(parent);
            continue;
        }
        let document = match wanted.policy.checks_config() {
            true => manifest_of(session, reference, at, &entry).await?,
            false if entry.media_type.family() == Family::Schema1 => return Err(schema1(at)),
            false => None,
        };
        if let Some((_, platform)) = &document
            && !accepts(&wanted.platform, platform, &options)
        {
            return Err(absent(&index, wanted, &options));
        }
        let document = document.map(|(document, _)| document);
        return Ok(Found {
            descriptor: entry,
            document,
            root: Some(first.unwrap_or(index)),
            path,
            platform: None,
        });
    }
}

/// The entry that is chosen from an index, and its position.
fn chosen(index: &Document, wanted: &Wanted, options: &Options<'_>) -> Option<(usize, Descriptor)> {
    let at = choose(index, &wanted.platform, options)?;
    Some((at, index.entry(at)?.into_owned().into_sound()?))
}

/// The error for an index without an entry for the platform.
fn absent(index: &Document, wanted: &Wanted, options: &Options<'_>) -> Error {
    let selection = select(index.manifests(), &wanted.platform, options);
    not_found(index.manifests(), &wanted.platform, &selection)
}

/// A root that is no index: it is what was asked for where its config fits the platform.
async fn single<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    root: Document,
    wanted: &Wanted,
) -> Result<Found> {
    let platform = platform_of(session, reference, &root).await?;
    if !accepts(&wanted.platform, &platform, &wanted.options(root.media_type())) {
        return Err(only(wanted, &platform));
    }
    Ok(Found {
        descriptor: root.descriptor(),
        document: Some(root),
        root: None,
        path: Vec::new(),
        platform: Some(platform),
    })
}

/// The manifest behind an entry that does not state its platform, and the platform that its config states; none where
/// the entry does. Fails for an entry that is no manifest.
async fn manifest_of<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    at: usize,
    entry: &Descriptor,
) -> Result<Option<(Document, Platform)>> {
    match entry.media_type.family() {
        Family::Schema1 => Err(schema1(at)),
        Family::Manifest if entry.platform.is_none() => {
            let child = child(session, reference, entry).await?;
            let platform = platform_of(session, reference, &child).await?;
            Ok(Some((child, platform)))
        }
        Family::Manifest => Ok(None),
        _ => {
            let message = format!("entry {at} matches, but is of type {}", entry.media_type);
            Err(Error::new(Code::MediaTypeUnsupported, message))
        }
    }
}

fn schema1(at: usize) -> Error {
    Error::new(Code::Schema1Unsupported, format!("entry {at} is a Docker schema 1 manifest"))
}

/// The platform that the config of a manifest states; an empty one where there is no config.
pub(crate) async fn platform_of<H: Host>(
    session: Session<'_, H>,
    reference: &Reference,
    document: &Document,
) -> Result<Platform> {
    let Some(config) = document.stated_config() else { return Ok(Platform::default()) };
    let config = config.require()?;
    let bytes = config_bytes(session, reference, config).await?;
    match ImageConfig::platform_of(&bytes, None) {
        Err(_) if config.media_type.family() != Family::Config => Ok(Platform::default()),
        platform => platform,
    }
}

/// The document must be what its entry in the index says.
fn expect_kind(entry: &Descriptor, document: &Document, kind: Kind) -> Result<()> {
    if document.kind() == kind {
        return Ok(());
    }
    let message =
        format!("the index calls {} {}, but it is {}", entry.digest, entry.media_type, document.media_type());
    Err(Error::new(Code::MediaTypeMismatch, message))
}

/// The error for a single image that is for another platform.
fn only(wanted: &Wanted, platform: &Platform) -> Error {
    let message = match platform.architecture.as_str() {
        "" => format!("this is a single document that states no platform, not one for {}", wanted.platform),
        _ => format!("this is a single image for {platform}, not for {}", wanted.platform),
    };
    let exist = if platform.architecture.is_empty() { Vec::new() } else { vec![platform.to_string()] };
    Error::new(Code::PlatformNotFound, message)
        .with_detail("platform", wanted.platform.to_string())
        .with_detail("policy", wanted.policy.as_str())
        .with_detail("available", exist)
}
