//! [`Store`] over an object that a host passed in, and the text form of its entries.
//!
//! Methods are looked up by name and awaited, whatever they return. What a method throws keeps its code when
//! that is one of ours, so that a store can say `DRAFT_CORRUPT` for itself.

use js_sys::{Array, ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::document::copied;
use super::host::set;
use super::options::{self, Fields};
use super::rejection::property;
use super::{Thrown, json, thrown};
use crate::descriptor::{Annotations, Descriptor};
use crate::digest::Digest;
use crate::docker::drafts::draft::{self, Entry};
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::media_type::MediaType;

/// The store of one call.
pub(super) struct Store(pub(super) JsValue);

/// Reads an entry. Fails with `OPTION_INVALID` and as digests and media types do.
fn entry_of(value: &JsValue) -> Result<Entry> {
    let what = "an entry of a draft";
    let entry = Fields::of(what, value)?;
    let descriptor = entry.raw("descriptor");
    let given = Fields::of(what, &descriptor)?;
    Ok(Entry {
        reference: entry.required("ref")?,
        descriptor: descriptor_of(&given)?,
        raw: bytes(&entry.raw("raw"))?,
        manifest: entry.text("manifest")?,
    })
}

/// Reads a descriptor. Fails with `OPTION_INVALID` and as digests and media types do.
pub(super) fn descriptor_of(given: &Fields<'_>) -> Result<Descriptor> {
    let size = given
        .raw("size")
        .as_f64()
        .filter(|size| (0.0..=limits::SIZE as f64).contains(size) && size.fract() == 0.0);
    let size = size.ok_or_else(|| given.missing("size"))?;
    let digest = Digest::parse(&given.required("digest")?)?;
    let media_type = MediaType::parse(&given.required("mediaType")?)?;
    Ok(Descriptor {
        urls: given.texts("urls")?,
        annotations: annotations(&given.raw("annotations")),
        data: given.text("data")?,
        platform: options::optional_platform(given.raw("platform"))?,
        artifact_type: given.text("artifactType")?,
        ..Descriptor::new(media_type, digest, size as u64)
    })
}

fn annotations(value: &JsValue) -> Annotations {
    let Some(object) = value.dyn_ref::<Object>() else { return Annotations::default() };
    let members = Object::entries(object);
    let pairs = members.iter().filter_map(|pair| {
        let pair = Array::from(&pair);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    });
    Annotations::from_pairs(pairs.collect())
}

/// The bytes of a view, from whatever realm it is; none for nothing.
fn bytes(value: &JsValue) -> Result<Vec<u8>> {
    if value.is_undefined() || value.is_null() {
        return Ok(Vec::new());
    }
    if !ArrayBuffer::is_view(value) {
        return Err(Error::new(Code::OptionInvalid, "the raw manifest of an entry is bytes"));
    }
    let number = |name: &str| property(value, name).as_f64().unwrap_or_default() as u32;
    let buffer = property(value, "buffer");
    Ok(Uint8Array::new_with_byte_offset_and_length(&buffer, number("byteOffset"), number("byteLength"))
        .to_vec())
}

/// An entry as JavaScript has it.
pub(super) fn entry_value(entry: &Entry) -> JsValue {
    let object = Object::new();
    set(&object, "ref", &JsValue::from_str(&entry.reference));
    let descriptor = js_sys::JSON::parse(&json(&entry.descriptor)).unwrap_or(JsValue::UNDEFINED);
    set(&object, "descriptor", &descriptor);
    set(&object, "raw", &Uint8Array::from(entry.raw.as_slice()));
    if let Some(manifest) = &entry.manifest {
        set(&object, "manifest", &JsValue::from_str(manifest));
    }
    object.into()
}

/// Entries as an array.
pub(super) fn entries_value(entries: &[Entry]) -> Array {
    entries.iter().map(entry_value).collect()
}

/// The details of a store's errors that outlive the way through the core, all of them texts.
const FACTS: [&str; 6] = ["path", "reason", "list", "name", "other", "file"];

/// The error for what a store threw.
fn failure(thrown: &JsValue) -> Error {
    let text = |name: &str| property(thrown, name).as_string().filter(|text| !text.is_empty());
    let message = thrown.as_string().or_else(|| text("message"));
    let code = text("code").and_then(|name| Code::ALL.iter().copied().find(|code| code.as_str() == name));
    let error = Error::new(code.unwrap_or(Code::DraftUnavailable), "");
    let error = error.with_message(&message.unwrap_or_else(|| "the store of drafts failed".to_owned()));
    if code.is_none() {
        return error;
    }
    let details = property(thrown, "details");
    let error = FACTS.iter().fold(error, |error, name| match property(&details, name).as_string() {
        Some(fact) => error.with_detail(name, fact),
        None => error,
    });
    match text("hint") {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

impl Store {
    fn has(&self, method: &str) -> bool {
        property(&self.0, method).is_function()
    }

    async fn call(&self, method: &str, arguments: &[JsValue]) -> Result<JsValue> {
        let function = property(&self.0, method);
        let Some(function) = function.dyn_ref::<Function>() else {
            return Err(Error::new(Code::OptionInvalid, format!("the store has no method {method}")));
        };
        let returned = Reflect::apply(function, &self.0, &arguments.iter().collect());
        let returned = returned.map_err(|thrown| failure(&thrown))?;
        JsFuture::from(Promise::resolve(&returned)).await.map_err(|thrown| failure(&thrown))
    }
}

impl crate::docker::drafts::Store for Store {
    async fn list(&self) -> Result<Vec<String>> {
        let found = self.call("list", &[]).await?;
        let wrong = || Error::new(Code::OptionInvalid, "the store's `list` gave no list of texts");
        let list = found.dyn_ref::<Array>().ok_or_else(wrong)?;
        list.iter().map(|item| item.as_string()).collect::<Option<_>>().ok_or_else(wrong)
    }

    async fn read(&self, list: &str) -> Result<Option<Vec<Entry>>> {
        let found = self.call("read", &[JsValue::from_str(list)]).await?;
        if found.is_undefined() || found.is_null() {
            return Ok(None);
        }
        if !Array::is_array(&found) {
            return Err(Error::new(Code::OptionInvalid, "the store's `read` gave no list of entries"));
        }
        Array::from(&found).iter().map(|entry| entry_of(&entry)).collect::<Result<_>>().map(Some)
    }

    async fn write(&self, list: &str, entries: &[Entry]) -> Result<()> {
        self.call("write", &[JsValue::from_str(list), entries_value(entries).into()]).await.map(|_| ())
    }

    async fn remove(&self, list: &str) -> Result<bool> {
        self.call("remove", &[JsValue::from_str(list)]).await.map(|removed| removed.is_truthy())
    }

    async fn read_entry(&self, list: &str, reference: &str) -> Result<Option<Entry>> {
        if !self.has("readEntry") {
            let entries = self.read(list).await?.unwrap_or_default();
            return Ok(entries.into_iter().find(|entry| entry.reference == reference));
        }
        let arguments = [JsValue::from_str(list), JsValue::from_str(reference)];
        let found = self.call("readEntry", &arguments).await?;
        if found.is_undefined() || found.is_null() { Ok(None) } else { entry_of(&found).map(Some) }
    }

    async fn write_entry(&self, list: &str, entry: &Entry) -> Result<()> {
        if self.has("writeEntry") {
            let arguments = [JsValue::from_str(list), entry_value(entry)];
            return self.call("writeEntry", &arguments).await.map(|_| ());
        }
        let mut entries = self.read(list).await?.unwrap_or_default();
        match entries.iter_mut().find(|known| known.reference == entry.reference) {
            Some(known) => known.clone_from(entry),
            None => entries.push(entry.clone()),
        }
        self.write(list, &entries).await
    }

    async fn lock(&self, list: &str) -> Result<()> {
        if !self.has("enter") {
            return Ok(());
        }
        self.call("enter", &[JsValue::from_str(list)]).await.map(|_| ())
    }

    async fn unlock(&self, _list: &str) -> Result<()> {
        if !self.has("leave") {
            return Ok(());
        }
        self.call("leave", &[]).await.map(|_| ())
    }
}

/// Docker's file for an entry. Throws `OPTION_INVALID` also for one that [`decode_draft`] would refuse.
#[wasm_bindgen(js_name = encodeDraft)]
pub fn encode_draft(entry: JsValue) -> Thrown<String> {
    entry_of(&entry).and_then(|entry| draft::encode_to_keep(&entry)).map_err(thrown)
}

/// The entry in docker's file; `path` says where the file lies. Throws `DRAFT_CORRUPT`.
#[wasm_bindgen(js_name = decodeDraft)]
pub fn decode_draft(bytes: &Uint8Array, path: Option<String>) -> Thrown<JsValue> {
    let read = || draft::decode(&copied(bytes, limits::DRAFT_BYTES, Code::DraftCorrupt)?, path.as_deref());
    read().map(|entry| entry_value(&entry)).map_err(thrown)
}

/// The file name that docker gives to a reference.
#[wasm_bindgen(js_name = draftFileName)]
pub fn draft_file_name(reference: &str) -> String {
    draft::file_name(reference)
}
