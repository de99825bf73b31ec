//! What a push does, as data: made from a draft without any request.

use std::collections::HashSet;

use crate::descriptor::Descriptor;
use crate::digest::{Algorithm, Digest};
use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::list::{List, list};
use crate::docker::words::{drafts, push};
use crate::error::{Code, Error, Result};
use crate::manifest::Document;
use crate::media_type::{DOCKER_MANIFEST, MediaType, OCI_MANIFEST};
use crate::reference::Reference;

/// What a push does.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The list, as it was named.
    pub target: Reference,
    /// Under which names the list is put: tags, or its digest.
    pub names: Vec<String>,
    /// The list's type.
    pub media_type: MediaType,
    /// The list's bytes.
    pub body: String,
    /// Their digest.
    pub digest: Digest,
    /// Images from other repositories, each manifest once, in the draft's order.
    pub children: Vec<Child>,
    /// What docker prints for each image from another repository, in the draft's order: `domain/path@digest`.
    pub pushed: Vec<String>,
    /// What there is to say about the list, in words.
    pub warnings: Vec<String>,
}

/// An image that has to get into the target's repository.
#[derive(Clone, Debug)]
pub struct Child {
    /// Where it is.
    pub source: Reference,
    /// Its manifest's type.
    pub media_type: MediaType,
    /// Its manifest's digest.
    pub digest: Digest,
    /// Its manifest.
    pub bytes: Vec<u8>,
    /// Config and layers, each once.
    pub blobs: Vec<Blob>,
}

/// Content of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its type, digest and size.
    pub descriptor: Descriptor,
    /// Whether its image is pushed without it where no repository has it: a layer that its owner serves elsewhere,
    /// and anything of a Windows image, as docker does. The registry has the last word.
    pub is_optional: bool,
}

/// Plans the push of a draft to `target`, and to further `tags` of the same repository.
///
/// Fails in docker's words: `PLATFORM_INVALID` for an image without os or architecture,
/// `DRAFT_CORRUPT`, `REFERENCE_INVALID` for a tag; with `MEDIA_TYPE_UNSUPPORTED` for what a list of that type cannot hold.
pub fn plan(
    target: &Reference,
    entries: &[Entry],
    tags: &[String],
    media_type: Option<&MediaType>,
) -> Result<Plan> {
    for entry in entries {
        check(target, entry)?;
    }
    let List { media_type, body, warnings } = list(entries, media_type)?;
    let digest = Digest::of(Algorithm::Sha256, body.as_bytes());
    let mut names: Vec<String> = vec![target.tag().unwrap_or(digest.as_str()).to_owned()];
    for tag in tags {
        target.to_repository().with_tag(tag)?;
        if !names.contains(tag) {
            names.push(tag.clone());
        }
    }
    let mut plan = Plan {
        target: target.clone(),
        names,
        media_type,
        body,
        digest,
        children: Vec::new(),
        pushed: Vec::new(),
        warnings,
    };
    let mut known = HashSet::new();
    for entry in entries {
        let source = Reference::parse(&entry.reference)?;
        if source.name() == target.name() {
            continue;
        }
        let digest = &entry.descriptor.digest;
        plan.pushed.push(target.to_repository().with_digest(digest).canonical());
        if entry.manifest.as_deref() == Some("") {
            let name = target.to_repository().with_digest(digest);
            let message = push::no_payload(&name.canonical(), &entry.reference);
            return Err(Error::new(Code::DraftCorrupt, message).with_registry(target.domain()));
        }
        let about = |error: Error| error.with_registry(target.domain()).with_reference(&entry.reference);
        let bytes = entry.bytes().map_err(about)?.into_owned();
        if known.insert(digest) {
            plan.children.push(child(source, entry, bytes)?);
        }
    }
    Ok(plan)
}

impl Plan {
    /// Paths of the target registry's repositories that blobs are mounted from, sorted.
    pub fn sources(&self) -> Vec<String> {
        let near = self.children.iter().filter(|child| self.is_near(&child.source));
        let mut paths: Vec<&str> = near.map(|child| child.source.path()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.into_iter().map(str::to_owned).collect()
    }

    fn is_near(&self, source: &Reference) -> bool {
        source.domain() == self.target.domain()
    }

    /// The plan for people and programs: one line a step.
    pub fn steps(&self) -> Vec<String> {
        let repository = self.target.name();
        let mut steps = Vec::new();
        let mut mounted: HashSet<&Digest> = HashSet::new();
        for child in &self.children {
            steps.push(format!("HEAD {repository}@{}, and skip this image if it is there", child.digest));
            for blob in child.blobs.iter().filter(|blob| !mounted.contains(&blob.descriptor.digest)) {
                let digest = &blob.descriptor.digest;
                steps.push(match self.is_near(&child.source) {
                    true => format!("mount {digest} from {}", child.source.path()),
                    false => format!("copy {digest} from {}", child.source.name()),
                });
            }
            mounted.extend(child.blobs.iter().map(|blob| &blob.descriptor.digest));
            steps.push(format!("put {repository}@{}", child.digest));
        }
        for name in &self.names {
            let separator = if name.contains(':') { '@' } else { ':' };
            steps.push(format!("put {repository}{separator}{name}"));
        }
        steps
    }
}

/// Docker's checks, in its order.
fn check(target: &Reference, entry: &Entry) -> Result<()> {
    let platform = entry.descriptor.platform.clone().unwrap_or_default();
    if platform.os.is_empty() || platform.architecture.is_empty() {
        return Err(Error::new(Code::PlatformInvalid, drafts::no_platform(&entry.reference))
            .with_hint("Its config does not state them: annotate the image with both.")
            .with_detail("platform", platform.to_string())
            .with_registry(target.domain())
            .with_reference(&entry.reference));
    }
    Ok(())
}

fn child(source: Reference, entry: &Entry, bytes: Vec<u8>) -> Result<Child> {
    let media_type = entry.descriptor.media_type.as_str();
    let media_type = if media_type == DOCKER_MANIFEST { DOCKER_MANIFEST } else { OCI_MANIFEST };
    let media_type = MediaType::parse(media_type)?;
    let document = Document::parse(bytes, Some(&media_type), Some(&entry.descriptor.digest))?;
    let is_windows = entry.descriptor.platform.as_ref().is_some_and(|platform| platform.os == "windows");
    let mut blobs: Vec<Blob> = Vec::new();
    let mut known = HashSet::new();
    for (at, stated) in document.stated_config().into_iter().chain(document.layers()).enumerate() {
        let descriptor = stated.require()?;
        // The config stands before the layers.
        let is_layer = at > 0;
        let is_optional = is_windows || (is_layer && descriptor.is_foreign());
        if known.insert(&descriptor.digest) {
            blobs.push(Blob { descriptor: descriptor.clone(), is_optional });
        }
    }
    let digest = document.digest().clone();
    Ok(Child { source, media_type, digest, bytes: document.into_bytes(), blobs })
}

/// What docker calls an image's blob in an error: without the registry.
pub(super) fn blob_name(source: &Reference, digest: &Digest) -> String {
    format!("{}@{digest}", source.path())
}
