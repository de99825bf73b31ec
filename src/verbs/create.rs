//! Creating an index from images and indexes, under any number of names in any number of repositories and registries.
//!
//! ```text
//! gather     the entries of all sources                                   GET each source, side by side
//! compose    one index of them, checked                                   no request
//! look       what each repository has already                             HEAD each name and each entry from elsewhere
//! deliver    entries from other repositories, children before parents     mount or copy
//! put        the index under its names, when every repository has its entries
//! ```
//!
//! All checks come before the first write. What is there already is not written again, so a create that was interrupted
//! goes on where it was when it is made again, and one that is repeated writes nothing.

use std::collections::{BTreeMap, HashMap};

use crate::descriptor::{Descriptor, Listed};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::http::parallel::each;
use crate::limits::PARALLEL;
use crate::manifest::Document;
use crate::manifest::edit::{Claim, Editor, OnDuplicate, Selector};
use crate::media_type::{DOCKER_LIST, Family, MediaType, OCI_INDEX};
use crate::platform::Platform;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::manifests::child;
use crate::registry::endpoints::put::{Target, holds_manifest, refuse_other_digest, tag_digest};
use crate::registry::{Host, Session};
use crate::verbs::annotation::Annotation;
use crate::verbs::gather::{Gathered, Gathering, Source, Taken, gather};
use crate::verbs::publish::{self, Blob, Blobs, Failure, Looks, Part, Payload, Plan};
use crate::verbs::push::{Expect, check, push};

/// How an index is created.
#[derive(Clone, Debug, Default)]
pub struct CreateOptions {
    /// Its type; without one a Docker list where all entries are of Docker's types, else an OCI index.
    pub media_type: Option<MediaType>,
    /// What of the sources is taken.
    pub taken: Taken,
    /// What is annotated.
    pub annotations: Vec<Annotation>,
    /// Whether the entries are ordered by platform; else as they were given.
    pub by_platform: bool,
    /// What becomes of two images for one platform.
    pub on_duplicate: OnDuplicate,
    /// The type of artifact that it is.
    pub artifact_type: Option<String>,
    /// The manifest that it is about.
    pub subject: Option<Descriptor>,
    /// What its names have to point at before.
    pub expect: Option<Expect>,
    /// Whether the names are left alone, so that the caller puts the index under them.
    pub is_unnamed: bool,
    /// Whether nothing is written.
    pub dry_run: bool,
}

/// An index that was created.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its names, each with the digest.
    pub references: Vec<String>,
    /// The index.
    pub document: Document,
    /// What was written, or would be, in words.
    pub steps: Vec<String>,
    /// What of the sources could not be kept, in words.
    pub lost: Vec<String>,
}

/// Creates an index of the sources under every one of `targets`.
///
/// Fails with `OPTION_INVALID` without a target or a source, `PLATFORM_DUPLICATE`, `MEDIA_TYPE_UNSUPPORTED` for what the type
/// of index cannot hold, as [`gather`] and [`push`] do, and with the codes of the registries, the network and the URLs.
pub async fn create<H: Host>(
    session: Session<'_, H>,
    targets: &[Reference],
    sources: &[Source],
    options: &CreateOptions,
) -> Result<Published> {
    if targets.is_empty() || sources.is_empty() {
        let what = if targets.is_empty() {
            "no reference says where the index goes"
        } else {
            "an index is made of at least one source"
        };
        return Err(Error::new(Code::OptionInvalid, what));
    }
    let gathering = gather(session, sources, &options.taken).await?;
    let document = composed(&gathering, options)?;
    document.strict()?;
    let targets: Vec<Reference> = targets.iter().map(Reference::with_default_tag).collect();
    for target in &targets {
        refuse_other_digest(target, document.digest())?;
    }
    let expect = options.expect.clone().unwrap_or(Expect::Anything);
    let mut repositories = by_repository(&targets);
    if options.is_unnamed {
        repositories.iter_mut().for_each(|repository| repository.names.clear());
    }
    let new = New { entries: &gathering.entries, index: &document, expect: &expect };
    let looks = each(&repositories, PARALLEL, |repository| look(session, repository, &new)).await?;
    let pinned = targets.iter().map(|target| target.with_digest(document.digest()).canonical());
    let published = Published {
        references: pinned.collect(),
        steps: looks.iter().flat_map(|look| look.steps(&document)).collect(),
        lost: gathering.lost.clone(),
        document: document.clone(),
    };
    if options.dry_run {
        return Ok(published);
    }
    let documents = absent_documents(session, &looks).await?;
    each(&looks, PARALLEL, |look| deliver(session, look, &document, &documents)).await?;
    for look in looks.iter().filter(|look| !look.names.is_empty()) {
        push(session, &document, &look.names, &expect, false).await?;
    }
    Ok(published)
}

