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
use crate::manifest::edit::{descriptor_text, laid_over, texts};
use crate::manifest::{Document, Kind, parse_descriptor};
use crate::media_type::Family;
use crate::platform::Platform;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::manifests::{child, document};
use crate::registry::{Host, Session};
use crate::selection::{Options, Policy, accepts, not_found, select};
use crate::text::counted;
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

    /// What two sources have alike that are read once.
    fn key(&self) -> String {
        let digest = self.document.as_ref().map(|document| document.digest().as_str());
        format!("{} {}", self.reference.with_default_tag().canonical(), digest.unwrap_or_default())
    }
}

/// What of the sources is taken.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// The platforms, compared after normalisation; all of them where there is none.
    pub platforms: Vec<Platform>,
    /// Whether BuildKit's attestations stay behind.
    pub no_attestations: bool,
    /// Whether the others are added to the first source: what that index has beside its entries stays.
    pub keeps_first: bool,
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
    /// Its document, where it is a source that was read.
    pub document: Option<Document>,
}

/// The entries of all sources, and what they came with.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    /// In the order of the sources and of their indexes; each digest once.
    pub entries: Vec<Gathered>,
    /// The annotations of the indexes themselves; of two values the first.
    pub annotations: BTreeMap<String, String>,
    /// What could not be kept, in words.
    pub lost: Vec<String>,
    /// The only source, or the one that is added to, where that is an index.
    pub base: Option<Document>,
    /// Whether a descriptor was laid over an entry.
    pub is_described: bool,
}

/// What was read for a source: an index, or a single manifest with its entry.
struct Read {
    document: Document,
    reference: Reference,
    source: String,
    entry: Option<Gathered>,
}

/// Reads the sources side by side, each document once, and gathers their entries.
///
/// Fails with `PLATFORM_NOT_FOUND`, `INDEX_TOO_DEEP`, `INDEX_TOO_LARGE`, `DIGEST_MISMATCH` for a descriptor that is laid over
/// another manifest, `OPTION_INVALID` for one that is laid over an index of several images, `SIZE_MISMATCH` and
/// `MEDIA_TYPE_MISMATCH` where two descriptors of one digest differ in those, as [`parse_descriptor`] does for an entry that
/// cannot be used, and as reading does.
pub async fn gather<H: Host>(
    session: Session<'_, H>,
    sources: &[Source],
    taken: &Taken,
) -> Result<Gathering> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut distinct: Vec<&Source> = Vec::new();
    for source in sources {
        places.entry(source.key()).or_insert_with(|| {
            distinct.push(source);
            distinct.len() - 1
        });
    }
    let read = each(distinct, PARALLEL, |source| read(session, source)).await?;
    let mut gathering = Gathering::default();
    let mut all = Vec::new();
    let has_base = taken.keeps_first || sources.len() == 1;
    for (at, source) in sources.iter().enumerate() {
        let Some(read) = places.get(&source.key()).and_then(|at| read.get(*at)) else { continue };
        let over = source.over.as_deref();
        match &read.entry {
            Some(entry) => {
                let entry = described(entry.clone(), over);
                all.push(entry.map_err(|error| about(&read.reference, error))?);
            }
            None => {
                let from = all.len();
                if at > 0 || !has_base {
                    note_members(&read.document, &read.source, &mut gathering)?;
                }
                flatten(session, read, &mut all, &mut gathering).await?;
                if let Some(over) = over {
                    let entries = all.get_mut(from..).unwrap_or_default();
                    let described = describe_only(entries, read, over, &mut gathering.lost);
                    gathering.is_described |= described.map_err(|error| about(&read.reference, error))?;
                }
            }
        }
    }
    let first = read.first().filter(|read| has_base && read.entry.is_none());
    gathering.base = first.map(|read| read.document.clone());
    gathering.entries = merged(all)?;
    keep(&mut gathering, taken)?;
    Ok(gathering)
}

/// The source's document, and where it is a single manifest its entry.
async fn read<H: Host>(session: Session<'_, H>, source: &Source) -> Result<Read> {
    let reference = source.reference.with_default_tag();
    let document = match &source.document {
        Some(document) => document.clone(),
        None => document(session, &reference).await?,
    };
    let is_unnamed = source.document.is_some() && reference.tag().is_none();
    let name = if is_unnamed { document.digest().to_string() } else { reference.familiar() };
    let mut read = Read { document, reference, source: name, entry: None };
    if read.document.kind() != Kind::Index {
        read.entry = Some(single(session, &read).await.map_err(|error| about(&read.reference, error))?);
    }
    Ok(read)
}

