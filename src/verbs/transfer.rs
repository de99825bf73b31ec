//! Transfers a blob from one repository to another, of the same registry or not; a blob that is there is not sent.

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::message::Method;
use crate::http::retry::Work;
use crate::reference::Reference;
use crate::registry::answer::problem;
use crate::registry::answer::problem::about;
use crate::registry::client::Session;
use crate::registry::endpoints::blobs;
use crate::registry::endpoints::content::Content;
use crate::registry::endpoints::put::Target;
use crate::registry::endpoints::put::holds_blob;
use crate::registry::endpoints::uploads;
use crate::registry::endpoints::uploads::Mounted;
use crate::registry::endpoints::uploads::Upload;
use crate::registry::endpoints::uploads::mount;
use crate::registry::endpoints::uploads::open_upload;
use crate::registry::host::Host;
use crate::registry::send::retries::Retries;

/// Why a blob was not transferred.
pub(crate) enum Broken {
    /// The repository that it comes from does not give it; and why the registry would not mount it, where it
    /// refused that.
    Source(Error, Option<Error>),
    /// The repository that it goes to does not take it.
    Target(Error),
}

impl Broken {
    pub(crate) fn into_error(self) -> Error {
        match self {
            Broken::Source(error, _) | Broken::Target(error) => error,
        }
    }
}

/// Sends a blob of the caller's own, unless the repository holds it.
///
/// Fails with `DIGEST_MISMATCH`, `SIZE_MISMATCH`, `UPLOAD_LOST`, and with the codes of the registry, the
/// network and the URLs.
pub async fn upload<H: Host>(
    session: Session<'_, H>,
    repository: &Reference,
    blob: &Descriptor,
    body: H::Body,
) -> Result<()> {
    let target = Target { repository, sources: &[] };
    let upload = async {
        let content = Content::new(session, body, blob)?;
        if holds_blob(session, &target, &blob.digest).await? {
            session.host.progress(&blob.digest, blob.size, blob.size);
            return Ok(());
        }
        uploads::send(session, &target, None, content).await
    };
    upload.await.map_err(|error| about(repository, error))
}

/// Whether the registry took a blob over from the repository of `from`: no, where it cannot, where the blob
/// is not there, and where the two are of different registries.
///
/// Fails with the codes of the registry, the network and the URLs.
pub async fn mount_blob<H: Host>(
    session: Session<'_, H>,
    digest: &Digest,
    from: &Reference,
    to: &Reference,
) -> Result<bool> {
    if from.domain() != to.domain() {
        return Ok(false);
    }
    let sources = [from.path().to_owned()];
    let target = Target { repository: to, sources: &sources };
    match mount(session, &target, from.path(), digest).await {
        // Some have answered so for blobs that they do not show then (CVE-2024-39897).
        Ok(Mounted::Yes) if stands(Guard::MountSeen) => holds_blob(session, &target, digest).await,
        Ok(Mounted::Yes) => Ok(true),
        Ok(Mounted::No(_)) => Ok(false),
        Err(error) if problem::is_unsupported(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Copies or mounts a blob from the repository of `from` into the target, unless the target is known not to hold it:
/// mounted where both are of one registry, else a piece at a time.
pub(crate) async fn transfer<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    from: &Reference,
    blob: &Descriptor,
    is_absent: bool,
) -> Result<(), Broken> {
    let refused = |error| Broken::Target(about(target.repository, error));
    if !is_absent && holds_blob(session, target, &blob.digest).await.map_err(refused)? {
        session.host.progress(&blob.digest, blob.size, blob.size);
        return Ok(());
    }
    let mut upload: Option<Upload<'_, H>> = None;
    let mut unmounted = None;
    if from.domain() == target.repository.domain() {
        match mount(session, target, from.path(), &blob.digest).await {
            Ok(Mounted::Yes) => {
                session.host.progress(&blob.digest, blob.size, blob.size);
                return Ok(());
            }
            Ok(Mounted::No(opened)) => upload = Some(*opened),
            // A caller that may not mount it may still copy it.
            Err(error) if problem::is_unsupported(&error) || matches!(error.status(), Some(401 | 403)) => {
                unmounted = Some(error);
            }
            Err(error) => return Err(refused(error)),
        }
    }
    let mut retries = Retries::of(session, Work::Blob, Method::Put);
    loop {
        let source = match blobs::blob(session, from, &blob.digest).await {
            Ok(source) => source,
            Err(error) => return Err(Broken::Source(error, unmounted)),
        };
        let content = Content::new(session, source.body, blob).map_err(refused)?.of(from);
        if let Some(mount) = unmounted.take() {
            // What the registry said about the mount says more than that it refuses the rest as well.
            upload = Some(open_upload(session, target).await.map_err(|_| refused(mount))?);
        }
        let error = match uploads::send(session, target, upload.take(), content).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if matches!(error.code(), Code::DigestMismatch | Code::SizeMismatch) {
            return Err(Broken::Source(about(from, error), None));
        }
        // Content that broke off looks the same as an upload that did; both begin anew.
        retries.count(error).map_err(refused)?;
    }
}
