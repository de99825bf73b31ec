//! The registry client's calls that write.

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::call::Call;
use super::objects::is_absent;
use super::options::{self, Fields};
use super::thrown::json;
use super::transport::Body;
use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::limits::SIZE;
use crate::media_type::MediaType;
use crate::reference::Reference;
use crate::selection::Wanted;
use crate::verbs::{self, CopyOptions, Expect};

#[derive(Serialize)]
struct CopiedView<'a> {
    descriptor: &'a Descriptor,
    preserved: bool,
    referrers: &'a [Digest],
}

/// A digest, `null` for no such tag, or undefined for anything.
pub(super) fn expected(value: &JsValue) -> Result<Expect> {
    if value.is_undefined() {
        return Ok(Expect::Anything);
    }
    if value.is_null() {
        return Ok(Expect::Nothing);
    }
    match value.as_string() {
        Some(text) => Digest::parse(&text).map(Expect::Digest),
        None => Err(Error::new(
            Code::OptionInvalid,
            "expect takes a digest, or null for a tag that must not exist",
        )),
    }
}

/// `{ platforms, policy, attestations }`, a [`Wanted`] for each platform.
fn wanted(value: &JsValue) -> Result<CopyOptions> {
    let fields = Fields::of("the options of copy", value)?;
    let policy = options::policy(fields.text("policy")?.as_deref())?;
    let platforms = fields.raw("platforms");
    let options = CopyOptions {
        wanted: Vec::new(),
        no_attestations: fields.raw("attestations").as_bool() == Some(false),
        is_sparse: fields.is_set("sparse"),
        with_referrers: fields.is_set("referrers"),
    };
    if is_absent(&platforms) {
        return Ok(options);
    }
    let Some(platforms) = platforms.dyn_ref::<Array>().filter(|list| list.length() > 0) else {
        return Err(Error::new(Code::OptionInvalid, "platforms is not a list with at least one platform"));
    };
    let wanted = |platform| Ok(Wanted { platform: options::platform(platform, None)?, policy, host: None });
    let wanted = platforms.iter().map(wanted).collect::<Result<_>>()?;
    Ok(CopyOptions { wanted, ..options })
}

/// Pushes the document under `references` of one repository; its descriptor as JSON.
pub(super) async fn push(call: &Call) -> Result<JsValue> {
    let Some(document) = &call.document else {
        return Err(Error::new(Code::Internal, "a push without a document"));
    };
    let references = call.texts("references")?;
    let references: Vec<_> = references.iter().map(|text| Reference::parse(text)).collect::<Result<_>>()?;
    let expect = expected(&call.raw("expect"))?;
    let wait = call.raw("wait").is_truthy();
    let pushed = verbs::push(call.session(), document, &references, &expect, wait).await?;
    Ok(JsValue::from_str(&json(&pushed)))
}

/// Whether the registry took the blob `digest` over from the repository `from` into `to`.
pub(super) async fn mount(call: &Call) -> Result<JsValue> {
    let (from, to, digest) = (call.reference_at("from")?, call.reference_at("to")?, call.digest()?);
    verbs::mount_blob(call.session(), &digest, &from, &to).await.map(JsValue::from_bool)
}

/// Sends the blob `digest` of `size` bytes to `repository`; it is the `body` of `content`.
pub(super) async fn upload(call: &Call) -> Result<JsValue> {
    let body = Body::new(call.raw("content").unchecked_into());
    let (repository, digest) = (call.reference_at("repository")?, call.digest()?);
    let given = call.raw("size").as_f64().unwrap_or(-1.0);
    let size = Some(given as u64).filter(|whole| *whole as f64 == given && *whole <= SIZE);
    let size = size.ok_or_else(|| Error::new(Code::OptionInvalid, "size is a whole number of bytes"))?;
    let blob = Descriptor::new(MediaType::parse("application/octet-stream")?, digest, size);
    verbs::upload(call.session(), &repository, &blob, body).await.map(|()| JsValue::UNDEFINED)
}

/// Copies `from` to `to` with everything below it, or what is `wanted` of it; what was put, as JSON.
pub(super) async fn copy(call: &Call) -> Result<JsValue> {
    let wanted = wanted(&call.raw("wanted"));
    let (from, to, wanted) = (call.reference_at("from")?, call.reference_at("to")?, wanted?);
    let copied = verbs::copy(call.session(), &from, &to, &wanted).await?;
    let view = CopiedView {
        descriptor: &copied.descriptor,
        preserved: copied.is_preserved,
        referrers: &copied.referrers,
    };
    Ok(JsValue::from_str(&json(&view)))
}

/// Deletes the tag or the manifest `reference`.
pub(super) async fn delete(call: &Call) -> Result<JsValue> {
    verbs::delete(call.session(), &call.reference()?).await.map(|()| JsValue::UNDEFINED)
}
