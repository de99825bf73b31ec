//! The registry client.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::call::Call;
use super::document::{Document, SelectionView};
use super::options::Fields;
use super::{Thrown, config, json, options, thrown};
use crate::descriptor::{Descriptor, Listed};
use crate::error::{Code, Error, Result};
use crate::http::{Headers, Retry};
use crate::limits;
use crate::registry::trust::check_origin;
use crate::registry::{self, Insecure, Options};
use crate::selection::Wanted;

/// A client: what it was told, and what it learned of each registry.
#[wasm_bindgen]
pub struct Client(pub(super) Rc<registry::Client>);

#[derive(Serialize)]
struct Resolution<'a> {
    descriptor: &'a Descriptor,
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection: Option<SelectionView<'a>>,
    /// The entries that the selection counts, and the position chosen in each index from the root down.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    manifests: &'a [Listed],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    path: &'a [usize],
}

#[derive(Serialize)]
struct Page<'a> {
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
}

/// The options that the core reads; those of the host (`fetch`, `credentials`, …) stay with the facade.
fn settings(value: &JsValue) -> Result<Options> {
    let options = Fields::of("the options of the client", value)?;
    let retry = Retry::default();
    let origins = |name| {
        let entries = options.texts(name)?;
        entries.iter().try_for_each(|entry| check_origin(entry)).map(|()| entries)
    };
    Ok(Options {
        insecure: insecure(&options)?,
        trusted_realms: origins("trustedRealms")?,
        upload_origins: origins("uploadOrigins")?,
        user_agent: options.text("userAgent")?,
        via: options.text("via")?,
        retry: Retry {
            attempts: options.count("attempts").unwrap_or(retry.attempts),
            max_delay_ms: options.count("maxDelayMs").map_or(retry.max_delay_ms, u64::from),
        },
        concurrency: options.count("concurrency"),
    })
}

/// `true` for all registries, or a list of their domains.
fn insecure(options: &Fields<'_>) -> Result<Insecure> {
    let value = options.raw("insecure");
    match value.as_bool() {
        Some(true) => Ok(Insecure::All),
        Some(false) => Ok(Insecure::None),
        None if value.is_undefined() || value.is_null() => Ok(Insecure::None),
        None if Array::is_array(&value) => options.texts("insecure").map(Insecure::Domains),
        None => Err(Error::new(Code::OptionInvalid, "insecure is true, false, or a list of domains")),
    }
}

/// What a caller wants of an index, `wanted`: `{ platform, policy, host }`; nothing when no platform is given.
fn wanted(call: &Call) -> Result<Option<Wanted>> {
    let options = call.raw("wanted");
    let options = Fields::of("the options of the call", &options)?;
    let host = options::optional_platform(options.raw("host"))?;
    let policy = options::policy(options.text("policy")?.as_deref())?;
    let platform = options.raw("platform");
    if platform.is_undefined() || platform.is_null() {
        return Ok(None);
    }
    let platform = options::platform(platform, host.as_ref())?;
    Ok(Some(Wanted { platform, policy, host }))
}

/// The size of a blob where the registry states it. A length of encoded bytes says nothing about the content.
fn stated_size(headers: &Headers) -> JsValue {
    let stated = match headers.get("content-encoding") {
        None => headers.get("content-length").and_then(|text| text.parse::<u64>().ok()),
        Some(_) => None,
    };
    let stated = stated.filter(|size| *size <= limits::SIZE);
    stated.map_or(JsValue::UNDEFINED, |size| JsValue::from_f64(size as f64))
}

#[wasm_bindgen]
impl Client {
    /// A client that knows nothing yet. Throws `OPTION_INVALID`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Thrown<Client> {
        settings(&options).map(|options| Client(Rc::new(registry::Client::new(options)))).map_err(thrown)
    }
}

/// The descriptor that `reference` names, as JSON; with `wanted`, the one of the entry for a platform.
pub(super) async fn resolve(call: &Call) -> Result<JsValue> {
    let (reference, wanted) = (call.reference("reference")?, wanted(call)?);
    let resolved = call.client.resolve(&call.host, &reference, wanted.as_ref()).await?;
    let text = json(&Resolution {
        descriptor: &resolved.descriptor,
        reference: &resolved.reference,
        selection: resolved.selection.as_ref().map(SelectionView::from),
        manifests: &resolved.entries,
        path: &resolved.path,
    });
    Ok(JsValue::from_str(&text))
}

/// The document that `reference` names; with `wanted`, the one for a platform.
pub(super) async fn manifest(call: &Call) -> Result<JsValue> {
    let (reference, wanted) = (call.reference("reference")?, wanted(call)?);
    let document = call.client.manifest(&call.host, &reference, wanted.as_ref()).await?;
    Ok(Document::new(document).into())
}

/// The bytes that `reference` names, whatever they say; with `wanted`, those of the document for a platform.
pub(super) async fn raw(call: &Call) -> Result<JsValue> {
    let (reference, wanted) = (call.reference("reference")?, wanted(call)?);
    let fetched = call.client.raw(&call.host, &reference, wanted.as_ref()).await?;
    Ok(Uint8Array::from(fetched.bytes.as_slice()).into())
}

/// The config of the image that `reference` names: what the core read as JSON, and its text.
pub(super) async fn config(call: &Call) -> Result<JsValue> {
    let (reference, wanted) = (call.reference("reference")?, wanted(call)?);
    let config = call.client.config(&call.host, &reference, wanted.as_ref()).await?;
    Ok(config::pair(&config).into())
}

/// The answer that carries the blob `digest` of `reference`'s repository, and the blob's size where the registry
/// states it. The reader verifies.
pub(super) async fn blob(call: &Call) -> Result<JsValue> {
    let (reference, digest) = (call.reference("reference")?, call.digest()?);
    let response = call.client.blob(&call.host, &reference, &digest).await?;
    let size = stated_size(&response.headers);
    Ok(Array::of2(&response.body.into_answer(), &size).into())
}

/// Whether `registry` asked for the host's credentials; rejects when it does not take them.
pub(super) async fn login(call: &Call) -> Result<JsValue> {
    call.client.login(&call.host, &call.text("registry")).await.map(JsValue::from_bool)
}

/// What the registry of `reference` tells of its limits, as JSON.
pub(super) async fn rate_limit(call: &Call) -> Result<JsValue> {
    let told = call.client.rate_limit(&call.host, &call.reference("reference")?).await?;
    Ok(JsValue::from_str(&json(&told)))
}

/// One page of the tags of `reference`'s repository, the first or `page`, and where the next one is, as JSON.
pub(super) async fn tags(call: &Call) -> Result<JsValue> {
    let repository = call.reference("reference")?;
    let page = call.client.tags(&call.host, &repository, call.optional("page").as_deref()).await?;
    Ok(JsValue::from_str(&json(&Page { tags: &page.tags, next: page.next.as_deref() })))
}
