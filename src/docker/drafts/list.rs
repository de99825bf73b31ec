//! The list that a push of a draft writes.
//!
//! Where nothing is said of its images but what docker writes it is docker's, byte for byte. Else each entry is written whole, as its index states it
//! but for what was annotated, laid out as BuildKit does; docker, which pushes the same draft, writes type, size, digest
//! and platform of each.

use std::collections::BTreeMap;

use crate::descriptor::{Annotations, Descriptor};
use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::rivals;
use crate::docker::go_json::{list_body, list_body_of};
use crate::error::{Code, Error, Result};
use crate::json;
use crate::manifest::Document;
use crate::manifest::edit::{Editor, OnDuplicate, PlatformChange, Selector, descriptor_text, texts};
use crate::media_type::{DOCKER_LIST, MediaType, OCI_INDEX, OCI_MANIFEST};
use crate::platform::Platform;

/// A list that is to be pushed.
pub(super) struct List {
    pub(super) media_type: MediaType,
    pub(super) body: String,
    /// What there is to say about it.
    pub(super) warnings: Vec<String>,
}

/// The list of a draft's entries, which are in docker's order; of another type than docker's rule gives it where one is
/// named. Fails with `MEDIA_TYPE_UNSUPPORTED` for what a list of that type cannot hold.
pub(super) fn list(draft: &[Entry], media_type: Option<&MediaType>) -> Result<List> {
    if draft.iter().any(says_more) {
        return full_list(draft, media_type);
    }
    let descriptors: Vec<_> = draft.iter().map(|entry| entry.descriptor.clone()).collect();
    let first = descriptors.first().map(|first| first.media_type.as_str());
    let own = MediaType::parse(if first == Some(OCI_MANIFEST) { OCI_INDEX } else { DOCKER_LIST })?;
    let body = match media_type {
        Some(wanted) => list_body_of(&descriptors, wanted),
        None => list_body(&descriptors),
    };
    Ok(List { media_type: media_type.cloned().unwrap_or(own), body, warnings: rivals::warnings(draft) })
}

/// Whether more is said of an image than docker writes into a list. Of images of Docker's own type docker's list is
/// written whatever their files say: it has no members for more.
fn says_more(entry: &Entry) -> bool {
    let Descriptor { media_type, urls, annotations, data, artifact_type, .. } = &entry.descriptor;
    let is_plain = urls.is_empty() && annotations.is_empty() && data.is_none() && artifact_type.is_none();
    entry.listing.is_some() || (media_type.as_str() == OCI_MANIFEST && !is_plain)
}

/// The OCI index of a draft's entries, whole, also of those for which a push is refused. Fails as [`Editor::add`] does.
pub fn index(draft: &[Entry]) -> Result<Document> {
    let mut editor = Editor::new_indented(&MediaType::parse(OCI_INDEX)?)?;
    for entry in draft {
        editor.add(&text(entry)?, OnDuplicate::Keep)?;
    }
    editor.annotate_index(&annotations(draft, &mut Vec::new()))?;
    editor.build()
}

/// A list whose entries are written whole: images in docker's order, then attestations.
fn full_list(draft: &[Entry], media_type: Option<&MediaType>) -> Result<List> {
    let mut warnings = rivals::warnings(draft);
    let annotations = annotations(draft, &mut warnings);
    let texts: Vec<(&Entry, String)> =
        draft.iter().map(|entry| Ok((entry, text(entry)?))).collect::<Result<_>>()?;
    let is_docker = annotations.is_empty() && texts.iter().all(|(entry, text)| fits_docker_list(entry, text));
    let own = MediaType::parse(if is_docker { DOCKER_LIST } else { OCI_INDEX })?;
    let mut editor = Editor::new_indented(media_type.unwrap_or(&own))?;
    let refused = |error: Error| match error.code() {
        Code::MediaTypeUnsupported => {
            error.with_hint("An OCI index can: leave the type out, or ask for `oci`.")
        }
        _ => error,
    };
    let (statements, images): (Vec<_>, Vec<_>) =
        texts.iter().partition(|(entry, _)| entry.descriptor.is_attestation());
    for (entry, text) in images.into_iter().chain(statements) {
        let added = editor.add(text, OnDuplicate::Keep);
        added.map_err(|error| refused(error.with_reference(&entry.reference)))?;
    }
    if !annotations.is_empty() {
        editor.annotate_index(&annotations).map_err(refused)?;
    }
    let document = editor.build()?;
    Ok(List { media_type: document.media_type().clone(), body: document.text().to_owned(), warnings })
}

