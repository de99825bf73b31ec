//! Changes of entries: added, removed, replaced, and what they say.

use super::entry::{Claim, Entry, Known, Selector, is_about};
use super::text::{
    OF_ENTRY, PlatformChange, annotated, changed, lost_of_entry, patched_platform, with_known_member,
    with_raw_member,
};
use super::{Editor, OnDuplicate, members};
use crate::error::{Code, Error, Result};
use crate::json;
use crate::limits::INDEX_ENTRIES;
use crate::manifest::parse_descriptor;
use crate::platform::write_json;

impl Editor {
    /// Adds an entry at the end: `text` is a descriptor as a document writes it, and keeps members that are not
    /// known here. The same digest twice is one entry.
    ///
    /// Fails with `PLATFORM_DUPLICATE`, `INDEX_TOO_LARGE`, with `MEDIA_TYPE_UNSUPPORTED` for what a Docker list cannot
    /// hold, and as [`parse_descriptor`] does.
    pub fn add(&mut self, text: &str, on_duplicate: OnDuplicate) -> Result<&mut Editor> {
        let entry = self.new_entry(text)?;
        let known = self.known.get_or_insert_with(|| {
            let mut known = Known::default();
            self.entries.iter().for_each(|entry| known.insert(entry));
            known
        });
        if known.digests.contains(&entry.view.digest) {
            return Ok(self);
        }
        let is_rival = entry.claim.as_ref().is_some_and(|claim| known.claims.contains(claim));
        if is_rival && on_duplicate != OnDuplicate::Keep {
            let Some(at) = self.position_of(entry.claim.as_ref()) else { return Ok(self) };
            if on_duplicate == OnDuplicate::Refuse {
                return Err(self.duplicate(at, &entry));
            }
            self.put(at, entry);
            return Ok(self);
        }
        if self.entries.len() >= INDEX_ENTRIES {
            let message = format!("an index has at most {INDEX_ENTRIES} entries");
            return Err(Error::new(Code::IndexTooLarge, message));
        }
        known.insert(&entry);
        self.entries.push(entry);
        self.is_changed = true;
        Ok(self)
    }

    /// Removes an entry, and the attestations that are about it. Fails with `ENTRY_UNKNOWN`, and with
    /// `PLATFORM_DUPLICATE` where several entries are for the platform.
    pub fn remove(&mut self, selector: &Selector) -> Result<&mut Editor> {
        let at = self.find(selector)?;
        let image = self.entries.remove(at).view.digest;
        self.entries.retain(|entry| !is_about(&entry.view, &image));
        self.touch();
        Ok(self)
    }

    /// Puts an entry in the place of another one, whose attestations go with it; nothing happens where it is the same.
    /// Fails as [`Editor::remove`] and [`Editor::add`] do.
    pub fn replace(&mut self, selector: &Selector, text: &str) -> Result<&mut Editor> {
        let at = self.find(selector)?;
        let entry = self.new_entry(text)?;
        if let Some(old) = self.entries.get(at)
            && members::same_text(&old.text, text)?
        {
            return Ok(self);
        }
        let is_other = |rival: &usize| *rival != at;
        if let Some(rival) = self.position_of(entry.claim.as_ref()).filter(is_other) {
            return Err(self.duplicate(rival, &entry));
        }
        self.put(at, entry);
        Ok(self)
    }

    /// Changes an entry's platform. Fails as [`Editor::remove`] does, with `PLATFORM_DUPLICATE` where the platform
    /// is another entry's already, and with `PLATFORM_INVALID` for one without os or architecture.
    pub fn set_platform(&mut self, selector: &Selector, change: &PlatformChange) -> Result<&mut Editor> {
        let at = self.find(selector)?;
        let Some(entry) = self.entries.get(at) else { return Ok(self) };
        let platform = changed(entry.view.platform.clone().unwrap_or_default(), change);
        if platform.os.is_empty() || platform.architecture.is_empty() {
            let message = format!("the platform of {} needs an os and an architecture", entry.view.digest);
            return Err(Error::new(Code::PlatformInvalid, message));
        }
        let claim = Some(Claim::on(&entry.view, platform.normalize("linux")));
        let rival = self.position_of(claim.as_ref()).filter(|rival| *rival != at);
        if let Some(rival) = rival {
            return Err(self.duplicate(rival, &Entry { claim, ..entry.clone() }));
        }
        let root = json::parse(entry.text.as_bytes())?;
        let text = match root.member("platform") {
            Some(old) if old.members().next().is_some() => {
                let old = patched_platform(old, change)?;
                with_raw_member(root, "platform", &old)?
            }
            _ => {
                let mut text = String::new();
                write_json(&mut text, &platform);
                with_known_member(root, OF_ENTRY, "platform", Some(&text))
            }
        };
        self.rewrite(at, text)?;
        Ok(self)
    }

