//! [`Editor`]: an index changed without being written anew.
//!
//! An entry that is not touched keeps its text, byte for byte, and so does every member of the document that is
//! not named; members that this crate does not know survive. What is added is written as the image specification
//! wants it. Source: OCI image-spec, image-index.md and descriptor.md.

mod entry;
mod members;
mod merge;
mod text;

use std::collections::{BTreeMap, HashMap};

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::json::splice::{self, Element, Layout};
use crate::json::{self, quote};
use crate::limits::INDEX_ENTRIES;
use crate::manifest::edit::entry::{Entry, Known, image_key, is_about};
use crate::manifest::edit::text::{
    OF_ENTRY, OF_INDEX, annotated, changed, index_text, is_set, lost_of_entry, member, patched_platform,
    refused_in_list, with_known_member, with_raw_member,
};
use crate::manifest::{Document, Kind, parse_descriptor};
use crate::media_type::{DOCKER_LIST, MediaType, OCI_INDEX};
use crate::platform::write_json;

pub use entry::{Claim, Selector};
pub use text::{PlatformChange, descriptor_text, laid_over};

/// What happens to an entry for a platform that another entry is for already. Platforms are compared after
/// normalisation: `linux/arm64` and `linux/arm64/v8` are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDuplicate {
    /// `PLATFORM_DUPLICATE`, with both digests.
    #[default]
    Refuse,
    /// The new entry takes the place of the old one, whose attestations go with it.
    Replace,
    /// Both stay.
    Keep,
}

/// An index under change. Each method changes it at once and gives an error without changing anything.
#[derive(Clone, Debug)]
pub struct Editor {
    /// The document, its list of entries as it was.
    text: String,
    /// The white space before and behind the document.
    around: (String, String),
    media_type: MediaType,
    layout: Layout,
    entries: Vec<Entry>,
    /// Whether the list of entries is another one than the text has.
    is_changed: bool,
    /// Gathered by the first addition after another change.
    known: Option<Known>,
}

impl Editor {
    /// An empty index of a type: an OCI index or a Docker list. Fails with `NOT_AN_INDEX` for another type.
    pub fn new(media_type: &MediaType) -> Result<Editor> {
        Editor::empty(media_type, index_text(media_type, None, &BTreeMap::new())?)
    }

    /// As [`Editor::new`], laid out as docker and BuildKit do: two spaces for each level.
    pub fn new_indented(media_type: &MediaType) -> Result<Editor> {
        Editor::new_like(media_type, None, &BTreeMap::new())
    }

    /// As [`Editor::new_indented`], with what another index has beside its entries, and with more annotations. Fails with
    /// `MEDIA_TYPE_UNSUPPORTED` for what a Docker list cannot hold.
    pub fn new_like(
        media_type: &MediaType,
        like: Option<&Document>,
        annotations: &BTreeMap<String, String>,
    ) -> Result<Editor> {
        let text = index_text(media_type, like, annotations)?;
        let editor = Editor::empty(media_type, json::indent(&text, "  "))?;
        let lost = editor.lost_in_list()?;
        editor.refuse_in_list(lost.as_deref().unwrap_or_default(), lost.is_some())?;
        Ok(editor)
    }

    fn empty(media_type: &MediaType, text: String) -> Result<Editor> {
        if ![OCI_INDEX, DOCKER_LIST].contains(&media_type.as_str()) {
            return Err(Error::new(Code::NotAnIndex, format!("{media_type} is no type of an index")));
        }
        Editor::of(&Document::parse(text.into_bytes(), None, None)?)
    }

    /// The editor of an index that exists. Fails with `NOT_AN_INDEX` for another document, and as
    /// [`parse_descriptor`] does for an entry that cannot be used: it would be published again.
    pub fn of(index: &Document) -> Result<Editor> {
        if index.kind() != Kind::Index {
            let message = format!("this document is {}, not an index", index.media_type());
            return Err(Error::new(Code::NotAnIndex, message).with_hint("Only an index has entries to edit."));
        }
        let root = json::parse(index.bytes())?;
        let Some(list) = member(root, "manifests") else {
            return Err(Error::new(Code::NotAnIndex, "the document has no entries"));
        };
        let views = index.manifests().iter();
        let entries = list.elements().zip(views);
        let entries =
            entries.map(|(element, view)| Ok(Entry::new(element.text(), view.require()?.clone(), true)));
        let outer = Layout::of(root).unwrap_or_default();
        let (before, behind) = index.text().split_once(root.text()).unwrap_or_default();
        Ok(Editor {
            text: root.text().to_owned(),
            around: (before.to_owned(), behind.to_owned()),
            media_type: index.media_type().clone(),
            layout: Layout::of(list).unwrap_or_else(|| outer.nested()),
            entries: entries.collect::<Result<_>>()?,
            is_changed: false,
            known: None,
        })
    }

