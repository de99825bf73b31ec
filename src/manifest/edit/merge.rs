//! Merging: what was changed in an index, changed in another one that came of the same index.
//!
//! Three indexes are compared by what they mean: the one that both changes began with, ours, and the one that
//! another writer has put meanwhile. What we did not change stays as the other has it; what the other did not change
//! becomes as we have it; what both changed alike is kept; what both changed differently is a conflict.
//! An entry is known by its digest, its members and annotations by their names. Layout and the order of
//! members mean nothing, and the texts of the other index stay wherever nothing changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::entry::Entry;
use super::members::{merged, same_text};
use super::{Editor, OnDuplicate};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::manifest::Document;
use crate::media_type::{DOCKER_LIST, MediaType, OCI_INDEX};
use crate::platform::Platform;

impl Editor {
    /// Makes the changes here that lead from `base` to `ours`, where this index is another change of `base`.
    ///
    /// Fails with `UPDATE_CONFLICT` where both changes are to the same platform, entry, annotation or member and differ;
    /// its detail `conflicts` lists each. Fails as [`Editor::of`] does for the two documents, and as [`Editor::add`] and
    /// [`Editor::convert`] do.
    pub fn merge(&mut self, base: &Document, ours: &Document) -> Result<&mut Editor> {
        let (base, ours) = (Editor::of(base)?, Editor::of(ours)?);
        let mut merge = Merge::new(&base, &ours);
        let mut result = self.clone();
        let becomes = (ours.media_type != base.media_type).then_some(&ours.media_type);
        convert(&mut result, becomes, OCI_INDEX)?;
        let disputed = merge.platforms(self);
        merge.entries(&mut result, &disputed)?;
        merge.removals(&mut result)?;
        merge.orphans(self, &result);
        // The entries were compared for themselves, and the type goes with them.
        let left_out = ["manifests", "mediaType"];
        let texts = (Some(base.text.as_str()), ours.text.as_str(), result.text.as_str());
        result.text = merged("", texts, &left_out, &mut merge.conflicts)?;
        convert(&mut result, becomes, DOCKER_LIST)?;
        if let Some(first) = merge.conflicts.first() {
            let more = merge.conflicts.len() - 1;
            let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
            let message = format!("another writer has changed the same: {first}{more}");
            return Err(Error::new(Code::UpdateConflict, message).with_detail("conflicts", merge.conflicts));
        }
        *self = result;
        Ok(self)
    }
}

/// Converts to `media_type` where that is what the index becomes.
fn convert(editor: &mut Editor, becomes: Option<&MediaType>, media_type: &str) -> Result<()> {
    match becomes.filter(|becomes| becomes.as_str() == media_type) {
        Some(becomes) => editor.convert(becomes).map(|_| ()),
        None => Ok(()),
    }
}

struct Merge<'a> {
    base: &'a Editor,
    ours: &'a Editor,
    /// The entries of `base`, and those of `ours`.
    before: HashMap<&'a Digest, &'a Entry>,
    here: HashMap<&'a Digest, &'a Entry>,
    conflicts: Vec<String>,
}

