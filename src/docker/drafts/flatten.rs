//! Sources of a list: an image becomes one entry of the draft, an index all the entries that it has.
//!
//! Builders push an index even of one image when they attach attestations. Docker refuses it; here every image in it
//! comes into the draft with its attestations, each under `repository@digest`, and what the index says of it is kept.

use crate::descriptor::{Annotations, Descriptor};
use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::listing::{Listing, Source};
use crate::docker::drafts::source::{Found, fetch, platform_of};
use crate::docker::words;
use crate::error::{Code, Error, Result};
use crate::http::each;
use crate::limits::PARALLEL;
use crate::manifest::Kind;
use crate::media_type::{DOCKER_MANIFEST, OCI_MANIFEST};
use crate::platform::Platform;
use crate::reference::Reference;
use crate::registry::{Host, Session};
use crate::verbs::{self, Gathered, Taken};

/// A source that was read.
pub(super) struct Read {
    /// As it was named, canonical.
    pub(super) reference: String,
    /// The index that it is, if it is one.
    pub(super) index: Option<Source>,
    /// What of it comes into the draft.
    pub(super) entries: Vec<Entry>,
    /// What is odd about it, in words.
    pub(super) warnings: Vec<String>,
}

/// A source; what it lists is still to be read.
struct Half {
    reference: String,
    index: Option<Source>,
    parts: Vec<Part>,
    /// What of an index inside an index cannot be kept, in words.
    lost: Vec<String>,
}

enum Part {
    Image(Box<Entry>),
    Listed(Box<Gathered>),
}

impl Part {
    fn descriptor(&self) -> &Descriptor {
        match self {
            Part::Image(entry) => &entry.descriptor,
            Part::Listed(entry) => &entry.descriptor,
        }
    }
}

/// Reads sources side by side, then the images of all indexes: what of them is `taken`.
///
/// Fails in docker's words where docker has any; with `INDEX_TOO_DEEP` and `PLATFORM_NOT_FOUND`, and with
/// `MEDIA_TYPE_UNSUPPORTED` for an entry that no draft can hold.
pub(super) async fn read<H: Host>(
    session: Session<'_, H>,
    sources: &[Reference],
    taken: &Taken,
) -> Result<Vec<Read>> {
    let mut halves = each(sources, PARALLEL, |source| half(session, source)).await?;
    let descriptors: Vec<&Descriptor> =
        halves.iter().flat_map(|half| &half.parts).map(Part::descriptor).collect();
    let mut chosen = verbs::chosen(&descriptors, taken)?.into_iter();
    for half in &mut halves {
        half.parts.retain(|_| chosen.next().unwrap_or(true));
    }
    let parts = halves.iter().flat_map(|half| half.parts.iter().map(move |part| (half, part)));
    let read = each(parts, PARALLEL, |(half, part)| async move {
        match (part, &half.index) {
            (Part::Listed(entry), Some(index)) => listed(session, index, entry).await.map(Some),
            (Part::Image(entry), _) => Ok(Some(((**entry).clone(), None))),
            (Part::Listed(_), None) => Ok(None),
        }
    });
    let mut read = read.await?.into_iter().flatten();
    let done = halves.into_iter().map(|half| {
        let (entries, warnings): (_, Vec<_>) = read.by_ref().take(half.parts.len()).unzip();
        let lost = half.lost.into_iter().map(|what| format!("left out: {what}"));
        let warnings = warnings.into_iter().flatten().chain(lost).collect();
        Read { reference: half.reference, index: half.index, entries, warnings }
    });
    Ok(done.collect())
}

async fn half<H: Host>(session: Session<'_, H>, source: &Reference) -> Result<Half> {
    let reference = source.canonical();
    let index = match fetch(session, source).await? {
        Found::Image(entry) => {
            return Ok(Half { reference, index: None, parts: vec![Part::Image(entry)], lost: Vec::new() });
        }
        Found::Index(index) => index,
    };
    let digest = index.digest().clone();
    let own = verbs::own_members(&index)?;
    let asked = [verbs::Source { document: Some(*index), reference: source.clone(), over: None }];
    let gathered = verbs::gather(session, &asked, &Taken::default()).await;
    let gathered = gathered.map_err(|error| about(source, words::read(session.client, source, error)))?;
    // Those of the indexes inside it, too.
    let annotations = Annotations::from_pairs(gathered.annotations.into_iter().collect());
    let from = Source { reference: reference.clone(), digest, annotations };
    let parts = gathered.entries.into_iter().map(|entry| Part::Listed(Box::new(entry))).collect();
    let own = (!own.is_empty()).then(|| format!("{} of the index {reference}", own.join(", ")));
    let lost = own.into_iter().chain(gathered.lost).collect();
    Ok(Half { reference, index: Some(from), parts, lost })
}