/// The annotations of the indexes themselves, where no two of them differ.
fn annotations<'a>(draft: &'a [Entry], warnings: &mut Vec<String>) -> Vec<(&'a str, Option<&'a str>)> {
    let sources = draft.iter().flat_map(|entry| &entry.listing).flat_map(|listing| &listing.sources);
    let mut said: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for (key, value) in sources.flat_map(|source| source.annotations.iter()) {
        let known = said.entry(key).or_insert(Some(value));
        *known = known.filter(|known| *known == value);
    }
    let lost = said.iter().filter(|(_, value)| value.is_none());
    warnings.extend(
        lost.map(|(key, _)| format!("the sources annotate {key} differently: the list does without it")),
    );
    said.into_iter().filter(|(_, value)| value.is_some()).collect()
}

fn fits_docker_list(entry: &Entry, text: &str) -> bool {
    let is_lost = |key: &str| ["annotations", "artifactType", "data"].contains(&key);
    let members = json::parse(text.as_bytes()).map(|value| value.members().any(|(key, _)| is_lost(&key)));
    entry.descriptor.media_type.is_docker() && !members.unwrap_or(true)
}

/// An entry's text: its index's, with the platform and the annotations that the draft states.
fn text(entry: &Entry) -> Result<String> {
    let Some(listing) = &entry.listing else {
        let mut descriptor = entry.descriptor.clone();
        // Docker writes empty texts for what is not stated yet.
        let is_stated = |platform: &Platform| !platform.os.is_empty() || !platform.architecture.is_empty();
        descriptor.platform = descriptor.platform.filter(is_stated);
        return Ok(descriptor_text(&descriptor));
    };
    let stated = listing.descriptor()?;
    let platform = entry.descriptor.platform.clone().unwrap_or_default();
    let own = stated.platform.clone().unwrap_or_default();
    // For docker an attestation has to have a platform; its index need not have given it any.
    let is_same = platform == own || (stated.platform.is_none() && platform.is_unknown());
    let changes = changed(&stated.annotations, &entry.descriptor.annotations);
    if is_same && changes.is_empty() {
        return Ok(listing.text.clone());
    }
    let mut editor = Editor::new(&MediaType::parse(OCI_INDEX)?)?;
    editor.add(&listing.text, OnDuplicate::Keep)?;
    let selector = Selector::Digest(stated.digest.clone());
    if !is_same {
        editor.set_platform(&selector, &change(&own, &platform))?;
    }
    editor.annotate(&selector, &changes)?;
    let document = editor.build()?;
    Ok(texts(&document)?.first().map(|text| (*text).to_owned()).unwrap_or_default())
}

fn change(old: &Platform, new: &Platform) -> PlatformChange {
    let other = |old: &String, new: &String| (old != new).then(|| new.clone());
    PlatformChange {
        os: other(&old.os, &new.os),
        architecture: other(&old.architecture, &new.architecture),
        variant: other(&old.variant, &new.variant),
        os_version: other(&old.os_version, &new.os_version),
        os_features: (old.os_features != new.os_features).then(|| new.os_features.clone()),
    }
}

/// The annotations that are set or taken away.
fn changed<'a>(old: &'a Annotations, new: &'a Annotations) -> Vec<(&'a str, Option<&'a str>)> {
    let set = new.iter().filter(|(key, value)| old.get(key) != Some(*value));
    let gone = old.iter().filter(|(key, _)| new.get(key).is_none());
    set.map(|(key, value)| (key, Some(value))).chain(gone.map(|(key, _)| (key, None))).collect()
}
