//! The registry client's calls that read, of every core: a blob and the tags.

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::call::Call;
use super::thrown::json;
use crate::descriptor::Descriptor;
use crate::error::Result;
use crate::http::Headers;
use crate::platform::Platform;
use crate::registry;
use crate::verbs::Resolved;

#[derive(Serialize)]
struct Resolution<'a> {
    descriptor: &'a Descriptor,
    reference: &'a str,
    /// The position chosen in each index from the root down.
    path: &'a [usize],
    /// What the config of a single image is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<&'a Platform>,
    /// The media type, the digest and the size of the root index.
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<(&'a str, &'a str, u64)>,
}

#[derive(Serialize)]
struct Page<'a> {
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
}

/// The size of a blob where the registry states it.
pub(super) fn stated_size(headers: &Headers) -> JsValue {
    registry::stated_size(headers).map_or(JsValue::UNDEFINED, |size| JsValue::from_f64(size as f64))
}

/// What a reference resolved to, as JSON.
pub(super) fn text_of(resolved: &Resolved) -> JsValue {
    JsValue::from_str(&json(&Resolution {
        descriptor: &resolved.descriptor,
        reference: &resolved.reference,
        path: &resolved.path,
        platform: resolved.platform.as_ref(),
        root: resolved
            .root
            .as_ref()
            .map(|root| (root.media_type().as_str(), root.digest().as_str(), root.size())),
    }))
}

/// The answer that carries the blob `digest` of `reference`'s repository, and the blob's size where the registry
/// states it. The reader verifies.
pub(super) async fn blob(call: &Call) -> Result<JsValue> {
    let (reference, digest) = (call.reference()?, call.digest()?);
    let response = registry::blob(call.session(), &reference, &digest).await?;
    let size = stated_size(&response.headers);
    Ok(Array::of2(&response.body.into_content(), &size).into())
}

/// One page of the tags of `reference`'s repository, the first or `page`, and where the next one is, as JSON.
pub(super) async fn tags(call: &Call) -> Result<JsValue> {
    let repository = call.reference()?;
    let page = registry::tags(call.session(), &repository, call.optional("page").as_deref()).await?;
    Ok(JsValue::from_str(&json(&Page { tags: &page.tags, next: page.next.as_deref() })))
}
