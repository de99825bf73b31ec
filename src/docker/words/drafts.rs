//! Docker's sentences about drafts: one that is not there, a damaged file, a platform that will not do.

use crate::digest::Digest;
use crate::json::quote;

/// No draft, or no image of a draft; docker's store spells it with a capital.
pub(crate) fn unknown(reference: &str) -> String {
    format!("No such manifest: {reference}")
}

/// A draft without any image.
pub(crate) fn empty(list: &str) -> String {
    format!("{list} not found")
}

/// A draft that exists, where it may not be amended.
pub(crate) const EXISTS: &str = "refusing to amend an existing manifest list with no --amend flag";

/// An image that the draft does not have.
pub(crate) fn absent(image: &str, list: &str) -> String {
    format!("manifest for image {image} does not exist in {list}")
}

/// Before the sentence for a list's name that is no reference.
pub(crate) fn parsing_list(list: &str) -> String {
    format!("error parsing name for manifest list {list}: ")
}

/// Before the sentence for an image's name that is no reference.
pub(crate) fn parsing_image(image: &str) -> String {
    format!("error parsing name for manifest {image}: ")
}

/// Before any sentence about what a draft states for its images.
pub(crate) const ASSEMBLING: &str = "failed to assemble ManifestDescriptor: ";

/// An os and an architecture, as they were given, that make no platform.
pub(crate) fn unsupported_pair(os: &str, architecture: &str) -> String {
    format!("manifest entry for image has unsupported os/arch combination: {os}/{architecture}")
}

/// An image without os or architecture.
pub(crate) fn no_platform(reference: &str) -> String {
    format!("manifest {reference} must have an OS and Architecture to be pushed to a registry")
}

/// A file without a manifest in it.
pub(crate) fn no_payload(reference: &str) -> String {
    format!("{reference} has no payload")
}

/// A manifest with another digest than its descriptor states.
pub(crate) fn digest_mismatch(reference: &str, expected: &Digest, actual: &Digest) -> String {
    format!("internal digest mismatch for {reference}: expected {expected}, got {actual}")
}

/// A file of docker before 18.09 whose manifest has another digest than the file states.
pub(crate) fn file_mismatch(path: &str, stated: &str, actual: &Digest) -> String {
    format!("invalid manifest file {path}: image manifest digest mismatch ({stated} != {actual})")
}

/// How every sentence about a descriptor's digest begins.
const DIGEST: &str = "digest parse of image ";

/// A digest that cannot be used; `reason` is the sentence of Go's digest package.
pub(crate) fn digest_fault(reference: &str, reason: &str) -> String {
    format!("{DIGEST}{} failed: {reason}", quote(reference))
}

/// Why a digest cannot be used, in the sentences of Go's digest package: its algorithm is not known to it.
pub(crate) const DIGEST_UNSUPPORTED: &str = "unsupported digest algorithm";

/// It has more or fewer digits than its algorithm makes.
pub(crate) const DIGEST_LENGTH: &str = "invalid checksum digest length";

/// It is no digest.
pub(crate) const DIGEST_FORMAT: &str = "invalid checksum digest format";

/// Whether a sentence is [`digest_fault`]'s.
pub(crate) fn is_digest_fault(message: &str) -> bool {
    message.starts_with(DIGEST)
}

/// A `Ref` that is not in the form that docker writes.
pub(crate) const NOT_CANONICAL: &str = "repository name must be canonical";

/// A `Ref` that is not even a text; `wrong` is Go's sentence about it.
pub(crate) fn no_reference(json: &str, wrong: &str) -> String {
    format!("invalid named reference bytes: {json}: {wrong}")
}

/// `Raw` that is no base64, from that byte on.
pub(crate) fn illegal_base64(at: usize) -> String {
    format!("illegal base64 data at input byte {at}")
}
