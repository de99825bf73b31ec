//! The calls that read, beside those of [`super::reads`], which the inspector's first view does without.

use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::call::Call;
use super::config;
use super::document::Document;
use super::options;
use super::reads::{stated_size, text_of};
use super::thrown::json;
use crate::descriptor::Listed;
use crate::error::Result;
use crate::platform::Platform;
use crate::selection::{Policy, Wanted};
use crate::{registry, verbs};

#[derive(Serialize)]
struct ReferrersView<'a> {
    subject: String,
    referrers: &'a [Listed],
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
}

/// What a caller wants of an index, `wanted`: `{ platform, policy, host }`; nothing when no platform is given.
fn wanted(call: &Call) -> Result<Option<Wanted>> {
    if let Some(specifier) = call.given.only_platform() {
        let platform = Platform::parse(&specifier, None)?;
        return Ok(Some(Wanted { platform, policy: Policy::default(), host: None }));
    }
    let Some(given) = call.given.wanted() else { return Ok(None) };
    let host = given.host().map(|host| options::platform(host, None)).transpose()?;
    let policy = options::policy(given.policy().as_deref())?;
    let Some(platform) = given.platform() else { return Ok(None) };
    let platform = options::platform(platform, host.as_ref())?;
    Ok(Some(Wanted { platform, policy, host }))
}

/// Whether calls about `registry` may begin. Fails as they would, with `REGISTRY_REFUSED`.
pub(super) async fn may_ask(call: &Call) -> Result<JsValue> {
    registry::trust::may_ask(&call.client.options, &call.host, &call.text("registry"))
        .await
        .map(|()| JsValue::UNDEFINED)
}

/// The descriptor that `reference` names, as JSON; with `wanted`, the one of the entry for a platform, and of the index that it
/// was chosen from what finds it among the contents that the facade has read for the call. Most callers never ask what else
/// there was to choose from.
pub(super) async fn resolve(call: &Call) -> Result<JsValue> {
    let (reference, wanted) = (call.reference()?, wanted(call)?);
    let resolved = verbs::resolve(call.session(), &reference, wanted.as_ref()).await?;
    Ok(text_of(&resolved))
}

/// The document that `reference` names; with `wanted`, the one for a platform.
pub(super) async fn manifest(call: &Call) -> Result<JsValue> {
    let (reference, wanted) = (call.reference()?, wanted(call)?);
    let document = verbs::manifest(call.session(), &reference, wanted.as_ref()).await?;
    Ok(Document::new(document).into())
}

/// The bytes that `reference` names, verified and not parsed; with `wanted`, those of the document for a platform.
pub(super) async fn raw(call: &Call) -> Result<JsValue> {
    let (reference, wanted) = (call.reference()?, wanted(call)?);
    let fetched = verbs::raw(call.session(), &reference, wanted.as_ref()).await?;
    Ok(Uint8Array::from(fetched.bytes.as_slice()).into())
}

/// The config of the image that `reference` names: what the core read as JSON, and its text.
pub(super) async fn config(call: &Call) -> Result<JsValue> {
    let (reference, wanted) = (call.reference()?, wanted(call)?);
    let config = verbs::config(call.session(), &reference, wanted.as_ref()).await?;
    Ok(config::pair(&config).into())
}

/// The size of the blob `digest` of `reference`'s repository, as the registry states it without sending it; undefined
/// where it states none. Fails with `BLOB_UNKNOWN` where the blob is not there.
pub(super) async fn blob_size(call: &Call) -> Result<JsValue> {
    let (reference, digest) = (call.reference()?, call.digest()?);
    let headers = registry::blob_headers(call.session(), &reference, &digest).await?;
    Ok(stated_size(&headers))
}

/// Whether `registry` asked for the host's credentials. Fails with `UNAUTHORIZED` when it refuses them.
pub(super) async fn login(call: &Call) -> Result<JsValue> {
    registry::login(call.session(), &call.text("registry")).await.map(JsValue::from_bool)
}

/// The rate limit that the registry of `reference` states, as JSON.
pub(super) async fn rate_limit(call: &Call) -> Result<JsValue> {
    let limits = registry::rate_limit(call.session(), &call.reference()?).await?;
    Ok(JsValue::from_str(&json(&limits)))
}

/// A page of what refers to the manifest `reference`, the first or `page`, of `artifactType` where one is given;
/// and where the next page is, as JSON.
pub(super) async fn referrers(call: &Call) -> Result<JsValue> {
    let reference = call.reference()?;
    let (artifact_type, page) = (call.optional("artifactType"), call.optional("page"));
    let found =
        registry::referrers(call.session(), &reference, artifact_type.as_deref(), page.as_deref()).await?;
    let view = ReferrersView {
        subject: found.subject.canonical(),
        referrers: &found.referrers,
        next: found.next.as_deref(),
    };
    Ok(JsValue::from_str(&json(&view)))
}
