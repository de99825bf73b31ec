//! Image configs.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::document::{copied, optional_digest};
use super::thrown::{Thrown, json, thrown};
use crate::error::{Code, Result};
use crate::limits;
use crate::manifest::ImageConfig;
use crate::platform::Platform;

#[derive(Serialize)]
struct View<'a> {
    platform: &'a Platform,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<&'a str>,
}

/// What the core read as JSON, then the document's own text.
pub(super) fn pair(config: &ImageConfig) -> Array {
    let view = json(&View { platform: config.platform(), created: config.created() });
    Array::of2(&JsValue::from_str(&view), &JsValue::from_str(config.text()))
}

/// Reads a config, expected to be the content of `digest`. Throws `CONFIG_INVALID` and as documents do.
#[wasm_bindgen(js_name = parseImageConfig)]
pub fn parse_image_config(bytes: &Uint8Array, digest: Option<String>) -> Thrown<Array> {
    let read = || -> Result<Array> {
        let expected = optional_digest(digest)?;
        let bytes = copied(bytes, limits::CONFIG_BYTES, Code::ConfigInvalid)?;
        ImageConfig::parse(bytes, expected.as_ref()).map(|config| pair(&config))
    };
    read().map_err(thrown)
}