/// The index of what was gathered: the only source, or the one that is added to, where nothing is changed, else laid out as BuildKit does.
fn composed(gathering: &Gathering, options: &CreateOptions) -> Result<Document> {
    let on_duplicate = match options.on_duplicate {
        OnDuplicate::Refuse => {
            refuse_rivals(&gathering.entries)?;
            OnDuplicate::Keep
        }
        other => other,
    };
    let media_type = type_of(gathering, options)?;
    let like = gathering.base.as_ref();
    let mut editor = Editor::new_like(&media_type, like, &gathering.annotations).map_err(convertible)?;
    for entry in &gathering.entries {
        editor
            .add(&entry.text, on_duplicate)
            .map_err(|error| convertible(error.with_detail("source", entry.source.as_str())))?;
    }
    if options.by_platform {
        editor.order_by_platform();
    }
    let is_same = options.changes_nothing() && !gathering.is_described;
    if let Some(only) = like.filter(|only| is_same && only.media_type() == &media_type) {
        let before = only.manifests().iter().filter_map(Listed::sound).map(|entry| &entry.digest);
        if before.eq(editor.entries().map(|entry| &entry.digest)) {
            return Ok(only.clone());
        }
    }
    annotate(&mut editor, &options.annotations)?;
    if let Some(kind) = &options.artifact_type {
        editor.set_artifact_type(Some(kind)).map_err(convertible)?;
    }
    if let Some(subject) = &options.subject {
        editor.set_subject(Some(subject)).map_err(convertible)?;
    }
    editor.build()
}

impl CreateOptions {
    /// Whether the entries are all that is said of the index.
    fn changes_nothing(&self) -> bool {
        self.annotations.is_empty() && self.artifact_type.is_none() && self.subject.is_none()
    }
}

/// The type that was asked for, or that of the only source, or else by docker's rule.
fn type_of(gathering: &Gathering, options: &CreateOptions) -> Result<MediaType> {
    let only = gathering.base.as_ref().filter(|_| !options.taken.keeps_first);
    if let Some(media_type) = options.media_type.as_ref().or(only.map(Document::media_type)) {
        return Ok(media_type.clone());
    }
    let is_docker = gathering.entries.iter().all(|entry| entry.descriptor.media_type.is_docker());
    MediaType::parse(if is_docker && !gathering.entries.is_empty() { DOCKER_LIST } else { OCI_INDEX })
}

/// Refuses two images for one platform, with the sources and the digests of both.
fn refuse_rivals(entries: &[Gathered]) -> Result<()> {
    let mut known: HashMap<Claim, &Gathered> = HashMap::new();
    for entry in entries {
        let Some(claim) = Claim::of(&entry.descriptor) else { continue };
        let platform = claim.platform.clone();
        if let Some(rival) = known.insert(claim, entry) {
            let (one, other) = (&rival.descriptor.digest, &entry.descriptor.digest);
            let message =
                format!("{one} of {} and {other} of {} are both for {platform}", rival.source, entry.source);
            return Err(Error::new(Code::PlatformDuplicate, message)
                .with_hint("Leave one of them out, or say with `onDuplicate` that the later one replaces the other, or that both stay.")
                .with_detail("digests", vec![one.to_string(), other.to_string()])
                .with_detail("references", vec![rival.source.clone(), entry.source.clone()])
                .with_detail("platform", platform.to_string()));
        }
    }
    Ok(())
}

/// The pairs of some annotations in the order of their keys; of several for one key the last.
fn pairs<'a>(annotations: impl Iterator<Item = &'a Annotation>) -> Vec<(&'a str, Option<&'a str>)> {
    let mut pairs = BTreeMap::new();
    for annotation in annotations {
        pairs.insert(annotation.key.as_str(), Some(annotation.value.as_str()));
    }
    pairs.into_iter().collect()
}

