//! Deleting a tag, or a manifest with all of its tags: which of both a reference means.
//!
//! A tag is never deleted by way of its digest: other tags of the same manifest would go with it.

use crate::error::{Code, Error, Result};
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::client::Session;
use crate::registry::endpoints::deletion;
use crate::registry::endpoints::put::{Target, tag_digest};
use crate::registry::host::Host;

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
    deletion::delete(session, target, name, reference.digest()).await
}
