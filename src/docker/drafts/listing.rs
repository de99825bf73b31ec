//! [`Listing`]: what an index says of an image that was taken out of it, beside docker's file.
//!
//! Docker's file has members for a descriptor, but docker writes only four of them into a list, and none that it does
//! not know. So the entry's own text is kept in one more member of the file, `Multiarch`: Go's decoder skips it. When
//! docker rewrites a file (`docker manifest annotate`), the member is gone and the descriptor stays: a store on a disk keeps
//! the member elsewhere too.

use std::fmt::Write;

use crate::descriptor::{Annotations, Descriptor};
use crate::digest::Digest;
use crate::docker::go_json::read::{Wrong, member, string};
use crate::json::{Type, Value, quote};
use crate::manifest::parse_descriptor;

/// What an index says of an image that was taken out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The entry's text in the index, byte for byte.
    pub text: String,
    /// What the image was taken out of, as it was named: at least one. A draft that names the image itself as well has
    /// the image's own reference among them.
    pub sources: Vec<Source>,
}

/// An index, as a draft knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its reference, canonical.
    pub reference: String,
    /// Its digest when it was read.
    pub digest: Digest,
    /// Its own annotations.
    pub annotations: Annotations,
}

impl Listing {
    /// Whether the image was taken out of what has this reference.
    pub fn is_of(&self, reference: &str) -> bool {
        self.sources.iter().any(|source| source.reference == reference)
    }

    /// What the entry's text says. Fails as [`parse_descriptor`] does.
    pub fn descriptor(&self) -> crate::error::Result<Descriptor> {
        parse_descriptor(self.text.as_bytes())
    }
}

/// The member of docker's file.
const MEMBER: &str = "Multiarch";

/// The member's text behind docker's members.
pub(super) fn write(out: &mut String, listing: &Listing) {
    let _ = write!(out, ",\"{MEMBER}\":{{\"Entry\":{},\"Sources\":[", quote(&listing.text));
    for (at, source) in listing.sources.iter().enumerate() {
        let separator = if at > 0 { "," } else { "" };
        let (reference, digest) = (quote(&source.reference), quote(source.digest.as_str()));
        let _ = write!(out, "{separator}{{\"Ref\":{reference},\"Digest\":{digest}");
        for (at, (key, value)) in source.annotations.iter().enumerate() {
            out.push_str(if at > 0 { "," } else { ",\"Annotations\":{" });
            let _ = write!(out, "{}:{}", quote(key), quote(value));
        }
        out.push_str(if source.annotations.is_empty() { "}" } else { "}}" });
    }
    out.push_str("]}");
}

/// What docker's file says of it, for the manifest of a digest. Fails in words where the member is not ours.
pub(super) fn read(root: Value<'_>, digest: &Digest) -> Wrong<Option<Listing>> {
    let Some(value) = member(root, MEMBER) else { return Ok(None) };
    let text = string(value, MEMBER, "Entry")?;
    let stated = parse_descriptor(text.as_bytes()).map_err(|error| error.message().to_owned())?;
    if stated.digest != *digest {
        return Err(format!("its {MEMBER}.Entry is about {}, not about {digest}", stated.digest));
    }
    let Some(sources) = member(value, "Sources").filter(|sources| sources.kind() == Type::Array) else {
        return Err(format!("its {MEMBER} has no Sources"));
    };
    let sources: Vec<Source> = sources.elements().map(source).collect::<Wrong<_>>()?;
    if sources.is_empty() {
        return Err(format!("its {MEMBER} has no Sources"));
    }
    Ok(Some(Listing { text, sources }))
}

fn source(value: Value<'_>) -> Wrong<Source> {
    let digest = string(value, MEMBER, "Digest")?;
    let digest = Digest::parse(&digest).map_err(|error| error.message().to_owned())?;
    let pairs = member(value, "Annotations").into_iter().flat_map(Value::members);
    let pairs = pairs.filter_map(|(key, value)| Some((key.into_owned(), value.string()?.into_owned())));
    let annotations = Annotations::from_pairs(pairs.collect());
    Ok(Source { reference: string(value, MEMBER, "Ref")?, digest, annotations })
}
