//! Deleting a tag, or a manifest with all of its tags.
//!
//! Source: distribution-spec "Deleting tags" and "Deleting Manifests". Registries differ most here: many take no
//! deletion at all, distribution 2 none of a tag, Google's none of a digest that has tags.

use crate::digest::Digest;
use crate::error::{Code, Detail, Error, Result};
use crate::http::message::Method;
use crate::http::retry::Work;
use crate::registry::auth::route;
use crate::registry::client::Session;
use crate::registry::endpoints::put::{Target, tag_digest};
use crate::registry::host::Host;
use crate::registry::send::call::Call;
use crate::registry::send::outcome;
use crate::registry::send::retries::Retries;
use crate::registry::send::scheme;

/// Deletes what the target has under a name: a tag, or a digest with every tag that points at it. It is tried again
/// only while the name is there, and points at `digest`, where one is given.
///
/// Fails with `MANIFEST_UNKNOWN`, `DELETE_UNSUPPORTED`, `DELETE_REFUSED`, and with the codes of the registry and the
/// network.
pub(crate) async fn delete<H: Host>(
    session: Session<'_, H>,
    target: &Target<'_>,
    name: &str,
    digest: Option<&Digest>,
) -> Result<()> {
    let tail = format!("manifests/{name}");
    let missing = Code::ManifestUnknown;
    let call = Call { missing, ..target.call(&tail) };
    let deletion = Call { method: Method::Delete, removes: true, ..call };
    let mut retries = Retries::of(session, Work::Delete, Method::Delete);
    loop {
        let error = match route::send(session, &deletion).await {
            Ok(answer) => match outcome::written(session, &deletion, answer).await {
                Ok(_) => return Ok(()),
                Err(error) => error,
            },
            Err(error) => error,
        };
        // The one before did it after all.
        if retries.has_failed() && error.status() == Some(404) {
            return Ok(());
        }
        if !error.code().retryable() || matches!(error.status(), Some(429 | 501)) {
            return Err(explained(error, Digest::parse(name).is_err()));
        }
        // Without an answer, or with one that says that something broke, it may have happened all the same.
        let is_same = match tag_digest(session, target, name).await {
            Ok(None) => return Ok(()),
            Ok(Some(now)) => digest.is_none_or(|digest| now == *digest),
            Err(_) => false,
        };
        if !is_same {
            return Err(error);
        }
        retries.again(&scheme::url_of(session.client, &deletion)?, error).await?;
    }
}

/// The refusal of a deletion, under the code that says what can be done.
fn explained(error: Error, is_tag: bool) -> Error {
    let stated = match error.detail("registryCode") {
        Some(Detail::Text(code)) => code.clone(),
        _ => String::new(),
    };
    let is = |code: &str| stated == code;
    match error.status() {
        Some(405 | 501) => error.recoded(Code::DeleteUnsupported),
        _ if is("UNSUPPORTED") => error.recoded(Code::DeleteUnsupported),
        // distribution 2 takes the tag for a digest that is not one.
        Some(400) if is_tag && (is("DIGEST_INVALID") || stated.is_empty()) => {
            error.recoded(Code::DeleteUnsupported).with_hint(
                "This registry deletes no single tag. Deleting the digest that it points at would remove every \
                 other tag of that manifest as well; name the digest if that is what you want.",
            )
        }
        Some(400 | 409 | 412) => error.recoded(Code::DeleteRefused),
        _ => error,
    }
}
