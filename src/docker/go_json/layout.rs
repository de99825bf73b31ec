//! The list that docker writes, in Go's layout.

use std::fmt::Write;

use crate::descriptor::{Descriptor, Listed};
use crate::json::{indent, quote};
use crate::media_type::{DOCKER_LIST, MediaType, OCI_INDEX, OCI_MANIFEST};
use crate::platform::{Platform, write_json};

/// The list that `docker manifest` builds from its entries, byte for byte as it is pushed: three spaces a level,
/// no newline at the end. The type of the first entry decides the type of the list; annotations, urls, data and
/// artifact types are dropped, and an entry without a platform gets an empty one.
pub fn list_body(entries: &[Descriptor]) -> String {
    list(entries.iter().map(row), None)
}

/// As [`list_body`], of a type that is asked for.
pub fn list_body_of(entries: &[Descriptor], media_type: &MediaType) -> String {
    list(entries.iter().map(row), Some(media_type.as_str()))
}

/// As [`list_body`] of what an index states, for display: an entry that cannot be used is shown with the texts that
/// it has.
pub fn list_of_stated(entries: &[Listed]) -> String {
    list(
        entries.iter().map(|entry| match entry {
            Listed::Sound(entry) => row(entry),
            Listed::Odd(odd) => (
                odd.media_type.as_str(),
                odd.size.unwrap_or_default(),
                odd.digest.as_str(),
                odd.platform.as_ref(),
            ),
        }),
        None,
    )
}

/// Type, size, digest and platform of an entry.
type Row<'a> = (&'a str, u64, &'a str, Option<&'a Platform>);

fn row(entry: &Descriptor) -> Row<'_> {
    (entry.media_type.as_str(), entry.size, entry.digest.as_str(), entry.platform.as_ref())
}

fn list<'a>(mut rows: impl Iterator<Item = Row<'a>>, wanted: Option<&str>) -> String {
    let first = rows.next();
    let is_oci = first.is_some_and(|(media_type, ..)| media_type == OCI_MANIFEST);
    let mut out = String::from("{\"schemaVersion\":2,\"mediaType\":");
    out.push_str(&quote(wanted.unwrap_or(if is_oci { OCI_INDEX } else { DOCKER_LIST })));
    out.push_str(",\"manifests\":[");
    for (index, (media_type, size, digest, platform)) in first.into_iter().chain(rows).enumerate() {
        if index > 0 {
            out.push(',');
        }
        let _ = write!(out, "{{\"mediaType\":{}", quote(media_type));
        if size > 0 {
            let _ = write!(out, ",\"size\":{size}");
        }
        let _ = write!(out, ",\"digest\":{},\"platform\":", quote(digest));
        write_json(&mut out, platform.unwrap_or(&Platform::default()));
        out.push('}');
    }
    out.push_str("]}");
    indent(&out, "   ")
}
