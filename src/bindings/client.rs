//! The registry client.

use std::rc::Rc;

use js_sys::{Array, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::document::{Document, SelectionView};
use super::host::Host;
use super::options::Fields;
use super::{Thrown, config, json, options, promise, thrown};
use crate::descriptor::Descriptor;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::limits;
use crate::reference::Reference;
use crate::registry::{self, Headers, Insecure, Options, Wanted};

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
    manifests: &'a [Descriptor],
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
    Ok(Options {
        insecure: insecure(&options)?,
        trusted_realms: options.texts("trustedRealms")?,
        user_agent: options.text("userAgent")?,
        via: options.text("via")?,
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

/// What a caller wants of an index: `{ platform, policy, host }`; nothing when no platform is given.
fn wanted(options: &JsValue) -> Result<Option<Wanted>> {
    let options = Fields::of("the options of the call", options)?;
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

    /// The descriptor that a reference names, as JSON.
    pub fn resolve(&self, host: JsValue, reference: String, options: JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let (reference, wanted) = (Reference::parse(&reference)?, wanted(&options)?);
            let resolved = client.resolve(&Host::new(host)?, &reference, wanted.as_ref()).await?;
            let text = json(&Resolution {
                descriptor: &resolved.descriptor,
                reference: &resolved.reference,
                selection: resolved.selection.as_ref().map(SelectionView::from),
                manifests: &resolved.entries,
                path: &resolved.path,
            });
            Ok(JsValue::from_str(&text))
        })
    }

    /// The document that a reference names.
    pub fn manifest(&self, host: JsValue, reference: String, options: JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let (reference, wanted) = (Reference::parse(&reference)?, wanted(&options)?);
            let document = client.manifest(&Host::new(host)?, &reference, wanted.as_ref()).await?;
            Ok(Document::new(document).into())
        })
    }

    /// The config of the image that a reference names: what the core read as JSON, and its text.
    pub fn config(&self, host: JsValue, reference: String, options: JsValue) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let (reference, wanted) = (Reference::parse(&reference)?, wanted(&options)?);
            let config = client.config(&Host::new(host)?, &reference, wanted.as_ref()).await?;
            Ok(config::pair(&config).into())
        })
    }

    /// The answer that carries a blob, and the blob's size where the registry states it. The reader verifies.
    pub fn blob(&self, host: JsValue, reference: String, digest: String) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let (reference, digest) = (Reference::parse(&reference)?, Digest::parse(&digest)?);
            let response = client.blob(&Host::new(host)?, &reference, &digest).await?;
            let size = stated_size(&response.headers);
            Ok(Array::of2(&response.body.into_answer(), &size).into())
        })
    }

    /// One page of tags and where the next one is, as JSON.
    pub fn tags(&self, host: JsValue, repository: String, page: Option<String>) -> Promise {
        let client = Rc::clone(&self.0);
        promise(async move {
            let repository = Reference::parse(&repository)?;
            let page = client.tags(&Host::new(host)?, &repository, page.as_deref()).await?;
            Ok(JsValue::from_str(&json(&Page { tags: &page.tags, next: page.next.as_deref() })))
        })
    }
}