/// Sets what is to be annotated, each place with all of its pairs at once.
fn annotate(editor: &mut Editor, annotations: &[Annotation]) -> Result<()> {
    let of_index = pairs(annotations.iter().filter(|annotation| annotation.on_index));
    if !of_index.is_empty() {
        editor.annotate_index(&of_index).map_err(convertible)?;
    }
    let entries: Vec<(Digest, Option<Platform>)> =
        editor.entries().map(|entry| (entry.digest.clone(), entry.platform.clone())).collect();
    for (digest, platform) in &entries {
        let is_here = |wanted: &Option<Platform>| match (wanted, platform) {
            (None, _) => true,
            (Some(wanted), Some(platform)) => wanted.normalize("linux") == platform.normalize("linux"),
            (Some(_), None) => false,
        };
        let of_entry =
            pairs(annotations.iter().filter(|annotation| annotation.on_entries.iter().any(is_here)));
        if !of_entry.is_empty() {
            let selector = Selector::Digest(digest.clone());
            editor.annotate(&selector, &of_entry).map_err(convertible)?;
        }
    }
    let is_missing = |wanted: &Platform| {
        let is_it = |platform: &Platform| platform.normalize("linux") == wanted.normalize("linux");
        !entries.iter().filter_map(|(_, platform)| platform.as_ref()).any(is_it)
    };
    match annotations
        .iter()
        .flat_map(|annotation| annotation.on_entries.iter().flatten())
        .find(|wanted| is_missing(wanted))
    {
        Some(wanted) => {
            let message = format!("no entry is for {wanted}, which is to be annotated");
            Err(Error::new(Code::EntryUnknown, message))
        }
        None => Ok(()),
    }
}

/// The error for what a Docker list cannot hold, with what to do.
fn convertible(error: Error) -> Error {
    match error.code() {
        Code::MediaTypeUnsupported => {
            error.with_hint("Make an OCI index of it with the type `oci`: a Docker list has no place for it.")
        }
        _ => error,
    }
}

/// A repository, and the names that are wanted there.
struct Repository {
    reference: Reference,
    names: Vec<Reference>,
}

fn by_repository(targets: &[Reference]) -> Vec<Repository> {
    let mut repositories: Vec<Repository> = Vec::new();
    for target in targets {
        let known = repositories.iter_mut().find(|known| known.reference.name() == target.name());
        match known {
            Some(known) if known.names.contains(target) => {}
            Some(known) => known.names.push(target.clone()),
            None => repositories
                .push(Repository { reference: target.to_repository(), names: vec![target.clone()] }),
        }
    }
    repositories
}

/// What is to be in every repository, and on which condition.
struct New<'a> {
    entries: &'a [Gathered],
    index: &'a Document,
    expect: &'a Expect,
}

/// What a repository lacks.
struct Look<'a> {
    reference: &'a Reference,
    /// The names that do not point at the index yet.
    names: Vec<Reference>,
    /// The manifests that are elsewhere.
    absent: Vec<&'a Gathered>,
    /// Entries that are elsewhere and no manifests: caches list layers.
    loose: Vec<&'a Gathered>,
}

impl Look<'_> {
    fn steps(&self, index: &Document) -> Vec<String> {
        let to = self.reference.familiar();
        let absent = self.absent.iter().chain(&self.loose);
        let copies = absent.map(|entry| format!("copy {} to {to}", entry.from.familiar()));
        let puts = self.names.iter().map(|name| format!("put {} as {}", index.digest(), name.familiar()));
        copies.chain(puts).collect()
    }
}