    /// Sets annotations of an entry, and takes away those without a value. Fails as [`Editor::remove`] does, and with
    /// `MEDIA_TYPE_UNSUPPORTED` for an entry of a Docker list, which cannot hold any.
    pub fn annotate(&mut self, selector: &Selector, changes: &[(&str, Option<&str>)]) -> Result<&mut Editor> {
        self.refuse_in_list("annotations", changes.iter().any(|(_, value)| value.is_some()))?;
        let at = self.find(selector)?;
        if let Some(entry) = self.entries.get(at) {
            let text = annotated(&entry.text, OF_ENTRY, changes)?;
            self.rewrite(at, text)?;
        }
        Ok(self)
    }

    /// The entry that a text describes, which this type of index can hold.
    pub(super) fn new_entry(&self, text: &str) -> Result<Entry> {
        let view = parse_descriptor(text.as_bytes())?;
        let lost = lost_of_entry(json::parse(text.as_bytes())?);
        self.refuse_in_list(lost.unwrap_or_default(), lost.is_some())?;
        Ok(Entry::new(text, view, false))
    }

    /// The position of the entry that is meant.
    fn find(&self, selector: &Selector) -> Result<usize> {
        let is_meant = |entry: &Entry| match selector {
            Selector::Digest(digest) => entry.view.digest == *digest,
            Selector::Platform(platform) => {
                entry.platform.as_ref().is_some_and(|known| *known == platform.normalize("linux"))
            }
        };
        let mut found = self.entries.iter().enumerate().filter(|(_, entry)| is_meant(entry));
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(at),
            (Some((_, one)), Some((_, two))) => {
                let (one, two) = (&one.view.digest, &two.view.digest);
                let message = format!("{selector} is the platform of {one} and of {two}");
                Err(Error::new(Code::PlatformDuplicate, message).with_hint("Name the entry by its digest."))
            }
            _ => {
                let message = format!("the index has no entry {selector}");
                let known = self.entries.iter().filter_map(|entry| entry.platform.as_ref());
                let known: Vec<String> = known.map(|platform| platform.to_string()).collect();
                Err(Error::new(Code::EntryUnknown, message).with_detail("available", known))
            }
        }
    }

    /// The position of the first image with a claim.
    fn position_of(&self, claim: Option<&Claim>) -> Option<usize> {
        let claim = claim?;
        self.entries.iter().position(|entry| entry.claim.as_ref() == Some(claim))
    }

    fn duplicate(&self, at: usize, new: &Entry) -> Error {
        let platform = new.claim.as_ref().map(|claim| claim.platform.clone()).unwrap_or_default();
        let old = self.entries.get(at).map(|entry| entry.view.digest.to_string()).unwrap_or_default();
        let message = format!("{old} and {} are both for {platform}", new.view.digest);
        let error = Error::new(Code::PlatformDuplicate, message);
        error.with_detail("digests", vec![old, new.view.digest.to_string()])
    }

    /// Puts another entry in a place. The attestations of the old one go.
    fn put(&mut self, at: usize, new: Entry) {
        if let Some(entry) = self.entries.get_mut(at) {
            let old = std::mem::replace(entry, new).view.digest;
            self.entries.retain(|entry| !is_about(&entry.view, &old));
        }
        self.touch();
    }

    pub(super) fn touch(&mut self) {
        self.is_changed = true;
        self.known = None;
    }

    /// Takes over the changed text of an entry.
    pub(super) fn rewrite(&mut self, at: usize, text: String) -> Result<()> {
        let view = parse_descriptor(text.as_bytes())?;
        if let Some(entry) = self.entries.get_mut(at)
            && entry.text != text
        {
            *entry = Entry::new(&text, view, entry.is_kept);
            self.touch();
        }
        Ok(())
    }
}
