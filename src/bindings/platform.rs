//! Platforms.

use wasm_bindgen::prelude::*;

use super::options;
use super::thrown::{Thrown, json, thrown};
use crate::platform::Platform;

/// Parses a specifier; the platform as JSON. Throws `PLATFORM_INVALID`.
#[wasm_bindgen(js_name = parsePlatform)]
pub fn parse_platform(specifier: &str, host: JsValue) -> Thrown<String> {
    let host = options::optional_platform(host).map_err(thrown)?;
    Platform::parse(specifier, host.as_ref()).map(|platform| json(&platform)).map_err(thrown)
}

/// The same platform in the one spelling that can be compared, as JSON. `host_os` fills an empty os.
#[wasm_bindgen(js_name = normalizePlatform)]
pub fn normalize_platform(platform: JsValue, host_os: &str) -> Thrown<String> {
    options::platform(platform, None).map(|platform| json(&platform.normalize(host_os))).map_err(thrown)
}

/// The platform's specifier.
#[wasm_bindgen(js_name = formatPlatform)]
pub fn format_platform(platform: JsValue) -> Thrown<String> {
    options::platform(platform, None).map(|platform| platform.to_string()).map_err(thrown)
}