/// The entry that a single manifest becomes.
async fn single<H: Host>(session: Session<'_, H>, read: &Read) -> Result<Gathered> {
    let Read { document, reference, source, .. } = read;
    let mut descriptor = document.descriptor();
    if document.kind() == Kind::Artifact {
        descriptor.artifact_type = document.artifact_type().map(str::to_owned);
    }
    let platform = platform_of(session, reference, document).await?;
    let has_platform = !platform.os.is_empty() || !platform.architecture.is_empty();
    descriptor.platform = has_platform.then(|| platform.normalize("linux"));
    let text = descriptor_text(&descriptor);
    let from = reference.to_repository().with_digest(&descriptor.digest);
    Ok(Gathered { text, descriptor, from, source: source.clone(), document: Some(document.clone()) })
}

/// An entry with the members of a descriptor laid over its own, which says nothing of another manifest.
fn described(entry: Gathered, over: Option<&str>) -> Result<Gathered> {
    let Some(over) = over else { return Ok(entry) };
    let text = laid_over(&entry.text, over)?;
    let descriptor = parse_descriptor(text.as_bytes())?;
    descriptor.digest.expect(&entry.descriptor.digest)?;
    refuse_contradiction((&entry.descriptor, &entry.source), (&descriptor, "the descriptor laid over it"))?;
    Ok(Gathered { text, descriptor, ..entry })
}

/// Refuses two descriptors of one digest that differ in what the digest's content decides, naming who states which. Fails with
/// `SIZE_MISMATCH` and `MEDIA_TYPE_MISMATCH`.
fn refuse_contradiction(one: (&Descriptor, &str), other: (&Descriptor, &str)) -> Result<()> {
    let ((one, from), (other, beside)) = (one, other);
    let digest = &one.digest;
    if one.size != other.size {
        let first = counted(one.size, "byte");
        let message = format!("{digest} has {first} by {from}, and {} by {beside}", other.size);
        return Err(Error::new(Code::SizeMismatch, message).with_hint(
            "One of the two is wrong: leave its size out, or name the image by its digest alone.",
        ));
    }
    if one.media_type != other.media_type {
        let message =
            format!("{digest} is {} by {from}, and {} by {beside}", one.media_type, other.media_type);
        return Err(Error::new(Code::MediaTypeMismatch, message).with_hint(
            "One of the two is wrong: leave its type out, or name the image by its digest alone.",
        ));
    }
    Ok(())
}

/// Lays a descriptor over the only image of an index, or, where it is the index's own, checks it. Whether an entry is
/// another one now.
fn describe_only(entries: &mut [Gathered], index: &Read, over: &str, lost: &mut Vec<String>) -> Result<bool> {
    let parsed = json::parse(over.as_bytes())?;
    let has = |name: &str| parsed.stated(name).is_some();
    if let Some(digest) = parsed.member("digest") {
        let digest = digest.string().unwrap_or_default();
        Digest::parse(&digest)?.expect(index.document.digest())?;
        if has("annotations") {
            lost.push(format!("the annotations of the descriptor of {}, which is an index", index.source));
        }
        return Ok(false);
    }
    let mut images: Vec<&mut Gathered> =
        entries.iter_mut().filter(|entry| !entry.descriptor.is_attestation()).collect();
    match images.as_mut_slice() {
        [image] => {
            **image = described((*image).clone(), Some(over))?;
            Ok(true)
        }
        images => {
            let message = format!(
                "{} is an index of {} images: a descriptor is laid over one",
                index.source,
                images.len()
            );
            Err(Error::new(Code::OptionInvalid, message).with_hint("Name one of its images by its digest."))
        }
    }
}

