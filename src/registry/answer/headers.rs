//! What the headers of an answer say of a document: its type, its digest, its size.

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::http::message::Headers;
use crate::limits::SIZE;
use crate::media_type::MediaType;

/// The descriptor that the headers of a HEAD describe, if they describe one whole and sound. An encoded body
/// has another length than the document.
pub(crate) fn descriptor_of(headers: &Headers) -> Option<Descriptor> {
    let digest = stated_digest(headers)?;
    let media_type = declared_type(headers)?;
    let size = headers.get("content-length")?.trim().parse().ok().filter(|size| (1..=SIZE).contains(size))?;
    headers.get("content-encoding").is_none().then(|| Descriptor::new(media_type, digest, size))
}

/// `Docker-Content-Digest`, where it can be computed. The header is optional: one that holds no digest, or one of an
/// unknown algorithm, says as little as none.
pub(crate) fn stated_digest(headers: &Headers) -> Option<Digest> {
    let stated = Digest::parse(headers.get("docker-content-digest")?.trim()).ok()?;
    stated.algorithm().is_ok().then_some(stated)
}

/// The type that an answer declares; none where it says only what any bytes or any JSON would be, or holds no type.
pub(crate) fn declared_type(headers: &Headers) -> Option<MediaType> {
    let declared = MediaType::parse_content_type(headers.get("content-type")?).ok()?;
    let generic = ["application/json", "application/octet-stream", "text/plain", "binary/octet-stream"];
    (!generic.contains(&declared.as_str())).then_some(declared)
}
