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
//! A step starts when the step before is done for all images; inside of a step, requests go side by side.

use std::collections::BTreeSet;

use crate::digest::Digest;
use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::plan::{Blob, Child, Plan, blob_name, plan};
use crate::docker::drafts::rm::unknown;
use crate::docker::drafts::store::{Store, locked, read_sorted};
use crate::docker::words::{self, argument, drafts};
use crate::error::{Code, Error, Result};
use crate::http::each;
use crate::limits::PARALLEL;
use crate::reference::Reference;
use crate::registry::{self, Host, Session, Target};
use crate::verbs::transfer::{self, Broken};

/// A list that was pushed.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// What was done.
    pub plan: Plan,
    /// Whether the draft is gone, as was asked for.
    pub purged: bool,
}

/// Pushes a draft; with `purge`, removes it when all is done and it is as it was.
///
/// Fails with `REFERENCE_INVALID`, `DRAFT_UNKNOWN`, as [`plan`] does, as the store does, and as a registry
/// does, each in docker's words; with `DIGEST_MISMATCH` when the registry states another digest than ours. The
/// detail `pushed` tells of the images that are there already.
pub async fn push<H: Host, S: Store>(
    session: Session<'_, H>,
    store: &S,
    list: &str,
    tags: &[String],
    purge: bool,
) -> Result<Pushed> {
    let (target, entries) = draft(store, list).await?;
    let plan = plan(&target, &entries, tags)?;
    execute(session, &plan).await?;
    let name = target.canonical();
    let purged = purge
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
pub async fn planned<S: Store>(store: &S, list: &str, tags: &[String]) -> Result<Plan> {
    let (target, entries) = draft(store, list).await?;
    plan(&target, &entries, tags)
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

/// Follows a plan.
pub async fn execute<H: Host>(session: Session<'_, H>, plan: &Plan) -> Result<()> {
    let repository = plan.target.to_repository();
    let sources = plan.sources();
    let target = &Target { repository: &repository, sources: &sources };
    let held = each(&plan.children, PARALLEL, |child| held(session, plan, target, child)).await?;
    let absent: Vec<&Child> =
        plan.children.iter().zip(held).filter(|(_, held)| !held).map(|(child, _)| child).collect();
    let mut known = BTreeSet::new();
    let blobs = absent.iter().flat_map(|child| child.blobs.iter().map(move |blob| (*child, blob)));
    let blobs: Vec<_> = blobs.filter(|(_, blob)| known.insert(&blob.descriptor.digest)).collect();
    each(blobs, PARALLEL, |(child, blob)| deliver(session, plan, target, child, blob)).await?;
    each(absent, PARALLEL, |child| async move {
        put(session, plan, target, child.digest.as_str(), &child.media_type, &child.bytes)
            .await
            .map_err(|error| error.with_detail("pushed", before(plan, child)))
    })
    .await?;
    each(&plan.names, PARALLEL, |name| {
        put(session, plan, target, name, &plan.media_type, plan.body.as_bytes())
    })
    .await
    .map_err(|error| error.with_detail("pushed", plan.pushed.clone()))?;
    Ok(())
}

/// The images that docker has printed before it comes to `child`.
fn before(plan: &Plan, child: &Child) -> Vec<String> {
    let is_other = |pushed: &&String| !pushed.ends_with(child.digest.as_str());
    plan.pushed.iter().take_while(is_other).cloned().collect()
}

async fn held<H: Host>(
    session: Session<'_, H>,
    plan: &Plan,
    target: &Target<'_>,
    child: &Child,
) -> Result<bool> {
    registry::holds_manifest(session, target, &child.digest)
        .await
        .map_err(|error| words::write(session.client, &plan.target, "", "Head", error))
}

/// Brings a blob into the target's repository.
async fn deliver<H: Host>(
    session: Session<'_, H>,
    plan: &Plan,
    target: &Target<'_>,
    child: &Child,
    blob: &Blob,
) -> Result<()> {
    let name = blob_name(child, &blob.descriptor.digest);
    match transfer::bring(session, target, &child.source, &blob.descriptor, true).await {
        Err(Broken::Source(error, _)) if blob.is_optional && error.code() == Code::BlobUnknown => Ok(()),
        Err(Broken::Source(error, None)) => {
            let message = words::push::mounting(&name, &plan.target.to_string());
            let hint =
                format!("The registry did not mount the blob, and reading it failed: {}.", error.message());
            Err(error.with_message(&message).with_hint(hint))
        }
        Err(Broken::Source(_, Some(error)) | Broken::Target(error)) => {
            let prefix = words::push::mount_failed(&name, &plan.target.to_string());
            Err(words::write(session.client, &plan.target, &prefix, "Post", error))
        }
        Ok(()) => Ok(()),
    }
}

async fn put<H: Host>(
    session: Session<'_, H>,
    plan: &Plan,
    target: &Target<'_>,
    name: &str,
    media_type: &crate::media_type::MediaType,
    bytes: &[u8],
) -> Result<()> {
    let is_list = std::ptr::eq(bytes, plan.body.as_bytes());
    // docker names the list as the user did, unless it is another tag of ours.
    let subject = if is_list && plan.names.first().is_some_and(|first| first == name) {
        plan.target.canonical()
    } else {
        let separator = if name.contains(':') { '@' } else { ':' };
        format!("{}{separator}{name}", plan.target.name())
    };
    let failed = words::push::put_failed(&subject);
    let stated = registry::put_manifest(session, target, name, media_type, bytes, !plan.children.is_empty())
        .await
        .map_err(|error| words::write(session.client, &plan.target, &failed, "Put", error))?;
    let ours = match is_list {
        true => plan.digest.clone(),
        false => Digest::parse(name)?,
    };
    match stated {
        Some(stated) if stated.algorithm_name() == ours.algorithm_name() && stated != ours => {
            let message = format!("{failed}the registry keeps it as {stated}, but its digest is {ours}");
            Err(Error::new(Code::DigestMismatch, message)
                .with_registry(plan.target.domain())
                .with_reference(&subject)
                .with_detail("expected", ours.as_str())
                .with_detail("actual", stated.as_str()))
        }
        _ => Ok(()),
    }
}
