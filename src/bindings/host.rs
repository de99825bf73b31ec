//! The host of one call: the functions that the facade passes in, as the core's traits.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::fetch::{self, Body};
use super::options::Fields;
use super::rejection;
use crate::error::Result;
use crate::registry::{Clock, Credentials, Keyring, Read, Request, Response, Transport};

/// What a call needs from outside. Made anew for every call, so nothing is shared and nothing is locked.
pub(super) struct Host {
    /// `(url, init) => Promise<Response>`; called without a `this`.
    pub(super) fetch: JsValue,
    /// `(registry, { repository, actions }) => Promise<Credentials | undefined>`, or undefined.
    credentials: JsValue,
    /// `(promise) => promise` that rejects as soon as the signal fires.
    until: JsValue,
    /// The call's `AbortSignal`, or undefined.
    pub(super) signal: JsValue,
    /// Fields that every request of this host gets.
    pub(super) request_init: JsValue,
}

impl Host {
    /// Reads the object that the facade makes for a call.
    pub(super) fn new(value: JsValue) -> Result<Host> {
        let fields = Fields::of("the host", &value)?;
        Ok(Host {
            fetch: fields.raw("fetch"),
            credentials: fields.raw("credentials"),
            until: fields.raw("until"),
            signal: fields.raw("signal"),
            request_init: fields.raw("requestInit"),
        })
    }

    /// Waits for what a host's function returned: a promise or a plain value.
    pub(super) async fn settled(
        &self,
        returned: std::result::Result<JsValue, JsValue>,
    ) -> std::result::Result<JsValue, JsValue> {
        let promise = Promise::resolve(&returned?);
        let until = self.until.unchecked_ref::<Function>().call1(&JsValue::UNDEFINED, &promise)?;
        JsFuture::from(Promise::resolve(&until)).await
    }
}

impl Transport for Host {
    type Body = Body;

    async fn send(&self, request: Request) -> Result<Response<Body>> {
        fetch::send(self, request).await
    }

    async fn read(&self, body: Body, limit: usize) -> Result<Read> {
        fetch::read(self, body, limit).await
    }
}

impl Clock for Host {
    fn now(&self) -> u64 {
        // Never negative and exact to 2^53: a clock before 1970 counts as 1970.
        js_sys::Date::now() as u64
    }
}

impl Keyring for Host {
    async fn credentials(
        &self,
        registry: &str,
        repository: Option<&str>,
        actions: &[&str],
    ) -> Result<Option<Credentials>> {
        if !self.credentials.is_function() {
            return Ok(None);
        }
        let failed = |thrown: JsValue| rejection::error(&thrown, &self.signal);
        let context = Object::new();
        if let Some(repository) = repository {
            set(&context, "repository", &JsValue::from_str(repository));
        }
        let actions: Array = actions.iter().map(|action| JsValue::from_str(action)).collect();
        set(&context, "actions", &actions);
        let provider: &Function = self.credentials.unchecked_ref();
        let answer = provider.call2(&JsValue::UNDEFINED, &JsValue::from_str(registry), &context);
        let answer = self.settled(answer).await.map_err(failed)?;
        if answer.is_undefined() || answer.is_null() {
            return Ok(None);
        }
        let given = Fields::of("what `credentials` returned", &answer)?;
        Credentials::from_parts(
            given.text("username")?,
            given.text("password")?,
            given.text("identityToken")?,
            given.text("registryToken")?,
        )
    }
}

/// Sets a field of an object made here.
pub(super) fn set(object: &Object, name: &str, value: &JsValue) {
    // Only a frozen or exotic object refuses, and this one is plain.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}