impl<'a> Merge<'a> {
    fn new(base: &'a Editor, ours: &'a Editor) -> Merge<'a> {
        Merge { base, ours, before: by_digest(base), here: by_digest(ours), conflicts: Vec::new() }
    }

    /// The platforms whose images both sides changed, and differently.
    fn platforms(&mut self, theirs: &Editor) -> HashSet<Platform> {
        let all = [self.base, self.ours, theirs].map(images);
        let mut names = BTreeMap::new();
        for platform in all.iter().flat_map(|images| images.keys()) {
            names.insert(platform.to_string(), *platform);
        }
        let mut disputed = HashSet::new();
        for (name, platform) in names {
            let [before, here, there] =
                [0, 1, 2].map(|at| all.get(at).and_then(|images| images.get(platform)));
            if here == before || there == before || here == there {
                continue;
            }
            self.conflicts.push(format!("{name}: {} here, {} there", listed(here), listed(there)));
            disputed.insert(platform.clone());
        }
        disputed
    }

    /// Adds and changes the entries that are ours. Those of disputed platforms are a conflict already.
    fn entries(&mut self, result: &mut Editor, disputed: &HashSet<Platform>) -> Result<()> {
        let there = positions(result);
        let mut replaced: HashMap<&Platform, &Digest> = self.replaced();
        let mut added = Vec::new();
        for entry in &self.ours.entries {
            let digest = &entry.view.digest;
            let base = self.before.get(digest).map(|entry| entry.text.as_str());
            let is_disputed = entry.platform.as_ref().is_some_and(|platform| disputed.contains(platform));
            if is_disputed || base == Some(entry.text.as_str()) {
                continue;
            }
            let known = there.get(digest).copied();
            match (base, known.and_then(|at| Some((at, result.entries.get(at)?)))) {
                (_, Some((at, other))) => {
                    let texts = (base, entry.text.as_str(), other.text.as_str());
                    let text = merged(&format!("{digest} "), texts, &[], &mut self.conflicts)?;
                    result.rewrite(at, text)?;
                }
                (Some(base), None) if !same_text(base, &entry.text)? => {
                    self.conflicts.push(format!("{digest}: changed here, removed there"));
                }
                (Some(_), None) => {}
                (None, None) => {
                    let old = entry.platform.as_ref().and_then(|platform| replaced.remove(platform));
                    match old.and_then(|old| result.entries.get_mut(*there.get(old)?)) {
                        Some(place) => *place = Entry { is_kept: false, ..entry.clone() },
                        None => added.push(&entry.text),
                    }
                    result.touch();
                }
            }
        }
        // An index has a limit, and a list of docker's holds less: both are checked.
        for text in added {
            result.add(text, OnDuplicate::Keep)?;
        }
        for entry in result.entries.iter().filter(|entry| !entry.is_kept) {
            result.new_entry(&entry.text)?;
        }
        Ok(())
    }

    /// For each platform the image that we have removed: what we added for the platform takes its place.
    fn replaced(&self) -> HashMap<&'a Platform, &'a Digest> {
        let gone = self.base.entries.iter().filter(|entry| !self.here.contains_key(&entry.view.digest));
        gone.filter_map(|entry| Some((entry.platform.as_ref()?, &entry.view.digest))).collect()
    }

    /// Removes the entries that we have removed.
    fn removals(&mut self, result: &mut Editor) -> Result<()> {
        let there = by_digest(result);
        let mut gone = HashSet::new();
        for entry in &self.base.entries {
            let digest = &entry.view.digest;
            let Some(other) = there.get(digest).filter(|_| !self.here.contains_key(digest)) else { continue };
            match same_text(&entry.text, &other.text)? {
                true => _ = gone.insert(digest.clone()),
                false => self.conflicts.push(format!("{digest}: removed here, changed there")),
            }
        }
        if !gone.is_empty() {
            result.entries.retain(|entry| !gone.contains(&entry.view.digest));
            result.touch();
        }
        Ok(())
    }

    /// Finds attestations that have lost their image: one side removed it, and the other said something of it.
    fn orphans(&mut self, theirs: &Editor, result: &Editor) {
        let [ours, others, left] = [self.ours, theirs, result].map(digests);
        for entry in &result.entries {
            let Some(image) = entry.view.is_about().filter(|image| !left.contains(image)) else { continue };
            // Where both list it, it was disputed.
            if ours.contains(image) != others.contains(image) {
                let digest = &entry.view.digest;
                self.conflicts.push(format!("{digest} is about {image}, which one of the changes removes"));
            }
        }
    }
}

/// The digests of the images of each platform.
fn images(editor: &Editor) -> HashMap<&Platform, BTreeSet<&str>> {
    let mut images: HashMap<_, BTreeSet<_>> = HashMap::new();
    for entry in &editor.entries {
        if let Some(platform) = &entry.platform {
            images.entry(platform).or_default().insert(entry.view.digest.as_str());
        }
    }
    images
}

fn by_digest(editor: &Editor) -> HashMap<&Digest, &Entry> {
    editor.entries.iter().rev().map(|entry| (&entry.view.digest, entry)).collect()
}

fn digests(editor: &Editor) -> HashSet<&str> {
    editor.entries.iter().map(|entry| entry.view.digest.as_str()).collect()
}

fn positions(editor: &Editor) -> HashMap<Digest, usize> {
    editor.entries.iter().enumerate().rev().map(|(at, entry)| (entry.view.digest.clone(), at)).collect()
}

fn listed(images: Option<&BTreeSet<&str>>) -> String {
    match images {
        Some(images) => images.iter().copied().collect::<Vec<_>>().join(" and "),
        None => "removed".to_owned(),
    }
}
