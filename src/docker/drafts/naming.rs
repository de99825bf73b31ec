//! Arguments that name an image beside a list: docker's grammar, and short forms where docker has none.

use crate::digest::Digest;
use crate::docker::words::argument;
use crate::error::Result;
use crate::reference::Reference;

/// The image that `text` names beside `list`.
///
/// `:tag`, `@sha256:…` and a bare `sha256:…` with all of its 64 digits are of the list's own repository. Docker refuses the
/// first two, and takes the third for a tag of `docker.io/library/sha256`, where there is no image. Everything else
/// is docker's: `1.0` is `docker.io/library/1.0:latest`. Fails with `REFERENCE_INVALID`, in docker's words.
pub(super) fn image(list: &Reference, text: &str) -> Result<Reference> {
    if let Some(digest) = bare_digest(text) {
        return Ok(list.to_repository().with_digest(&digest));
    }
    match text.strip_prefix(':').map(|tag| list.to_repository().with_tag(tag)) {
        Some(Ok(image)) => Ok(image),
        _ => argument(text),
    }
}

/// The digest that a text is, with or without `@` before it.
pub(super) fn bare_digest(text: &str) -> Option<Digest> {
    let digest = Digest::parse(text.strip_prefix('@').unwrap_or(text)).ok()?;
    digest.algorithm().ok().map(|_| digest)
}
