//! [`Editor`]: an index changed without being written anew.
//!
//! An entry that is not touched keeps its text, byte for byte, and so does every member of the document that is
//! not named; members that this crate does not know survive. What is added is written as the image specification
//! wants it. Source: OCI image-spec, image-index.md and descriptor.md.

mod changes;
mod entry;
mod index;
mod list;
mod members;
mod merge;
mod text;

use std::collections::{BTreeMap, HashMap};

use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::json;
use crate::json::splice::{Element, Layout};
use crate::manifest::edit::entry::{Entry, Known, image_key};
use crate::manifest::edit::text::{index_text, is_set, lost_of_entry, refused_in_list};
use crate::manifest::{Document, Kind};
use crate::media_type::{DOCKER_LIST, MediaType, OCI_INDEX};

pub use entry::{Claim, Selector};
pub use list::{append, keep, single, texts};
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
    /// [`parse_descriptor`](crate::manifest::parse_descriptor) does for an entry that cannot be used: it would be published again.
    pub fn of(index: &Document) -> Result<Editor> {
        if index.kind() != Kind::Index {
            let message = format!("this document is {}, not an index", index.media_type());
            return Err(Error::new(Code::NotAnIndex, message).with_hint("Only an index has entries to edit."));
        }
        let root = json::parse(index.bytes())?;
        let Some(list) = root.member("manifests") else {
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

    /// Orders the entries by platform, so that the same entries in any order make one digest: `linux/amd64` first,
    /// which is what a tool takes that knows nothing of platforms, then by os, architecture, variant, version,
    /// features and digest; attestations behind all images, in the order of theirs.
    pub fn order_by_platform(&mut self) -> &mut Editor {
        let before: Vec<Digest> = self.entries.iter().map(|entry| entry.view.digest.clone()).collect();
        self.entries.sort_by_cached_key(|entry| image_key(&entry.view));
        // From 1 on: what is about nothing that the index has stands at 0.
        let places = (1..).zip(&self.entries);
        let places: HashMap<String, usize> =
            places.map(|(place, entry)| (entry.view.digest.to_string(), place)).collect();
        self.entries.sort_by_cached_key(|entry| {
            let image = entry.view.is_about().and_then(|image| places.get(image));
            (entry.view.is_attestation(), image.copied().unwrap_or_default())
        });
        self.is_changed |=
            self.entries.iter().zip(&before).any(|(entry, digest)| entry.view.digest != *digest);
        self
    }

    /// Fails with `MEDIA_TYPE_UNSUPPORTED` where a Docker list would get the member `what`, which it cannot hold.
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

    /// The index as it is now. Fails as [`Document::parse`] does.
    pub fn build(&self) -> Result<Document> {
        let text = match self.is_changed {
            true => {
                let elements = self.entries.iter().map(|entry| match entry.is_kept {
                    true => Element::Kept(&entry.text),
                    false => Element::New(&entry.text),
                });
                let elements: Vec<_> = elements.collect();
                list::written(&self.text, &self.layout, &elements)?
            }
            false => self.text.clone(),
        };
        let (before, behind) = &self.around;
        let text = format!("{before}{text}{behind}");
        Document::parse(text.into_bytes(), Some(&self.media_type), None)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::platform::{Platform, write_json};

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
