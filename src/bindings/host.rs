//! The host of one call: the functions that the facade passes in, as the core's traits.

use js_sys::{Array, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::objects::{is_absent, set};
use super::options::Fields;
use super::thrown::rejected;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::http::{Clock, Observer, Retrying};
use crate::registry::{Credentials, Hasher, Keyring};

#[wasm_bindgen]
extern "C" {
    /// `Content` of `pkg/core/content.js`, which the host reads.
    pub type Content;

    /// Lets go of what was not read. Resolves always.
    #[wasm_bindgen(method)]
    pub(super) fn cancel(this: &Content) -> Promise;

    /// `CallHost` of `pkg/client/call-host.js`, anew for every call, so nothing is shared and nothing is locked. Nothing
    /// here throws; the promises reject with plain values, and as soon as the call's signal fires.
    pub type CallHost;

    /// The call's signal as plain values, or undefined.
    #[wasm_bindgen(method, getter, js_name = plainSignal)]
    fn plain_signal(this: &CallHost) -> JsValue;

    /// Sends the request, JSON, with a body. An answer ends the wait of this number.
    #[wasm_bindgen(method)]
    pub(super) fn send(this: &CallHost, number: u32, request: &str, body: Option<Uint8Array>);

    /// Reads the next bytes of some content, at most so many. They end the wait of this number.
    #[wasm_bindgen(method)]
    pub(super) fn part(this: &CallHost, number: u32, content: &Content, most: u32);

    /// Reads all bytes of some content, at most so many. They end the wait of this number.
    #[wasm_bindgen(method)]
    pub(super) fn all(this: &CallHost, number: u32, content: &Content, most: u32);

    /// Sends a request that outlives the call and whose answer is not read.
    #[wasm_bindgen(method)]
    pub(super) fn forget(this: &CallHost, request: &str, body: Option<Uint8Array>);

    /// Waits so many milliseconds.
    #[wasm_bindgen(method)]
    fn sleep(this: &CallHost, ms: f64) -> Promise;

    /// Resolves when the call is over.
    #[wasm_bindgen(method)]
    fn ended(this: &CallHost) -> Promise;

    /// Resolves to what the provider returned for a registry and `{ repository, actions, refused }`. `refused` is true where
    /// the registry did not take what was found, else absent.
    #[wasm_bindgen(method)]
    fn credentials(this: &CallHost, registry: &str, context: &Object) -> Promise;

    /// Resolves to whether a registry may be asked.
    #[wasm_bindgen(method)]
    fn allows(this: &CallHost, registry: &str) -> Promise;

    /// Resolves when the listener has heard `{ method, url, attempt, reason, delayMs }`.
    #[wasm_bindgen(method)]
    fn retried(this: &CallHost, event: &Object) -> Promise;

    /// The SHA-256 of bytes in hexadecimal; undefined where the core is to compute it.
    #[wasm_bindgen(method)]
    fn sha256(this: &CallHost, bytes: &[u8]) -> Option<String>;

    /// Tells the listener.
    #[wasm_bindgen(method)]
    fn progress(this: &CallHost, digest: &str, done: f64, total: f64);
}

/// What a host has, as a sum: credentials, a say in which registries may be asked, a listener, whether the call must not wait
/// for what another call wakes, and a hash of its own.
const HAS_CREDENTIALS: u32 = 1;
const HAS_ALLOWS: u32 = 2;
const HAS_LISTENER: u32 = 4;
const WAITS_ALONE: u32 = 8;
const HAS_HASH: u32 = 16;

/// The host of one call, and what it has.
pub(super) struct Host {
    pub(super) js: CallHost,
    flags: u32,
}

impl Host {
    pub(super) fn new(js: CallHost, flags: u32) -> Host {
        Host { js, flags }
    }

    /// The error for what one of the host's promises rejected with.
    pub(super) fn failed(&self, thrown: &JsValue) -> Error {
        rejected(thrown, &self.js.plain_signal())
    }

    fn is(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
}

impl Observer for Host {
    fn progress(&self, digest: &Digest, done: u64, total: u64) {
        if !self.is(HAS_LISTENER) {
            return;
        }
        // Sizes stay below 2^53. The facade keeps what a listener throws for the caller.
        self.js.progress(digest.as_str(), done as f64, total as f64);
    }

    async fn retrying(&self, retrying: &Retrying<'_>) -> Result<()> {
        if !self.is(HAS_LISTENER) {
            return Ok(());
        }
        let event = Object::new();
        set(&event, "method", &JsValue::from_str(retrying.method.as_str()));
        set(&event, "url", &JsValue::from_str(&retrying.url.to_string()));
        set(&event, "attempt", &JsValue::from_f64(f64::from(retrying.attempt)));
        set(&event, "reason", &JsValue::from_str(retrying.reason));
        set(&event, "delayMs", &JsValue::from_f64(retrying.delay_ms as f64));
        self.js.retried(&event).await.map(drop).map_err(|thrown| self.failed(&thrown))
    }
}

impl Clock for Host {
    fn now(&self) -> u64 {
        // Never negative and exact to 2^53: a clock before 1970 counts as 1970.
        js_sys::Date::now() as u64
    }

    async fn sleep(&self, ms: u64) -> Result<()> {
        self.js.sleep(ms as f64).await.map(drop).map_err(|thrown| self.failed(&thrown))
    }

    async fn ended(&self) -> Error {
        match self.js.ended().await {
            Ok(_) => Error::new(Code::Aborted, "the call has ended"),
            Err(thrown) => self.failed(&thrown),
        }
    }

    fn random(&self) -> u32 {
        (js_sys::Math::random() * f64::from(u32::MAX)) as u32
    }

    fn waits_alone(&self) -> bool {
        self.is(WAITS_ALONE)
    }
}

impl Hasher for Host {
    fn sha256(&self, bytes: &[u8]) -> Option<Digest> {
        let hex = if self.is(HAS_HASH) { self.js.sha256(bytes) } else { None };
        Digest::parse(&format!("sha256:{}", hex?)).ok()
    }
}

impl Keyring for Host {
    const IS_PROXIED: bool = !cfg!(feature = "direct");

    async fn allows(&self, domain: &str) -> Result<bool> {
        if !self.is(HAS_ALLOWS) {
            return Ok(true);
        }
        let answer = self.js.allows(domain).await.map_err(|thrown| self.failed(&thrown))?;
        Ok(answer.as_bool() == Some(true))
    }

    async fn credentials(
        &self,
        registry: &str,
        repository: Option<&str>,
        actions: &[&str],
    ) -> Result<Option<Credentials>> {
        self.found(registry, repository, actions, false).await
    }

    async fn newer_credentials(
        &self,
        registry: &str,
        repository: Option<&str>,
        actions: &[&str],
    ) -> Result<Option<Credentials>> {
        self.found(registry, repository, actions, true).await
    }
}

impl Host {
    /// The credentials that the provider returns. Fails as the provider does, and with `OPTION_INVALID`.
    async fn found(
        &self,
        registry: &str,
        repository: Option<&str>,
        actions: &[&str],
        refused: bool,
    ) -> Result<Option<Credentials>> {
        if !self.is(HAS_CREDENTIALS) {
            return Ok(None);
        }
        let context = Object::new();
        if let Some(repository) = repository {
            set(&context, "repository", &JsValue::from_str(repository));
        }
        let actions: Array = actions.iter().map(|action| JsValue::from_str(action)).collect();
        set(&context, "actions", &actions);
        if refused {
            set(&context, "refused", &JsValue::TRUE);
        }
        let answer = self.js.credentials(registry, &context).await.map_err(|thrown| self.failed(&thrown))?;
        if is_absent(&answer) {
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
