//! `docker manifest push`: images of other repositories first, then the list.
//!
//! ```text
//! for each image of another repository:   HEAD ── there ──────────────────────────────┐
//!                                           └─ else its blobs, each distinct one once  │
//! blob:   POST mount ── 201 ── done                                                    │
//!           └─ else ── read from the source, upload                                    │
//! then its manifest by digest  ────────────────────────────────────────────────────────┤
//! then the list, under every tag  ◄────────────────────────────────────────────────────┘
//! ```
//!
//! The steps and their order are those of `verbs::publish`; the words of its failures are docker's.

use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::plan::{Child, Plan, blob_name, plan};
use crate::docker::drafts::rm::unknown;
use crate::docker::drafts::store::{Store, locked, read_sorted};
use crate::docker::words::{self, argument, drafts};
use crate::error::{Code, Error, Result};
use crate::media_type::MediaType;
use crate::reference::Reference;
use crate::registry::{Client, Host, Session, Target};
use crate::verbs::publish::{self, Blobs, Failure, Looks, Part, Payload, Step};
use crate::verbs::transfer::Broken;

/// How a draft is pushed.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Further tags of the list's repository.
    pub tags: Vec<String>,
    /// Whether the draft is removed when all is done and it is as it was.
    pub purge: bool,
    /// The list's type, if another one than docker's rule gives it.
    pub media_type: Option<MediaType>,
}

/// A list that was pushed.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// What was done.
    pub plan: Plan,
    /// Whether the draft is gone, as was asked for.
    pub purged: bool,
}

/// Pushes a draft.
///
/// Fails with `REFERENCE_INVALID`, `DRAFT_UNKNOWN`, as [`plan`] does, as the store does, and as a registry
/// does, each in docker's words; with `DIGEST_MISMATCH` when the registry states another digest than ours. The
/// detail `pushed` lists the images that are there already.
pub async fn push<H: Host, S: Store>(
    session: Session<'_, H>,
    store: &S,
    list: &str,
    options: &Options,
) -> Result<Pushed> {
    let (target, entries) = draft(store, list).await?;
    let plan = plan(&target, &entries, &options.tags, options.media_type.as_ref())?;
    execute(session, &plan).await?;
    let name = target.canonical();
    let purged = options.purge
        && locked(store, &name, async {
            match read_sorted(store, &name).await? {
                Some(now) if now != entries => Ok(false),
                // Another caller may have removed it meanwhile, which is what is wanted.
                _ => store.remove(&name).await.map(|_| true),
            }
        })
        .await?;
    Ok(Pushed { plan, purged })
}

/// The plan that [`push`] would follow; asks no registry. Fails as it does.
pub async fn planned<S: Store>(store: &S, list: &str, options: &Options) -> Result<Plan> {
    let (target, entries) = draft(store, list).await?;
    plan(&target, &entries, &options.tags, options.media_type.as_ref())
}

async fn draft<S: Store>(store: &S, list: &str) -> Result<(Reference, Vec<Entry>)> {
    let target = argument(list)?;
    let name = target.canonical();
    match read_sorted(store, &name).await? {
        None => Err(unknown(&name)),
        Some(entries) if entries.is_empty() => {
            Err(Error::new(Code::DraftUnknown, drafts::empty(&name)).with_reference(&name))
        }
        Some(entries) => Ok((target, entries)),
    }
}

/// Follows a plan. Fails in docker's words.
pub async fn execute<H: Host>(session: Session<'_, H>, plan: &Plan) -> Result<()> {
    let repository = plan.target.to_repository();
    let sources = plan.sources();
    let target = &Target { repository: &repository, sources: &sources };
    let list =
        Payload::Bytes { media_type: &plan.media_type, digest: &plan.digest, bytes: plan.body.as_bytes() };
    let steps = publish::Plan {
        root: Part { payload: list, blobs: Blobs::These(Vec::new()) },
        names: plan.names.iter().map(String::as_str).collect(),
        levels: vec![plan.children.iter().map(part).collect()],
        loose: Vec::new(),
        looks: Looks::Parts,
        phrase: &|failure| worded(session.client, plan, failure),
    };
    publish::execute(session, target, &steps).await
}

fn part(child: &Child) -> Part<'_> {
    let payload =
        Payload::Bytes { media_type: &child.media_type, digest: &child.digest, bytes: &child.bytes };
    let blobs = child.blobs.iter().map(|blob| publish::Blob {
        from: &child.source,
        descriptor: &blob.descriptor,
        is_optional: blob.is_optional,
    });
    Part { payload, blobs: Blobs::These(blobs.collect()) }
}

/// A failure in docker's words. The detail `pushed` names the images that docker has printed before.
fn worded(client: &Client, plan: &Plan, failure: Failure<'_>) -> Error {
    match failure.step {
        Step::Look | Step::Refer => {
            words::write(client, &plan.target, "", "Head", failure.broken.into_error())
        }
        Step::Blob(blob) => undelivered(client, plan, &blob, failure.broken),
        Step::Part(part) => {
            let subject = format!("{}@{}", plan.target.name(), part.digest());
            let is_other = |pushed: &&String| !pushed.ends_with(part.digest().as_str());
            let before: Vec<String> = plan.pushed.iter().take_while(is_other).cloned().collect();
            refused(client, plan, &subject, failure.broken.into_error()).with_detail("pushed", before)
        }
        Step::Root(name) => {
            // docker names the list as the user did, unless it is another tag of ours.
            let subject = if plan.names.first().is_some_and(|first| first == name) {
                plan.target.canonical()
            } else {
                let separator = if name.contains(':') { '@' } else { ':' };
                format!("{}{separator}{name}", plan.target.name())
            };
            let error = refused(client, plan, &subject, failure.broken.into_error());
            error.with_detail("pushed", plan.pushed.clone())
        }
    }
}

/// A blob that did not get into the target's repository.
fn undelivered(client: &Client, plan: &Plan, blob: &publish::Blob<'_>, broken: Broken) -> Error {
    let name = blob_name(blob.from, &blob.descriptor.digest);
    let target = plan.target.canonical();
    match broken {
        Broken::Source(error, None) => {
            let hint =
                format!("The registry did not mount the blob, and reading it failed: {}.", error.message());
            error.with_message(&words::push::mounting(&name, &target)).with_hint(hint)
        }
        Broken::Source(_, Some(error)) | Broken::Target(error) => {
            words::write(client, &plan.target, &words::push::mount_failed(&name, &target), "Post", error)
        }
    }
}

/// A manifest that the registry did not take, or keeps under another digest.
fn refused(client: &Client, plan: &Plan, subject: &str, error: Error) -> Error {
    let about = match error.code() {
        Code::DigestMismatch => subject.to_owned(),
        _ => plan.target.to_repository().canonical(),
    };
    let error = error.with_registry(plan.target.domain()).with_reference(&about);
    words::write(client, &plan.target, &words::push::put_failed(subject), "Put", error)
}
