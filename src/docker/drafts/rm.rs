//! `docker manifest rm`: removes drafts; no registry is asked.

use crate::docker::drafts::store::{Store, locked};
use crate::docker::words::{argument, drafts};
use crate::error::{Code, Error, Result};

/// Removes drafts, each for itself: one that cannot be removed does not keep the others. A damaged draft stays,
/// as with docker.
///
/// Fails after all of them were tried, with the code of the first failure and every message on a line; the
/// detail `failures` holds them as a list.
pub async fn rm<S: Store>(store: &S, lists: &[String]) -> Result<()> {
    let mut failures: Vec<Error> = Vec::new();
    for list in lists {
        let removed = async {
            let target = argument(list)?.canonical();
            locked(store, &target, async {
                if store.read(&target).await?.is_none() {
                    return Err(unknown(&target));
                }
                store.remove(&target).await.map(|_| ())
            })
            .await
        };
        if let Err(error) = removed.await {
            failures.push(error);
        }
    }
    let messages: Vec<String> = failures.iter().map(|error| error.message().to_owned()).collect();
    match failures.into_iter().next() {
        None => Ok(()),
        Some(first) if messages.len() == 1 => Err(first),
        Some(first) => Err(first.with_message(&messages.join("\n")).with_detail("failures", messages)),
    }
}

/// The error for a draft, or an image of one, that is not there.
pub(super) fn unknown(reference: &str) -> Error {
    Error::new(Code::DraftUnknown, drafts::unknown(reference)).with_reference(reference)
}
