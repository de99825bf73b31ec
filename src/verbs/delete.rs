//! Deleting a tag, or a manifest with all of its tags.
//!
//! Source: distribution-spec "Deleting tags" and "Deleting Manifests". Registries differ most here: many take no
//! deletion at all, distribution 2 none of a tag, Google's none of a digest that has tags. A tag is never deleted
//! by way of its digest: other tags of the same manifest would go with it.

use crate::error::{Code, Error, Result};
use crate::http::message::Method;
use crate::http::retry::Work;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::auth::authenticate;
use crate::registry::client::Session;
use crate::registry::endpoints::put::Target;
use crate::registry::endpoints::put::tag_digest;
use crate::registry::host::Host;
use crate::registry::send::call::Call;
use crate::registry::send::outcome;
use crate::registry::send::retries::Retries;
use crate::registry::send::scheme;

/// Deletes a tag; or, for a reference with a digest and no tag, that manifest and every tag that points at
/// it. For a reference with both, the tag, where it points at that digest.
///
/// Fails with `OPTION_INVALID` for a reference with neither, `MANIFEST_UNKNOWN`, `TAG_MOVED`,
/// `DELETE_UNSUPPORTED`, `DELETE_REFUSED`, and with the codes of the registry and the network.
pub async fn delete<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<()> {
    delete_one(session, reference).await.map_err(|error| about(reference, error))
}

async fn delete_one<H: Host>(session: Session<'_, H>, reference: &Reference) -> Result<()> {
    let target = &Target { repository: reference, sources: &[] };
    let name = match (reference.tag(), reference.digest()) {
        (None, None) => {
            let message = "only a tag or a digest can be deleted, and the reference has neither";
            return Err(Error::new(Code::OptionInvalid, message));
        }
        (None, Some(digest)) => digest.as_str(),
        (Some(tag), None) => tag,
        (Some(tag), Some(digest)) => {
            let now = tag_digest(session, target, tag).await?;
            if now.as_ref().is_some_and(|now| now != digest) {
                let message = format!("the tag {tag} does not point at {digest}, so it was not deleted");
                return Err(Error::new(Code::TagMoved, message));
            }
            tag
        }
    };
    let tail = format!("manifests/{name}");
    let missing = Code::ManifestUnknown;
    let call = Call { missing, ..target.call(&tail) };
    let deletion = Call { method: Method::Delete, removes: true, ..call };
    let mut retries = Retries::of(session, Work::Delete, Method::Delete);
    loop {
        let error = match authenticate::send(session, &deletion).await {
            Ok(answer) => match outcome::written(session, &deletion, answer).await {
                Ok(_) => break,
                Err(error) => error,
            },
            Err(error) => error,
        };
        // The one before did it after all.
        if retries.has_failed() && error.status() == Some(404) {
            break;
        }
        if !error.code().retryable() || matches!(error.status(), Some(429 | 501)) {
            return Err(explained(error, reference.tag()));
        }
        // Without an answer, or with one that says that something broke, it may have happened all the same.
        let is_same = match tag_digest(session, target, name).await {
            Ok(None) => break,
            Ok(Some(now)) => reference.digest().is_none_or(|digest| now == *digest),
            Err(_) => false,
        };
        if !is_same {
            return Err(error);
        }
        retries.again(&scheme::url_of(session.client, &deletion)?, error).await?;
    }
    Ok(())
}

/// The refusal of a deletion, under the code that says what can be done.
fn explained(error: Error, tag: Option<&str>) -> Error {
    let stated = match error.detail("registryCode") {
        Some(crate::error::Detail::Text(code)) => code.clone(),
        _ => String::new(),
    };
    let is = |code: &str| stated == code;
    let recoded = |code: Code| error.recoded(code);
    match (error.status(), tag) {
        (Some(405 | 501), _) => recoded(Code::DeleteUnsupported),
        _ if is("UNSUPPORTED") => recoded(Code::DeleteUnsupported),
        // distribution 2 takes the tag for a digest that is not one.
        (Some(400), Some(_)) if is("DIGEST_INVALID") || stated.is_empty() => recoded(Code::DeleteUnsupported)
            .with_hint(
                "This registry deletes no single tag. Deleting the digest that it points at would remove every \
                 other tag of that manifest as well; name the digest if that is what you want.",
            ),
        (Some(400 | 409 | 412), _) => recoded(Code::DeleteRefused),
        _ => error,
    }
}
