//! Gathering the entries of a new index from what people push: images, and indexes of them however deep.
//!
//! An index is flattened: its images come with the attestations that are about them, and each entry keeps the members
//! and the values that its index states for it, also those that this crate does not know. A single manifest becomes an
//! entry with the platform of its config, normalised as containerd and so BuildKit do it.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::descriptor::{Descriptor, Listed};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::http::parallel::each;
use crate::json;
use crate::limits::{INDEX_DEPTH, INDEX_ENTRIES, PARALLEL};
use crate::manifest::edit::{descriptor_text, laid_over};
use crate::manifest::{Document, Kind, parse_descriptor};
use crate::media_type::Family;
use crate::platform::Platform;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::manifests::{child, document};
use crate::registry::{Host, Session};
use crate::selection::{Options, Policy, accepts, not_found, select};
use crate::verbs::resolve::platform_of;

/// What an index is made of.
#[derive(Clone, Debug)]
pub struct Source {
    /// A document that the caller has, or what the reference points at.
    pub document: Option<Document>,
    /// Where it is: the repository of what a document lists.
    pub reference: Reference,
    /// A descriptor as JSON, whose members are laid over those of the entry that a single manifest becomes.
    pub over: Option<String>,
}

impl Source {
    /// What a text names: a reference, or by a digest or a tag alone (`sha256:…`, `@sha256:…`, `:tag`) a manifest of
    /// `repository`. Fails with `REFERENCE_INVALID`.
    pub fn at(text: &str, repository: &Reference) -> Result<Source> {
        let digest = text.strip_prefix('@').unwrap_or(text);
        let reference = match (Digest::parse(digest), text.strip_prefix(':')) {
            (Ok(digest), _) => repository.to_repository().with_digest(&digest),
            (Err(_), Some(tag)) => repository.to_repository().with_tag(tag)?,
            (Err(_), None) => Reference::parse(text)?,
        };
        Ok(Source { document: None, reference, over: None })
    }
}

/// What of the sources is taken.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// The platforms, compared after normalisation; all of them where there is none.
    pub platforms: Vec<Platform>,
    /// Whether BuildKit's attestations stay behind.
    pub no_attestations: bool,
}

/// An entry that was gathered.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// Its descriptor as JSON text.
    pub text: String,
    /// What the text says.
    pub descriptor: Descriptor,
    /// Where its content is, by digest.
    pub from: Reference,
    /// The source that it came with, as it was asked for.
    pub source: String,
}

/// The entries of all sources, and what they came with.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    /// In the order of the sources and of their indexes; each digest once.
    pub entries: Vec<Gathered>,
    /// The annotations of the indexes themselves, where no two of them differ.
    pub annotations: BTreeMap<String, String>,
    /// What could not be kept, in words.
    pub lost: Vec<String>,
    /// The index that all entries come from, of which nothing was left out.
    pub only: Option<Document>,
}

/// A document that was read for a source.
struct Read {
    document: Document,
    reference: Reference,
    source: String,
}

/// Reads the sources side by side and gathers their entries.
///
/// Fails with `PLATFORM_NOT_FOUND`, `INDEX_TOO_DEEP`, `INDEX_TOO_LARGE`, `DIGEST_MISMATCH` for a descriptor that is laid over
/// another manifest, as [`parse_descriptor`] does for an entry that cannot be used, and as reading does.
pub async fn gather<H: Host>(
    session: Session<'_, H>,
    sources: &[Source],
    taken: &Taken,
) -> Result<Gathering> {
    let read = each(sources, PARALLEL, |source| async move {
        let read = read(session, source).await?;
        let entry = match read.document.kind() {
            Kind::Index => None,
            _ => Some(single(session, source, &read).await.map_err(|error| about(&read.reference, error))?),
        };
        Ok((read, entry))
    })
    .await?;
    let mut gathering = Gathering::default();
    let mut all = Vec::new();
    let mut is_flat = true;
    for ((read, entry), source) in read.iter().zip(sources) {
        let start = all.len();
        match entry {
            Some(entry) => all.push(entry.clone()),
            None => is_flat &= flatten(session, read, &mut all, &mut gathering).await?,
        }
        if let (None, Some(over)) = (entry, &source.over) {
            let entries = all.get_mut(start..).unwrap_or_default();
            is_flat &= !lay_over_image(entries, over, read).map_err(|error| about(&read.reference, error))?;
        }
    }
    let count = all.len();
    gathering.entries = merged(all)?;
    let is_whole = keep(&mut gathering, taken)? && gathering.entries.len() == count && is_flat;
    gathering.only = match read.as_slice() {
        [(only, None)] if is_whole => Some(only.document.clone()),
        _ => None,
    };
    Ok(gathering)
}

