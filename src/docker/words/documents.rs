//! Docker's sentences for a manifest or a config that is not what it has to be.

use crate::digest::Digest;

/// A `Content-Type` for which docker has no decoder.
pub(crate) fn unsupported(media_type: &str) -> String {
    format!("unsupported manifest media type and no default available: {media_type}")
}

/// A manifest with another digest than its reference.
pub(crate) fn manifest_mismatch(digest: &Digest) -> String {
    format!("manifest verification failed for digest {digest}")
}

/// A config with another digest than its manifest states.
pub(crate) fn config_mismatch(digest: &str) -> String {
    format!("image config verification failed for digest {digest}")
}

/// A manifest with the members of an index.
pub(crate) const INDEX_IN_MANIFEST: &str = "ocimanifest: expected manifest but found index";

/// An index with the members of a manifest.
pub(crate) const MANIFEST_IN_INDEX: &str = "index: expected index but found manifest";

/// A document that states another `mediaType` than it was served with. Docker's own types require the member,
/// OCI's do not; `what` is docker's noun for the document.
pub(crate) fn other_type(what: &str, required: bool, expected: &str, stated: &str) -> String {
    let prefix = if required { "" } else { "if present, " };
    format!("{prefix}mediaType in {what} should be '{expected}' not '{stated}'")
}