/// Reads what an index lists, and says of an image for which platform its config is if that is another one. An entry
/// without a platform gets the one of its config, as a single image does.
async fn listed<H: Host>(
    session: Session<'_, H>,
    index: &Source,
    listed: &Gathered,
) -> Result<(Entry, Option<String>)> {
    let (reference, stated) = (&listed.from, &listed.descriptor);
    if ![DOCKER_MANIFEST, OCI_MANIFEST].contains(&stated.media_type.as_str()) {
        let kind = &stated.media_type;
        let message = format!("{} lists {reference}, which is {kind}: no draft can hold it", index.reference);
        return Err(about(reference, Error::new(Code::MediaTypeUnsupported, message)));
    }
    let document = verbs::manifest(session, reference, None).await;
    let document =
        document.map_err(|error| absent(index, listed, words::read(session.client, reference, error)))?;
    if document.size() != stated.size {
        let message = format!(
            "{reference} has {} bytes, {} states {} for it",
            document.size(),
            index.reference,
            stated.size
        );
        return Err(about(reference, Error::new(Code::SizeMismatch, message)));
    }
    let mut descriptor = stated.clone();
    let own = match document.kind() == Kind::Image && !stated.is_attestation() {
        true => platform_of(session, reference, &document).await.map_err(|error| about(reference, error)),
        false => Ok(unknown()),
    };
    let warning = match (&stated.platform, own) {
        (Some(platform), own) => warning(listed, platform, own),
        (None, own) => {
            descriptor.platform = Some(own?);
            None
        }
    };
    let listing = Listing { text: listed.text.clone(), sources: vec![index.clone()] };
    let (reference, raw) = (reference.canonical(), document.into_bytes());
    Ok((Entry { reference, descriptor, raw, manifest: None, listing: Some(listing) }, warning))
}

/// What docker's file says of what is for no platform: docker pushes nothing without one.
fn unknown() -> Platform {
    let unknown = || "unknown".to_owned();
    Platform { os: unknown(), architecture: unknown(), ..Platform::default() }
}

/// What there is to say where an entry is for one platform and its config for another, or cannot be read.
fn warning(listed: &Gathered, stated: &Platform, own: Result<Platform>) -> Option<String> {
    let reference = &listed.from;
    let own = match own {
        Ok(own) => own,
        Err(error) => return Some(format!("the config of {reference} cannot be read: {}", error.message())),
    };
    let (one, other) = (stated.normalize("linux"), own.normalize("linux"));
    let differ = |one: &str, other: &str| !one.is_empty() && !other.is_empty() && one != other;
    let are_stated = !stated.variant.is_empty() && !own.variant.is_empty();
    let is_other = differ(&one.os, &other.os)
        || differ(&one.architecture, &other.architecture)
        || (are_stated && differ(&one.variant, &other.variant));
    let is_image = !own.is_unknown() && !stated.is_unknown();
    (is_image && is_other).then(|| format!("{reference} is listed for {stated}, and its config is for {own}"))
}

/// The error for what an index lists and its repository does not have.
fn absent(index: &Source, listed: &Gathered, error: Error) -> Error {
    let error = about(&listed.from, error);
    if error.code() != Code::ManifestUnknown {
        return error;
    }
    let image = listed.descriptor.is_about().filter(|_| listed.descriptor.is_attestation());
    let what = if image.is_some() { "an attestation" } else { "an image" };
    let message = format!("{}, {what} that {} lists", error.message(), index.reference);
    let error = error.with_message(&message);
    match image {
        Some(image) => error.with_detail("attestationOf", image).with_hint(
            "The image itself does not need it: leave attestations out with `attestations: false`.",
        ),
        None => error.with_hint("Push it again, or name the images that are there by digest."),
    }
}

fn about(reference: &Reference, error: Error) -> Error {
    error.with_registry(reference.domain()).with_reference(&reference.canonical())
}
