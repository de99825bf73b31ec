//! Layers: entries as JSON text, one crossing a chunk.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::thrown::{Thrown, json, thrown};
use crate::archive::layer::{self, LayerEntry, layer_type};
use crate::error::Error;

/// What a layer of a media type is: JSON with `kind` and `compression`.
#[wasm_bindgen(js_name = layerType)]
pub fn layer_type_of(media_type: &str) -> String {
    json(&layer_type(media_type))
}

/// Reads the tar of a layer.
#[wasm_bindgen]
pub struct LayerReader(layer::LayerReader);

#[derive(Serialize)]
struct Read<'a> {
    entries: &'a [LayerEntry],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Error>,
}

#[wasm_bindgen]
impl LayerReader {
    /// Before the first byte of a layer that may have so many bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(most: f64) -> LayerReader {
        // A whole number below 2^53, or none: all that is beyond is no limit.
        LayerReader(layer::LayerReader::new(most as u64))
    }

    /// Takes the next bytes. JSON with `entries`, and the `error` that ended the layer after them; an empty text for
    /// neither.
    pub fn feed(&mut self, chunk: &[u8]) -> String {
        let read = self.0.feed(chunk);
        if read.entries.is_empty() && read.error.is_none() {
            return String::new();
        }
        json(&Read { entries: &read.entries, error: read.error.as_ref() })
    }

    /// The layer has no more bytes: JSON with the codes of what is odd about its end. Throws `ARCHIVE_INVALID` and
    /// `ARCHIVE_TRUNCATED`.
    pub fn finish(&self) -> Thrown<String> {
        let findings = self.0.finish().map_err(thrown)?;
        Ok(json(&findings.iter().map(|finding| finding.as_str()).collect::<Vec<_>>()))
    }
}