/// Adds the entries of an index, and of those inside it in their places.
async fn flatten<H: Host>(
    session: Session<'_, H>,
    root: &Read,
    all: &mut Vec<Gathered>,
    gathering: &mut Gathering,
) -> Result<()> {
    let at_root = |error: Error| about(&root.reference, error);
    note_annotations(&root.document, &root.source, gathering);
    // What is still to be added, the next one last; with the depth of the index that lists it.
    let mut open = listed(&root.document, root).map_err(at_root)?;
    open.reverse();
    let mut open: Vec<(Gathered, usize)> = open.into_iter().map(|entry| (entry, 1)).collect();
    // What each index inside it lists, read once however often it is listed; entries are counted as often.
    let mut known: HashMap<Digest, Vec<Gathered>> = HashMap::new();
    let mut count = 0;
    while let Some((entry, depth)) = open.pop() {
        count += 1;
        if all.len() >= INDEX_ENTRIES || count > INDEX_ENTRIES {
            let message =
                format!("an index has at most {INDEX_ENTRIES} entries, those of indexes inside it included");
            return Err(at_root(Error::new(Code::IndexTooLarge, message)));
        }
        if entry.descriptor.media_type.family() != Family::Index {
            all.push(entry);
            continue;
        }
        if depth >= INDEX_DEPTH {
            let message = format!("indexes stand inside one another more than {INDEX_DEPTH} deep");
            return Err(at_root(Error::new(Code::IndexTooDeep, message)));
        }
        if !entry.descriptor.annotations.is_empty() {
            let digest = &entry.descriptor.digest;
            gathering
                .lost
                .push(format!("the annotations of the index {digest} as an entry of {}", root.source));
        }
        let digest = &entry.descriptor.digest;
        if !known.contains_key(digest) {
            let nested = child(session, &root.reference, &entry.descriptor).await?;
            note_annotations(&nested, digest.as_str(), gathering);
            note_members(&nested, digest.as_str(), gathering)?;
            let mut below = listed(&nested, root).map_err(at_root)?;
            below.reverse();
            known.insert(digest.clone(), below);
        }
        let below = known.get(digest).into_iter().flatten();
        open.extend(below.map(|entry| (entry.clone(), depth + 1)));
    }
    Ok(())
}

/// The entries of one index with their text.
fn listed(index: &Document, root: &Read) -> Result<Vec<Gathered>> {
    let entries = texts(index)?.into_iter().zip(index.manifests()).map(|(text, listed)| {
        let descriptor = listed.require()?.clone();
        let from = root.reference.to_repository().with_digest(&descriptor.digest);
        let text = json::compact(text);
        Ok(Gathered { text, descriptor, from, source: root.source.clone(), document: None })
    });
    entries.collect()
}

/// Keeps the annotations of an index. A value that differs in another index is reported as lost.
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

/// How many members a message names.
const NAMED: usize = 8;

/// Says of what an index has beside its entries and annotations that it is lost: it is about that index alone.
fn note_members(index: &Document, source: &str, gathering: &mut Gathering) -> Result<()> {
    let names = own_members(index)?;
    let note = format!("{} of the index {source}", names.join(", "));
    if !names.is_empty() && !gathering.lost.contains(&note) {
        gathering.lost.push(note);
    }
    Ok(())
}

/// The names of what an index has beside its entries and annotations: a subject, a type of artifact, what is not known here.
pub(crate) fn own_members(index: &Document) -> Result<Vec<String>> {
    let is_common = |key: &str| ["schemaVersion", "mediaType", "manifests", "annotations"].contains(&key);
    let members = json::parse(index.bytes())?;
    let own = members.members().filter(|(key, value)| !is_common(key) && value.text() != "null");
    Ok(own.take(NAMED).map(|(key, _)| key.into_owned()).collect())
}

/// Each digest once, where it came first; what later ones state beyond that is added, and their annotations win.
fn merged(all: Vec<Gathered>) -> Result<Vec<Gathered>> {
    let mut entries: Vec<Gathered> = Vec::with_capacity(all.len());
    let mut places: HashMap<Digest, usize> = HashMap::new();
    for entry in all {
        let known = places.get(&entry.descriptor.digest).and_then(|at| entries.get_mut(*at));
        match known {
            Some(known) if known.text != entry.text => {
                refuse_contradiction((&known.descriptor, &known.source), (&entry.descriptor, &entry.source))?;
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

/// Leaves out what was not asked for.
fn keep(gathering: &mut Gathering, taken: &Taken) -> Result<()> {
    let descriptors: Vec<&Descriptor> = gathering.entries.iter().map(|entry| &entry.descriptor).collect();
    let mut chosen = chosen(&descriptors, taken)?.into_iter();
    gathering.entries.retain(|_| chosen.next().unwrap_or(true));
    Ok(())
}

/// Which of the entries are taken: an attestation where its image is, and as BuildKit does it what says no platform.
/// Fails with `PLATFORM_NOT_FOUND`.
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
        let says_none = entry.platform.is_none() && !entry.is_attestation();
        says_none || taken.platforms.is_empty() || taken.platforms.iter().any(|wanted| is_for(wanted, entry))
    };
    let images: HashSet<&str> =
        entries.iter().filter(|entry| is_wanted(entry)).map(|entry| entry.digest.as_str()).collect();
    let stays = |entry: &&Descriptor| match entry.is_about().filter(|_| entry.is_attestation()) {
        Some(image) => !taken.no_attestations && (taken.platforms.is_empty() || images.contains(image)),
        None => images.contains(entry.digest.as_str()) && !(taken.no_attestations && entry.is_attestation()),
    };
    Ok(entries.iter().map(stays).collect())
}