/// Asks a repository for the names and for what is elsewhere. Fails with `PRECONDITION_FAILED` where a name is not as
/// expected.
async fn look<'a, H: Host>(
    session: Session<'_, H>,
    repository: &'a Repository,
    new: &New<'a>,
) -> Result<Look<'a>> {
    let target = &Target { repository: &repository.reference, sources: &[] };
    let is_blob = |entry: &&Gathered| {
        matches!(entry.descriptor.media_type.family(), Family::Config | Family::Layer | Family::Other)
    };
    let elsewhere = new.entries.iter().filter(|entry| entry.from.name() != repository.reference.name());
    let (loose, manifests): (Vec<&Gathered>, Vec<&Gathered>) = elsewhere.partition(is_blob);
    // The manifests that are elsewhere and then the names: one question each, all of them side by side.
    let names: Vec<String> = repository.names.iter().map(name_in).collect();
    let digests = manifests.iter().map(|entry| (entry.descriptor.digest.as_str(), true));
    let asked = digests.chain(names.iter().map(|name| (name.as_str(), false)));
    let held = each(asked, PARALLEL, |(name, is_entry)| async move {
        match (is_entry, Digest::parse(name)) {
            (true, Ok(digest)) => Ok(holds_manifest(session, target, &digest).await?.then_some(digest)),
            _ => tag_digest(session, target, name).await,
        }
    })
    .await?;
    let (entries, tags) = held.split_at(manifests.len().min(held.len()));
    for (name, now) in names.iter().zip(tags) {
        check(name, new.expect, now.as_ref(), new.index.digest())
            .map_err(|error| about(&repository.reference, error))?;
    }
    let is_new = |now: &Option<Digest>| now.as_ref() != Some(new.index.digest());
    let names = repository.names.iter().zip(tags).filter(|(_, now)| is_new(now));
    Ok(Look {
        reference: &repository.reference,
        names: names.map(|(name, _)| name.clone()).collect(),
        absent: manifests
            .iter()
            .zip(entries)
            .filter(|(_, held)| held.is_none())
            .map(|(entry, _)| *entry)
            .collect(),
        loose,
    })
}

/// The tag of a name, or else its digest.
fn name_in(name: &Reference) -> String {
    let digest = name.digest().map(ToString::to_string);
    name.tag().map(str::to_owned).or(digest).unwrap_or_default()
}

/// The manifests that any repository lacks, each read once.
async fn absent_documents<H: Host>(
    session: Session<'_, H>,
    looks: &[Look<'_>],
) -> Result<HashMap<Digest, Document>> {
    let mut known: HashMap<Digest, Document> = HashMap::new();
    let mut asked: HashMap<&Digest, &Gathered> = HashMap::new();
    for entry in looks.iter().flat_map(|look| &look.absent) {
        match &entry.document {
            Some(document) => drop(known.insert(entry.descriptor.digest.clone(), document.clone())),
            None => drop(asked.insert(&entry.descriptor.digest, entry)),
        }
    }
    let asked: Vec<&Gathered> = asked.into_values().collect();
    let documents = each(asked, PARALLEL, |entry| child(session, &entry.from, &entry.descriptor)).await?;
    known.extend(documents.into_iter().map(|document| (document.digest().clone(), document)));
    Ok(known)
}

/// Gets the entries that a repository lacks into it.
async fn deliver<H: Host>(
    session: Session<'_, H>,
    look: &Look<'_>,
    index: &Document,
    documents: &HashMap<Digest, Document>,
) -> Result<()> {
    if look.absent.is_empty() && look.loose.is_empty() {
        return Ok(());
    }
    let mut sources: Vec<String> = Vec::new();
    for from in look.absent.iter().chain(&look.loose).map(|entry| &entry.from) {
        let is_here = from.domain() == look.reference.domain();
        if is_here && !sources.iter().any(|known| known == from.path()) {
            sources.push(from.path().to_owned());
        }
    }
    let target = Target { repository: look.reference, sources: &sources };
    let parts = look.absent.iter().filter_map(|entry| {
        let document = documents.get(&entry.descriptor.digest)?;
        Some(Part { payload: Payload::Document(document), blobs: Blobs::Of(&entry.from) })
    });
    let plan = Plan {
        root: Part { payload: Payload::Document(index), blobs: Blobs::These(Vec::new()) },
        names: Vec::new(),
        levels: vec![parts.collect()],
        loose: look.loose.iter().map(|entry| Blob::of(&entry.from, &entry.descriptor)).collect(),
        looks: Looks::Absent,
        phrase: &|failure: Failure<'_>| failure.broken.into_error(),
    };
    publish::execute(session, &target, &plan).await.map_err(|error| about(look.reference, error))
}