    /// The entries as they are now.
    pub fn entries(&self) -> impl Iterator<Item = &Descriptor> {
        self.entries.iter().map(|entry| &entry.view)
    }

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
        let text = match member(root, "platform") {
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

    /// Sets annotations of the index itself, and takes away those without a value. Fails with
    /// `MEDIA_TYPE_UNSUPPORTED` for a Docker list.
    pub fn annotate_index(&mut self, changes: &[(&str, Option<&str>)]) -> Result<&mut Editor> {
        self.refuse_in_list("annotations", changes.iter().any(|(_, value)| value.is_some()))?;
        self.text = annotated(&self.text, OF_INDEX, changes)?;
        Ok(self)
    }

    /// Sets or takes away the manifest that the index is about. Fails with `MEDIA_TYPE_UNSUPPORTED` for a Docker list.
    pub fn set_subject(&mut self, subject: Option<&Descriptor>) -> Result<&mut Editor> {
        self.refuse_in_list("subject", subject.is_some())?;
        let text = subject.map(descriptor_text);
        let root = json::parse(self.text.as_bytes())?;
        self.text = with_known_member(root, OF_INDEX, "subject", text.as_deref());
        Ok(self)
    }

    /// Sets or takes away the type of artifact that the index is. Fails with `MEDIA_TYPE_UNSUPPORTED` for a Docker list,
    /// and with `MEDIA_TYPE_INVALID`.
    pub fn set_artifact_type(&mut self, artifact_type: Option<&str>) -> Result<&mut Editor> {
        self.refuse_in_list("artifactType", artifact_type.is_some())?;
        let text = artifact_type.map(|text| Ok::<_, Error>(quote(MediaType::parse(text)?.as_str())));
        let text = text.transpose()?;
        let root = json::parse(self.text.as_bytes())?;
        self.text = with_known_member(root, OF_INDEX, "artifactType", text.as_deref());
        Ok(self)
    }

    /// Makes the index an OCI index or a Docker list. Fails with `MEDIA_TYPE_UNSUPPORTED`, naming the member, where a
    /// Docker list would lose one, and with `NOT_AN_INDEX` for another type.
    pub fn convert(&mut self, media_type: &MediaType) -> Result<&mut Editor> {
        let target = Editor::new(media_type)?;
        if self.media_type == target.media_type {
            return Ok(self);
        }
        if media_type.as_str() == DOCKER_LIST
            && let Some(lost) = self.lost_in_list()?
        {
            return Err(refused_in_list(&lost));
        }
        let text = quote(media_type.as_str());
        self.text = with_known_member(json::parse(self.text.as_bytes())?, OF_INDEX, "mediaType", Some(&text));
        self.media_type = media_type.clone();
        Ok(self)
    }

    /// Orders the entries by platform, so that the same entries in any order make one digest: `linux/amd64` first,
    /// which is what a tool takes that knows nothing of platforms, then by os, architecture, variant, version,
    /// features and digest; attestations behind all images, in the order of theirs.
    pub fn order_by_platform(&mut self) -> &mut Editor {
        let before: Vec<Digest> = self.entries.iter().map(|entry| entry.view.digest.clone()).collect();
        self.entries.sort_by_cached_key(|entry| image_key(&entry.view));
        let places = self.entries.iter().enumerate();
        let places: HashMap<String, usize> =
            places.map(|(at, entry)| (entry.view.digest.to_string(), at)).collect();
        self.entries.sort_by_cached_key(|entry| {
            let image = entry.view.is_about().and_then(|image| places.get(image));
            (entry.view.is_attestation(), image.copied())
        });
        self.is_changed |=
            self.entries.iter().zip(&before).any(|(entry, digest)| entry.view.digest != *digest);
        self
    }

    /// The index as it is now. Fails as [`Document::parse`] does.
    pub fn build(&self) -> Result<Document> {
        let text = match self.is_changed {
            true => {
                let elements: Vec<_> = self
                    .entries
                    .iter()
                    .map(|entry| match entry.is_kept {
                        true => Element::Kept(&entry.text),
                        false => Element::New(&entry.text),
                    })
                    .collect();
                let list = splice::array(&self.layout, &elements);
                with_raw_member(json::parse(self.text.as_bytes())?, "manifests", &list)?
            }
            false => self.text.clone(),
        };
        let (before, behind) = &self.around;
        let text = format!("{before}{text}{behind}");
        Document::parse(text.into_bytes(), Some(&self.media_type), None)
    }

    /// The entry that a text describes, which this type of index can hold.
    fn new_entry(&self, text: &str) -> Result<Entry> {
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

    fn touch(&mut self) {
        self.is_changed = true;
        self.known = None;
    }

    /// Takes over the changed text of an entry.
    fn rewrite(&mut self, at: usize, text: String) -> Result<()> {
        let view = parse_descriptor(text.as_bytes())?;
        if let Some(entry) = self.entries.get_mut(at)
            && entry.text != text
        {
            *entry = Entry::new(&text, view, entry.is_kept);
            self.touch();
        }
        Ok(())
    }

    fn refuse_in_list(&self, what: &str, is_set: bool) -> Result<()> {
        match is_set && self.media_type.as_str() == DOCKER_LIST {
            true => Err(refused_in_list(what)),
            false => Ok(()),
        }
    }

    /// The first member that a Docker list cannot hold.
    fn lost_in_list(&self) -> Result<Option<String>> {
        let root = json::parse(self.text.as_bytes())?;
        let own = ["annotations", "subject", "artifactType"].into_iter().find(|key| is_set(root, key));
        if let Some(key) = own {
            return Ok(Some(key.to_owned()));
        }
        for (at, entry) in self.entries.iter().enumerate() {
            if let Some(key) = lost_of_entry(json::parse(entry.text.as_bytes())?) {
                return Ok(Some(format!("manifests[{at}].{key}")));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    fn digest(digit: char) -> String {
        format!("sha256:{}", digit.to_string().repeat(64))
    }

    fn image(digit: char, platform: &str) -> String {
        let platform = Platform::parse(platform, None).unwrap();
        let mut text = String::new();
        write_json(&mut text, &platform);
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":7,"platform":{text},"x-own":[1]}}"#,
            digest(digit)
        )
    }

    fn attestation(digit: char, about: char) -> String {
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":7,"annotations":{{"vnd.docker.reference.digest":"{}","vnd.docker.reference.type":"attestation-manifest"}},"platform":{{"architecture":"unknown","os":"unknown"}}}}"#,
            digest(digit),
            digest(about)
        )
    }

    fn editor(entries: &[String]) -> Editor {
        let mut editor = Editor::new(&MediaType::parse(OCI_INDEX).unwrap()).unwrap();
        for entry in entries {
            editor.add(entry, OnDuplicate::Refuse).unwrap();
        }
        editor
    }

    fn digits(editor: &Editor) -> String {
        editor.entries().filter_map(|entry| entry.digest.encoded().chars().next()).collect()
    }

    fn platform(text: &str) -> Selector {
        Selector::Platform(Platform::parse(text, None).unwrap())
    }

    #[test]
    fn an_index_that_is_not_changed_keeps_its_bytes() {
        let text = format!("{{ \"manifests\" :[ {} ],\n\"schemaVersion\":2}}\n", image('a', "linux/amd64"));
        let index = Document::parse(text.clone().into_bytes(), None, None).unwrap();
        assert_eq!(Editor::of(&index).unwrap().build().unwrap().text(), text);
    }

    #[test]
    fn what_is_not_touched_keeps_its_text() {
        let kept = image('a', "linux/amd64").replace(',', " , ").replace("[1]", "[ 1 ]");
        let text = format!(
            "{{\n  \"schemaVersion\": 2,\n  \"manifests\": [\n    {kept},\n    {}\n  ],\n  \"own\": 1.50\n}}",
            image('b', "linux/arm64")
        );
        let index = Document::parse(text.clone().into_bytes(), None, None).unwrap();
        let mut editor = Editor::of(&index).unwrap();
        editor.annotate(&platform("linux/arm64/v8"), &[("k", Some("v"))]).unwrap();
        let changed = editor.build().unwrap();
        let entry = format!(r#"{}","size":7,"#, digest('b'));
        let expected = text.replace(&entry, &format!(r#"{entry}"annotations":{{"k":"v"}},"#));
        assert_eq!(changed.text(), expected);
        editor.annotate(&platform("linux/arm64"), &[("k", None)]).unwrap();
        assert_eq!(editor.build().unwrap().text(), text);
    }

    #[test]
    fn platforms_that_are_equal_after_normalisation_are_refused_by_name() {
        let mut editor = editor(&[image('a', "linux/arm64"), attestation('b', 'a')]);
        let other = image('c', "linux/arm64").replace(r#""os":"linux""#, r#""os":"linux","variant":"v8""#);
        let error = editor.add(&other, OnDuplicate::Refuse).unwrap_err();
        assert_eq!(error.code(), Code::PlatformDuplicate);
        assert!(error.message().contains(&digest('a')) && error.message().contains(&digest('c')));
        assert_eq!(digits(&editor), "ab");
        editor.add(&other, OnDuplicate::Keep).unwrap();
        assert_eq!(digits(&editor), "abc");
        let error = editor.remove(&platform("linux/arm64")).unwrap_err();
        assert_eq!(error.code(), Code::PlatformDuplicate);
    }

    #[test]
    fn a_replaced_image_takes_its_attestations_along() {
        let mut editor = editor(&[image('a', "linux/arm64"), attestation('b', 'a'), image('c', "linux/386")]);
        editor.add(&image('d', "linux/arm64"), OnDuplicate::Replace).unwrap();
        assert_eq!(digits(&editor), "dc");
        editor.add(&attestation('e', 'd'), OnDuplicate::Refuse).unwrap();
        editor.remove(&platform("linux/arm64")).unwrap();
        assert_eq!(digits(&editor), "c");
    }

    #[test]
    fn one_digest_is_one_entry() {
        assert_eq!(digits(&editor(&[image('a', "linux/arm64"), image('a', "linux/amd64")])), "a");
    }

    #[test]
    fn any_order_of_the_same_entries_makes_one_digest() {
        let entries = [
            attestation('e', 'a'),
            image('a', "linux/arm64"),
            attestation('f', 'b'),
            image('b', "linux/amd64"),
            image('c', "linux/386"),
        ];
        let mut forth = editor(&entries);
        let mut back = editor(&entries.iter().rev().cloned().collect::<Vec<_>>());
        forth.order_by_platform();
        back.order_by_platform();
        assert_eq!(digits(&forth), "bcafe");
        assert_eq!(forth.build().unwrap().digest(), back.build().unwrap().digest());
    }

    #[test]
    fn platforms_are_set_and_unset() {
        let mut editor = editor(&[image('a', "linux/arm"), image('b', "linux/amd64")]);
        let change = PlatformChange { variant: Some("v6".to_owned()), ..PlatformChange::default() };
        editor.set_platform(&platform("linux/arm/v7"), &change).unwrap();
        let built = editor.build().unwrap();
        assert_eq!(
            built.manifests().first().unwrap().require().unwrap().platform.as_ref().unwrap().variant,
            "v6"
        );
        assert!(built.text().contains(r#""x-own":[1]"#));
        let change =
            PlatformChange { architecture: Some("amd64".to_owned()), variant: Some(String::new()), ..change };
        let error = editor.set_platform(&platform("linux/arm/v6"), &change).unwrap_err();
        assert_eq!(error.code(), Code::PlatformDuplicate);
        let change = PlatformChange { os: Some(String::new()), ..PlatformChange::default() };
        let error = editor.set_platform(&platform("linux/amd64"), &change).unwrap_err();
        assert_eq!(error.code(), Code::PlatformInvalid);
    }

    #[test]
    fn a_docker_list_holds_no_annotations_and_says_what_would_be_lost() {
        let mut list = Editor::new(&MediaType::parse(DOCKER_LIST).unwrap()).unwrap();
        let error = list.annotate_index(&[("a", Some("b"))]).unwrap_err();
        assert_eq!(error.code(), Code::MediaTypeUnsupported);
        list.convert(&MediaType::parse(OCI_INDEX).unwrap()).unwrap();
        list.annotate_index(&[("a", Some("b"))]).unwrap();
        assert_eq!(list.build().unwrap().media_type().as_str(), OCI_INDEX);
        let error = list.convert(&MediaType::parse(DOCKER_LIST).unwrap()).unwrap_err();
        assert!(error.message().contains("annotations"));
        let mut index = editor(&[image('a', "linux/arm64"), attestation('b', 'a')]);
        let error = index.convert(&MediaType::parse(DOCKER_LIST).unwrap()).unwrap_err();
        assert!(error.message().contains("manifests[1].annotations"), "{error}");
    }

    #[test]
    fn an_entry_that_is_not_there_is_named_with_those_that_are() {
        let error = editor(&[image('a', "linux/arm64")]).remove(&platform("linux/s390x")).unwrap_err();
        assert_eq!(error.code(), Code::EntryUnknown);
        assert!(error.message().contains("linux/s390x"));
        assert!(error.detail("available").is_some());
    }

    #[test]
    fn subject_and_artifact_type_are_set_and_taken_away() {
        let mut editor = editor(&[]);
        let subject =
            Descriptor::new(MediaType::parse(OCI_INDEX).unwrap(), Digest::parse(&digest('a')).unwrap(), 2);
        editor.set_subject(Some(&subject)).unwrap().set_artifact_type(Some("a/b")).unwrap();
        let built = editor.build().unwrap();
        assert_eq!(built.subject(), Some(&subject));
        assert_eq!(built.artifact_type(), Some("a/b"));
        editor.set_subject(None).unwrap().set_artifact_type(None).unwrap();
        assert_eq!(editor.build().unwrap().text(), self::editor(&[]).build().unwrap().text());
    }
}
