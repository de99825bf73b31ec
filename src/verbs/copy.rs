//! Copying an image or an index with everything below it, within a registry or across two.
//!
//! The root is read and what of it is copied is chosen ([`crate::verbs::choice`]), then the documents of each level below it
//! are read ([`crate::verbs::graph`]); all of them are put ([`crate::verbs::deliver`]), and what refers to them where that
//! is wanted ([`crate::verbs::referred`]).

use std::slice;

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::Result;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::put::{misses_a_part, refuse_other_digest};
use crate::registry::{Host, Session};
use crate::verbs::choice::{Choice, CopyOptions, choose};
use crate::verbs::deliver::put_all;
use crate::verbs::graph::levels;
use crate::verbs::referred::copy_referrers;

/// What a copy has put.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The document that the target's tag points at.
    pub descriptor: Descriptor,
    /// Whether it is a document of the source, byte for byte. An index with fewer platforms is not.
    pub is_preserved: bool,
    /// What refers to the documents that were copied, and was copied too.
    pub referrers: Vec<Digest>,
}

/// Copies what `from` points at, with everything below it, to `to`: under its tag; without one under the
/// tag of `from`, or else under the digest.
///
/// With `wanted`, an index of those entries of the root that were chosen for the platforms and of their attestations: a
/// new document, unless nothing was left out. With one platform that has no attestations, or without attestations, the
/// image itself, which keeps its digest. Sparse, the root keeps its digest in any case, and lists what is not there.
///
/// Fails with `PLATFORM_NOT_FOUND`, `NOT_AN_INDEX`, `INDEX_TOO_DEEP`, `DIGEST_MISMATCH`, and with the codes
/// of both registries, of [`crate::manifest::Document::parse`], the network and the URLs.
pub async fn copy<H: Host>(
    session: Session<'_, H>,
    from: &Reference,
    to: &Reference,
    options: &CopyOptions,
) -> Result<Copied> {
    let from = &from.with_default_tag();
    let Choice { root, listed, is_preserved } = choose(session, from, options).await?;
    refuse_other_digest(to, root.digest())?;
    let tag = to.tag().or(from.tag().filter(|_| to.digest().is_none()));
    let name = tag.unwrap_or(root.digest().as_str()).to_owned();
    let repository = to.to_repository();
    let is_same = from.name() == to.name();
    let levels = match is_same {
        // Everything below it is there.
        true => Vec::new(),
        false => levels(session, from, listed.as_ref().unwrap_or(&root)).await?,
    };
    put_all(session, (from, &repository), &root, &levels, &name).await.map_err(|error| {
        let error = about(to, error);
        match options.is_sparse && misses_a_part(&error) {
            true => error.with_hint(
                "This registry takes an index only with all that it lists: leave `sparse` (--sparse) out.",
            ),
            false => error,
        }
    })?;
    let referrers = match options.with_referrers && !is_same {
        true => {
            let copied = [slice::from_ref(&root)]
                .into_iter()
                .chain(levels.iter().map(|level| level.documents.as_slice()));
            let subjects = copied.flatten().map(|document| document.digest().clone()).collect();
            copy_referrers(session, (from, &repository), subjects).await?
        }
        false => Vec::new(),
    };
    Ok(Copied { descriptor: root.descriptor(), is_preserved, referrers })
}