/// The source's document, read once.
async fn read<H: Host>(session: Session<'_, H>, source: &Source) -> Result<Read> {
    let reference = source.reference.with_default_tag();
    let document = match &source.document {
        Some(document) => document.clone(),
        None => document(session, &reference).await?,
    };
    let source = if source.document.is_some() { document.digest().to_string() } else { reference.familiar() };
    Ok(Read { document, reference, source })
}

/// The entry that a single manifest becomes.
async fn single<H: Host>(session: Session<'_, H>, source: &Source, read: &Read) -> Result<Gathered> {
    let Read { document, reference, source: name } = read;
    let mut descriptor = document.descriptor();
    if document.kind() == Kind::Artifact {
        descriptor.artifact_type = document.artifact_type().map(str::to_owned);
    }
    let platform = platform_of(session, reference, document).await?;
    let has_platform = !platform.os.is_empty() || !platform.architecture.is_empty();
    descriptor.platform = has_platform.then(|| platform.normalize("linux"));
    let from = reference.to_repository().with_digest(&descriptor.digest);
    let mut entry = Gathered { text: descriptor_text(&descriptor), descriptor, from, source: name.clone() };
    if let Some(over) = &source.over {
        lay_over(&mut entry, over)?;
    }
    Ok(entry)
}

/// Lays the members of a descriptor over an entry. Fails with `DIGEST_MISMATCH` for that of another manifest.
fn lay_over(entry: &mut Gathered, over: &str) -> Result<()> {
    let text = laid_over(&entry.text, over)?;
    let descriptor = parse_descriptor(text.as_bytes())?;
    descriptor.digest.expect(&entry.descriptor.digest)?;
    entry.text = text;
    entry.descriptor = descriptor;
    Ok(())
}

