//! Publishing: the one executor behind a copy and a push of a list.
//!
//! ```text
//! look      which of the parts the target holds               HEAD each
//! blobs     of the parts that it does not hold                mount or upload, each distinct one
//! put       the deepest level first, by digest                images of a level before its indexes
//! root      under all of its names
//! refer     what the registry has not added to the referrers of its subject by itself
//! ```
//!
//! A step starts when the step before is done for all parts; inside of a step, requests go side by side. A registry
//! takes a manifest only when it has what the manifest points at, and a tag never points at a part of what is
//! published: so a push or a copy that was interrupted goes on where it was when it is made again.

use std::collections::HashSet;

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::http::parallel::each;
use crate::limits::{PARALLEL, PARALLEL_BLOBS};
use crate::manifest::{Document, Kind};
use crate::media_type::MediaType;
use crate::reference::Reference;
use crate::registry::endpoints::put::{
    Put, Target, check_stated, has_subject, holds_manifest, put_bytes, put_document,
};
use crate::registry::endpoints::referrers::refer;
use crate::registry::{Host, Session};
use crate::verbs::transfer::{Broken, transfer};

/// What is published, and in which way.
pub(crate) struct Plan<'a> {
    /// What the names will point at.
    pub(crate) root: Part<'a>,
    /// Tags, or the root's digest.
    pub(crate) names: Vec<&'a str>,
    /// What stands below the root, level by level from the top.
    pub(crate) levels: Vec<Vec<Part<'a>>>,
    /// Entries of an index that are no manifests, and no part's blobs.
    pub(crate) loose: Vec<Blob<'a>>,
    /// Which requests find out what is there.
    pub(crate) looks: Looks,
    /// Words a failure.
    pub(crate) phrase: &'a dyn Fn(Failure<'_>) -> Error,
}

/// What the target is asked before something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// For each part and each blob, the root among them.
    All,
    /// For each part below the root, and for each blob of another registry. Others are mounted straight away, as docker
    /// does, and what a part points at counts as written a moment ago: by an earlier push, where the part is there.
    Parts,
    /// For each blob of another registry: none of the parts below the root is there, as was found out before.
    Absent,
    /// For nothing: the parts are there already.
    Nothing,
}

/// A manifest, and where its blobs are.
pub(crate) struct Part<'a> {
    pub(crate) payload: Payload<'a>,
    pub(crate) blobs: Blobs<'a>,
}

/// What is put.
#[derive(Clone, Copy)]
pub(crate) enum Payload<'a> {
    /// A document; where it has a subject, the subject will know of it.
    Document(&'a Document),
    /// Bytes that were made or read by docker's rules, and are put as they are.
    Bytes { media_type: &'a MediaType, digest: &'a Digest, bytes: &'a [u8] },
}

/// The blobs of a part.
pub(crate) enum Blobs<'a> {
    /// Those that the document states, from this repository.
    Of(&'a Reference),
    /// These.
    These(Vec<Blob<'a>>),
}

/// Content that a manifest points at.
#[derive(Clone, Copy)]
pub(crate) struct Blob<'a> {
    /// The repository that has it.
    pub(crate) from: &'a Reference,
    pub(crate) descriptor: &'a Descriptor,
    /// Whether the manifest is put without it where `from` does not have it either.
    pub(crate) is_optional: bool,
}

/// A step that failed, and how.
pub(crate) struct Failure<'a> {
    pub(crate) step: Step<'a>,
    pub(crate) broken: Broken,
}

/// What was done when something failed.
pub(crate) enum Step<'a> {
    /// Asking whether the target holds a part.
    Look,
    /// Getting a blob into the target.
    Blob(Blob<'a>),
    /// Putting a part below the root, under its digest.
    Part(Payload<'a>),
    /// Putting the root under a name.
    Root(&'a str),
    /// Adding a document to the referrers of its subject.
    Refer,
}

impl<'a> Payload<'a> {
    pub(crate) fn digest(self) -> &'a Digest {
        match self {
            Payload::Document(document) => document.digest(),
            Payload::Bytes { digest, .. } => digest,
        }
    }

    fn subject(self) -> Option<&'a Descriptor> {
        match self {
            Payload::Document(document) => document.subject(),
            Payload::Bytes { .. } => None,
        }
    }

    fn is_index(self) -> bool {
        matches!(self, Payload::Document(document) if document.kind() == Kind::Index)
    }
}

impl<'a> Part<'a> {
    /// The blobs, each as often as it is stated. Fails as a descriptor does that cannot be used.
    fn blobs(&self) -> Result<Vec<Blob<'a>>> {
        match (&self.blobs, self.payload) {
            (Blobs::These(blobs), _) => Ok(blobs.clone()),
            (Blobs::Of(from), Payload::Document(document)) => document
                .stated_config()
                .into_iter()
                .chain(document.layers())
                .map(|stated| stated.require().map(|descriptor| Blob::of(from, descriptor)))
                .collect(),
            (Blobs::Of(_), Payload::Bytes { .. }) => Ok(Vec::new()),
        }
    }
}

impl<'a> Blob<'a> {
    /// A blob of a repository; optional where it is a foreign layer.
    pub(crate) fn of(from: &'a Reference, descriptor: &'a Descriptor) -> Blob<'a> {
        Blob { from, descriptor, is_optional: descriptor.is_foreign() }
    }
}

/// A document with a subject, after it was put: whether its registry added it to the subject's referrers.
type Linked<'a> = (Payload<'a>, bool);

