//! Indexes that are edited: the operations that the facade collected, applied to one [`Editor`].

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;

use super::document::{Document, copied};
use super::objects::is_absent;
use super::options::{self, Fields};
use super::thrown::{Thrown, thrown};
use crate::descriptor::{Annotations, Descriptor};
use crate::digest::{Algorithm, Digest};
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::manifest;
use crate::manifest::edit::{Editor, OnDuplicate, PlatformChange, Selector, descriptor_text};
use crate::media_type::MediaType;
use crate::platform::Platform;

#[wasm_bindgen]
impl Document {
    /// This index after the operations. Throws as the methods of [`Editor`] fail, with the position of the operation as
    /// the detail `operation`.
    pub fn edited(&self, operations: &Array) -> Thrown<Document> {
        Editor::of(self.inner()).and_then(|editor| applied(editor, operations)).map_err(thrown)
    }

    /// An empty index of a type after the operations. Throws as [`Document::edited`] does, and `MEDIA_TYPE_INVALID`.
    pub fn created(media_type: &str, operations: &Array) -> Thrown<Document> {
        let editor = MediaType::parse(media_type).and_then(|media_type| Editor::new(&media_type));
        editor.and_then(|editor| applied(editor, operations)).map_err(thrown)
    }
}

fn applied(mut editor: Editor, operations: &Array) -> Result<Document> {
    for (at, operation) in operations.iter().enumerate() {
        apply(&mut editor, &operation).map_err(|error| error.with_detail("operation", at as u64))?;
    }
    editor.build().map(Document::new)
}

fn apply(editor: &mut Editor, operation: &JsValue) -> Result<()> {
    let given = Fields::of("an operation", operation)?;
    let selector = || selector(given.raw("selector"));
    match given.required("name")?.as_str() {
        "add" => editor.add(&entry(&given)?, on_duplicate(&given)?),
        "replace" => editor.replace(&selector()?, &entry(&given)?),
        "remove" => remove(editor, &selector()?, given.is_set("ignoreMissing")),
        "setPlatform" => editor.set_platform(&selector()?, &platform_change(&given)?),
        "annotate" => annotate(editor, &given),
        "order" => Ok(editor.order_by_platform()),
        "subject" => editor.set_subject(subject(&given)?.as_ref()),
        "artifactType" => editor.set_artifact_type(given.text("artifactType")?.as_deref()),
        "merge" => editor.merge(&document(&given, "base")?, &document(&given, "ours")?),
        "convert" => editor.convert(&MediaType::parse(&given.required("mediaType")?)?),
        name => Err(Error::new(Code::OptionInvalid, format!("there is no operation {name}"))),
    }
    .map(|_| ())
}

fn remove<'a>(editor: &'a mut Editor, selector: &Selector, ignores: bool) -> Result<&'a mut Editor> {
    match editor.remove(selector).map(|_| ()) {
        Err(error) if ignores && error.code() == Code::EntryUnknown => Ok(editor),
        removed => removed.map(|()| editor),
    }
}

/// A document under this name, as its bytes and its type.
fn document(given: &Fields<'_>, name: &str) -> Result<manifest::Document> {
    let value = given.raw(name);
    let fields = Fields::of(name, &value)?;
    let media_type = MediaType::parse(&fields.required("mediaType")?)?;
    let bytes =
        copied(&Uint8Array::new(&fields.raw("bytes")), limits::MANIFEST_BYTES, Code::ManifestTooLarge)?;
    manifest::Document::parse(bytes, Some(&media_type), None)
}

/// The text of an entry as a document writes it; else of a descriptor, with the platform and the annotations that were
/// given beside it.
fn entry(given: &Fields<'_>) -> Result<String> {
    if let Some(text) = given.text("text")? {
        return Ok(text);
    }
    let value = given.raw("entry");
    let mut entry = options::descriptor(&Fields::of("the entry", &value)?)?;
    if let Some(platform) = options::optional_platform(given.raw("platform"))? {
        entry.platform = Some(complete(platform)?);
    }
    let mut annotations: Vec<(String, String)> =
        entry.annotations.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    for (key, value) in pairs(&given.raw("annotations")) {
        let value = value.unwrap_or_default();
        match annotations.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => annotations.push((key, value)),
        }
    }
    entry.annotations = Annotations::from_pairs(annotations);
    Ok(descriptor_text(&entry))
}

fn complete(platform: Platform) -> Result<Platform> {
    if platform.os.is_empty() || platform.architecture.is_empty() {
        return Err(Error::new(
            Code::PlatformInvalid,
            "the platform of an entry needs an os and an architecture",
        ));
    }
    Ok(platform)
}

fn subject(given: &Fields<'_>) -> Result<Option<Descriptor>> {
    let value = given.raw("entry");
    if is_absent(&value) {
        return Ok(None);
    }
    options::descriptor(&Fields::of("the subject", &value)?).map(Some)
}

fn annotate<'a>(editor: &'a mut Editor, given: &Fields<'_>) -> Result<&'a mut Editor> {
    let pairs = pairs(&given.raw("annotations"));
    let changes: Vec<_> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_deref())).collect();
    let target = given.raw("selector");
    match target.as_string().as_deref() {
        Some("index") => editor.annotate_index(&changes),
        _ => editor.annotate(&selector(target)?, &changes),
    }
}

/// The entry that a digest, a specifier or an object means.
fn selector(value: JsValue) -> Result<Selector> {
    let text = value.as_string().unwrap_or_default();
    let is_hash = text.split_once(':').is_some_and(|(name, _)| Algorithm::parse(name).is_ok());
    match Digest::parse(&text) {
        Ok(digest) => Ok(Selector::Digest(digest)),
        Err(error) if is_hash => Err(error),
        Err(_) => options::platform(value, None).map(Selector::Platform),
    }
}

pub(super) fn on_duplicate(given: &Fields<'_>) -> Result<OnDuplicate> {
    match given.text("onDuplicate")?.as_deref() {
        None | Some("refuse") => Ok(OnDuplicate::Refuse),
        Some("replace") => Ok(OnDuplicate::Replace),
        Some("keep") => Ok(OnDuplicate::Keep),
        Some(other) => Err(Error::new(Code::OptionInvalid, format!("onDuplicate cannot be {other}"))),
    }
}

fn platform_change(given: &Fields<'_>) -> Result<PlatformChange> {
    let value = given.raw("platform");
    let platform = Fields::of("the platform", &value)?;
    let has_features = !platform.raw("osFeatures").is_undefined();
    Ok(PlatformChange {
        os: platform.text("os")?,
        architecture: platform.text("architecture")?,
        variant: platform.text("variant")?,
        os_version: platform.text("osVersion")?,
        os_features: if has_features { Some(platform.texts("osFeatures")?) } else { None },
    })
}

/// The members of an object, with nothing for a value that is no text.
pub(super) fn pairs(value: &JsValue) -> Vec<(String, Option<String>)> {
    let Some(object) = value.dyn_ref::<Object>() else { return Vec::new() };
    let pairs = Object::entries(object).iter().map(|pair| Array::from(&pair)).collect::<Vec<_>>();
    pairs.iter().filter_map(|pair| Some((pair.get(0).as_string()?, pair.get(1).as_string()))).collect()
}