/// Lays a descriptor over the only image among the entries of an index; whether it did. One that states a digest describes
/// the index itself, as the metadata files of builds do, and is only checked.
fn lay_over_image(entries: &mut [Gathered], over: &str, root: &Read) -> Result<bool> {
    let stated = json::parse(over.as_bytes())?;
    if let Some((_, digest)) = stated.members().find(|(key, _)| key == "digest") {
        let own = format!(r#"{{"digest":{}}}"#, digest.text());
        parse_descriptor(laid_over(&descriptor_text(&root.document.descriptor()), &own)?.as_bytes())?
            .digest
            .expect(root.document.digest())?;
        return Ok(false);
    }
    let mut images: Vec<&mut Gathered> =
        entries.iter_mut().filter(|entry| !entry.descriptor.is_attestation()).collect();
    match images.as_mut_slice() {
        [image] => lay_over(image, over).map(|()| true),
        images => {
            let message = format!(
                "{} is an index of {} images: a descriptor is laid over one",
                root.source,
                images.len()
            );
            Err(Error::new(Code::OptionInvalid, message).with_hint("Name one of its images by its digest."))
        }
    }
}

/// Adds the entries of an index, and of those inside it in their places. Whether it had none inside.
async fn flatten<H: Host>(
    session: Session<'_, H>,
    root: &Read,
    all: &mut Vec<Gathered>,
    gathering: &mut Gathering,
) -> Result<bool> {
    let at_root = |error: Error| about(&root.reference, error);
    note_annotations(&root.document, &root.source, gathering);
    // What is still to be added, the next one last; with the depth of the index that lists it.
    let mut open = listed(&root.document, root).map_err(at_root)?;
    open.reverse();
    let mut open: Vec<(Gathered, usize)> = open.into_iter().map(|entry| (entry, 1)).collect();
    let mut is_flat = true;
    while let Some((entry, depth)) = open.pop() {
        if all.len() >= INDEX_ENTRIES {
            let message = format!("an index has at most {INDEX_ENTRIES} entries");
            return Err(at_root(Error::new(Code::IndexTooLarge, message)));
        }
        if entry.descriptor.media_type.family() != Family::Index {
            all.push(entry);
            continue;
        }
        is_flat = false;
        if depth >= INDEX_DEPTH {
            let message = format!("indexes stand inside one another more than {INDEX_DEPTH} deep");
            return Err(at_root(Error::new(Code::IndexTooDeep, message)));
        }
        let nested = child(session, &root.reference, &entry.descriptor).await?;
        if !entry.descriptor.annotations.is_empty() {
            let digest = &entry.descriptor.digest;
            gathering
                .lost
                .push(format!("the annotations of the index {digest} as an entry of {}", root.source));
        }
        note_annotations(&nested, entry.descriptor.digest.as_str(), gathering);
        let mut below = listed(&nested, root).map_err(at_root)?;
        below.reverse();
        open.extend(below.into_iter().map(|entry| (entry, depth + 1)));
    }
    Ok(is_flat)
}

/// The entries of one index with their text.
fn listed(index: &Document, root: &Read) -> Result<Vec<Gathered>> {
    let parsed = json::parse(index.bytes())?;
    let list = parsed.members().find(|(key, _)| key == "manifests").map(|(_, list)| list);
    let texts = list.into_iter().flat_map(|list| list.elements());
    let entries = texts.zip(index.manifests()).map(|(text, listed)| {
        let descriptor = listed.require()?.clone();
        let from = root.reference.to_repository().with_digest(&descriptor.digest);
        Ok(Gathered { text: json::compact(text.text()), descriptor, from, source: root.source.clone() })
    });
    entries.collect()
}

/// Keeps the annotations of an index. Where two sources say different things of one index to come, neither is said.
fn note_annotations(index: &Document, source: &str, gathering: &mut Gathering) {
    for (key, value) in index.annotations().iter() {
        let known = gathering.annotations.entry(key.to_owned()).or_insert_with(|| value.to_owned());
        if known != value {
            gathering
                .lost
                .push(format!("the annotation {key} of {source}, which another source gives another value"));
        }
    }
}

/// Each digest once, where it came first; what later ones state beyond that is added, and their annotations win.
fn merged(all: Vec<Gathered>) -> Result<Vec<Gathered>> {
    let mut entries: Vec<Gathered> = Vec::with_capacity(all.len());
    let mut places: HashMap<Digest, usize> = HashMap::new();
    for entry in all {
        let known = places.get(&entry.descriptor.digest).and_then(|at| entries.get_mut(*at));
        match known {
            Some(known) if known.text != entry.text => {
                known.text = laid_over(&known.text, &entry.text)?;
                known.descriptor = parse_descriptor(known.text.as_bytes())?;
            }
            Some(_) => {}
            None => {
                places.insert(entry.descriptor.digest.clone(), entries.len());
                entries.push(entry);
            }
        }
    }
    Ok(entries)
}

/// Leaves out what was not asked for; whether nothing was.
fn keep(gathering: &mut Gathering, taken: &Taken) -> Result<bool> {
    let descriptors: Vec<&Descriptor> = gathering.entries.iter().map(|entry| &entry.descriptor).collect();
    let mut chosen = chosen(&descriptors, taken)?.into_iter();
    let before = gathering.entries.len();
    gathering.entries.retain(|_| chosen.next().unwrap_or(true));
    Ok(gathering.entries.len() == before)
}

/// Which of the entries are taken: an attestation where its image is. Fails with `PLATFORM_NOT_FOUND`.
pub(crate) fn chosen(entries: &[&Descriptor], taken: &Taken) -> Result<Vec<bool>> {
    let options = Options { policy: Policy::Strict, ..Options::default() };
    let is_for = |wanted: &Platform, entry: &Descriptor| {
        let platform = entry.platform.as_ref().filter(|_| !entry.is_attestation());
        platform.is_some_and(|platform| accepts(wanted, platform, &options))
    };
    for wanted in &taken.platforms {
        if !entries.iter().any(|entry| is_for(wanted, entry)) {
            let listed: Vec<Listed> = entries.iter().map(|entry| (*entry).clone().into()).collect();
            return Err(not_found(&listed, wanted, &select(&listed, wanted, &options)));
        }
    }
    let is_wanted = |entry: &Descriptor| {
        taken.platforms.is_empty() || taken.platforms.iter().any(|wanted| is_for(wanted, entry))
    };
    let images: HashSet<&str> =
        entries.iter().filter(|entry| is_wanted(entry)).map(|entry| entry.digest.as_str()).collect();
    let stays = |entry: &&Descriptor| match entry.is_about().filter(|_| entry.is_attestation()) {
        Some(image) => !taken.no_attestations && (taken.platforms.is_empty() || images.contains(image)),
        None => images.contains(entry.digest.as_str()) && !(taken.no_attestations && entry.is_attestation()),
    };
    Ok(entries.iter().map(stays).collect())
}
