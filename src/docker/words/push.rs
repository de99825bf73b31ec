//! Docker's sentences for what did not get into the target of a push.

use crate::docker::words::drafts;

/// A blob that the registry does not mount and its repository does not give.
pub(crate) fn mounting(blob: &str, target: &str) -> String {
    format!("error mounting {blob} to {target}")
}

/// Before the registry's refusal to mount or to take a blob.
pub(crate) fn mount_failed(blob: &str, target: &str) -> String {
    format!("failed to mount blob {blob} to {target}: ")
}

/// Before the registry's refusal to take a manifest or the list.
pub(crate) fn put_failed(subject: &str) -> String {
    format!("failed to put manifest {subject}: ")
}

/// A draft's image without a manifest.
pub(crate) fn no_payload(subject: &str, image: &str) -> String {
    put_failed(subject) + &drafts::no_payload(image)
}
