//! Drafts: the entries of a list as JavaScript has them, and docker's file for one of them.

use js_sys::{Array, ArrayBuffer, Object, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::document::{Document, copied};
use super::objects::{is_absent, property, set};
use super::options::{self, Fields};
use super::thrown::{Thrown, json, thrown};
use crate::descriptor::Annotations;
use crate::digest::Digest;
use crate::docker::drafts;
use crate::docker::drafts::draft::{self, Entry};
use crate::docker::drafts::listing::{Listing, Source};
use crate::error::{Code, Error, Result};
use crate::limits;

/// Reads an entry. Fails with `OPTION_INVALID` and as digests and media types do.
pub(super) fn entry_of(value: &JsValue) -> Result<Entry> {
    let what = "an entry of a draft";
    let entry = Fields::of(what, value)?;
    let descriptor = entry.raw("descriptor");
    let given = Fields::of(what, &descriptor)?;
    Ok(Entry {
        reference: entry.required("ref")?,
        descriptor: options::descriptor(&given)?,
        raw: bytes(&entry.raw("raw"))?,
        manifest: entry.text("manifest")?,
        listing: listing(&entry.raw("listing"))?,
    })
}

/// What an index says of an entry; nothing for undefined and null.
fn listing(value: &JsValue) -> Result<Option<Listing>> {
    if is_absent(value) {
        return Ok(None);
    }
    let given = Fields::of("the listing of an entry", value)?;
    let sources = given.raw("sources");
    let sources = sources.dyn_ref::<Array>().map(Array::iter).into_iter().flatten();
    let sources = sources.map(|source| {
        let source = Fields::of("a source of an entry", &source)?;
        Ok(Source {
            reference: source.required("ref")?,
            digest: Digest::parse(&source.required("digest")?)?,
            annotations: options::annotations(&source.raw("annotations")),
        })
    });
    Ok(Some(Listing { text: given.required("entry")?, sources: sources.collect::<Result<_>>()? }))
}

/// A source as JavaScript has it.
#[derive(Serialize)]
struct SourceView<'a> {
    #[serde(rename = "ref")]
    reference: &'a str,
    digest: &'a Digest,
    #[serde(skip_serializing_if = "Annotations::is_empty")]
    annotations: &'a Annotations,
}

#[derive(Serialize)]
struct ListingView<'a> {
    entry: &'a str,
    sources: Vec<SourceView<'a>>,
}

fn listing_view(listing: &Listing) -> ListingView<'_> {
    let sources = listing.sources.iter().map(|source| SourceView {
        reference: &source.reference,
        digest: &source.digest,
        annotations: &source.annotations,
    });
    ListingView { entry: &listing.text, sources: sources.collect() }
}

/// The bytes of a view, of any realm; none for undefined and null.
fn bytes(value: &JsValue) -> Result<Vec<u8>> {
    if is_absent(value) {
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
    if let Some(listing) = &entry.listing {
        let listing = js_sys::JSON::parse(&json(&listing_view(listing))).unwrap_or(JsValue::UNDEFINED);
        set(&object, "listing", &listing);
    }
    object.into()
}

/// Entries as an array.
pub(super) fn entries_value(entries: &[Entry]) -> Array {
    entries.iter().map(entry_value).collect()
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

/// The index of a draft's entries, each with all that the draft says of it. Throws `OPTION_INVALID`, and as an entry that an
/// index cannot hold fails.
#[wasm_bindgen(js_name = draftIndex)]
pub fn draft_index(entries: &Array) -> Thrown<Document> {
    let entries = entries.iter().map(|entry| entry_of(&entry)).collect::<Result<Vec<_>>>();
    entries.and_then(|entries| drafts::index(&entries)).map(Document::new).map_err(thrown)
}