/// Follows a plan. Fails with the first failure in the plan's order, worded by the plan.
pub(crate) async fn execute<'a, H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    plan: &'a Plan<'a>,
) -> Result<()> {
    let absent = look(session, target, plan).await?;
    let blobs = blobs_of(plan, &absent)?;
    deliver(session, target, plan, blobs).await?;
    let is_fresh = match plan.looks {
        Looks::Parts | Looks::Absent => !plan.levels.iter().all(Vec::is_empty),
        _ => !absent.is_empty(),
    };
    let mut linked = Vec::new();
    for level in plan.levels.iter().rev() {
        // An index may list a document that stands beside it.
        for is_index in [false, true] {
            // One with a subject is put although it is there: whether its subject knows of it, only
            // the answer says, and a copy that was interrupted may not have come to that.
            let payloads = level.iter().map(|part| part.payload).filter(|payload| {
                (absent.contains(payload.digest()) || payload.subject().is_some())
                    && payload.is_index() == is_index
            });
            let put = each(payloads, PARALLEL, |payload| async move {
                let put = put(session, target, payload, payload.digest().as_str(), is_fresh).await;
                put.map_err(|error| failed(plan, Step::Part(payload), Broken::Target(error)))
            });
            linked.extend(put.await?);
        }
    }
    let put = each(&plan.names, PARALLEL, |name| async move {
        let put = put(session, target, plan.root.payload, name, is_fresh).await;
        put.map_err(|error| failed(plan, Step::Root(name), Broken::Target(error)))
    });
    linked.extend(put.await?);
    // One after the other: those of one subject are listed in one place.
    for (payload, _) in linked.into_iter().filter(|(_, linked)| !linked) {
        if let (Payload::Document(document), Some(subject)) = (payload, payload.subject()) {
            let referred = refer(session, target, document, &subject.digest).await;
            referred.map_err(|error| failed(plan, Step::Refer, Broken::Target(error)))?;
        }
    }
    Ok(())
}

fn failed(plan: &Plan<'_>, step: Step<'_>, broken: Broken) -> Error {
    (plan.phrase)(Failure { step, broken })
}

/// The digests of the parts that the target does not hold.
async fn look<'a, H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    plan: &'a Plan<'a>,
) -> Result<HashSet<&'a Digest>> {
    if plan.looks == Looks::Absent {
        return Ok(plan.levels.iter().flatten().map(|part| part.payload.digest()).collect());
    }
    let root = (plan.looks == Looks::All).then_some(&plan.root);
    let below = plan.levels.iter().flatten().filter(|_| plan.looks != Looks::Nothing);
    let parts: Vec<&Part<'_>> = root.into_iter().chain(below).collect();
    let held = each(&parts, PARALLEL, |part| async move {
        let held = holds_manifest(session, target, part.payload.digest()).await;
        held.map_err(|error| failed(plan, Step::Look, Broken::Target(error)))
    })
    .await?;
    Ok(parts.iter().zip(held).filter(|(_, held)| !held).map(|(part, _)| part.payload.digest()).collect())
}

/// The blobs of the parts that are absent, and those of no part; each once.
fn blobs_of<'a>(plan: &'a Plan<'a>, absent: &HashSet<&'a Digest>) -> Result<Vec<Blob<'a>>> {
    let mut known = HashSet::new();
    let mut blobs = Vec::new();
    let parts = [&plan.root].into_iter().chain(plan.levels.iter().flatten());
    for part in parts.filter(|part| absent.contains(part.payload.digest())) {
        let stated = part.blobs().map_err(|error| failed(plan, Step::Look, Broken::Source(error, None)))?;
        blobs.extend(stated);
    }
    blobs.extend(&plan.loose);
    blobs.retain(|blob| known.insert(&blob.descriptor.digest));
    Ok(blobs)
}

async fn deliver<'a, H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    plan: &'a Plan<'a>,
    blobs: Vec<Blob<'a>>,
) -> Result<()> {
    let is_mounted = |blob: &Blob<'_>| match plan.looks {
        // What is of another registry has to be read, which a HEAD may save.
        Looks::Parts | Looks::Absent => blob.from.domain() == target.repository.domain(),
        Looks::All | Looks::Nothing => false,
    };
    let limit = if blobs.iter().all(is_mounted) { PARALLEL } else { PARALLEL_BLOBS };
    each(blobs, limit, |blob| async move {
        let is_absent = is_mounted(&blob);
        match transfer(session, target, blob.from, blob.descriptor, is_absent).await {
            Ok(()) => Ok(()),
            // Its owner serves it elsewhere, and registries need not hold it.
            Err(Broken::Source(error, _)) if blob.is_optional && error.code() == Code::BlobUnknown => Ok(()),
            Err(broken) => Err(failed(plan, Step::Blob(blob), broken)),
        }
    })
    .await
    .map(|_| ())
}

/// Puts a payload under a name; whether its subject, if it has one, knows of it. A tag that cannot be overwritten, and
/// that points at the same bytes already, is no failure.
async fn put<'a, H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    payload: Payload<'a>,
    name: &str,
    is_fresh: bool,
) -> Result<Linked<'a>> {
    let headers = match payload {
        Payload::Document(document) => put_document(session, target, document, name, is_fresh).await?,
        Payload::Bytes { media_type, bytes, .. } => {
            let put = Put { name, media_type, bytes, query: None, headers: &[], is_fresh };
            put_bytes(session, target, &put).await?
        }
    };
    check_stated(&headers, payload.digest())?;
    Ok((payload, payload.subject().is_none() || has_subject(&headers)))
}
