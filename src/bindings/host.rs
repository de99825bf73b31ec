//! The host of one call: the functions that the facade passes in, as the core's traits.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::objects::{self, has_method, is_absent, property, set};
use super::options::Fields;
use super::thrown::rejected;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::http::{Clock, Observer, Retrying};
use crate::registry::{Credentials, Keyring};

/// What a call needs from outside: the object that the facade makes for it, anew for every call, so nothing is
/// shared and nothing is locked. Its members:
///
/// ```text
/// fetch         (url, init, attempt) => Promise<Response>
/// forget        (url, init) => Promise, for requests that outlive the call and whose answer is not read
/// requestInit   fields that every request gets
/// credentials   (registry, { repository, actions, refused }) => Promise<Credentials | undefined>; may be absent.
///               `refused` is true where the registry did not take what was found, else absent
/// allows        (registry) => Promise<boolean>, whether it may be asked; may be absent
/// until         (promise) => promise that rejects as soon as the signal fires
/// arriving      as `until`, and when nothing comes of the promise for too long
/// signal        the call's AbortSignal; may be absent
/// sleep         (ms) => Promise, which rejects when the signal fires
/// ended         () => Promise, which rejects when the signal fires and resolves when the call is over
/// retried       ({ method, url, attempt, reason, delayMs }) => Promise; may be absent
/// progress      (digest, done, total) => void; may be absent
/// waitsAlone    whether the call must not wait for what another call wakes
/// ```
///
/// They are read when they are needed: eleven handles in every future cost more than a lookup.
pub(super) struct Host(pub(super) JsValue);

impl Host {
    /// Calls one of the host's functions.
    pub(super) fn call(&self, name: &str, arguments: &[JsValue]) -> std::result::Result<JsValue, JsValue> {
        objects::call(&self.0, name, arguments)
    }

    /// The error for what one of the host's functions threw.
    pub(super) fn failed(&self, thrown: &JsValue) -> Error {
        rejected(thrown, &property(&self.0, "signal"))
    }

    fn has(&self, name: &str) -> bool {
        has_method(&self.0, name)
    }

    /// Waits for what a host's function returned: a promise or a plain value.
    pub(super) fn settled(
        &self,
        returned: std::result::Result<JsValue, JsValue>,
    ) -> impl Future<Output = std::result::Result<JsValue, JsValue>> {
        self.wait("until", returned)
    }

    /// Waits for the next part of a body.
    pub(super) fn arrived(
        &self,
        returned: std::result::Result<JsValue, JsValue>,
    ) -> impl Future<Output = std::result::Result<JsValue, JsValue>> {
        self.wait("arriving", returned)
    }

    /// Waits as the host's function `how` does.
    pub(super) async fn wait(
        &self,
        how: &str,
        returned: std::result::Result<JsValue, JsValue>,
    ) -> std::result::Result<JsValue, JsValue> {
        let until = self.call(how, &[Promise::resolve(&returned?).into()])?;
        JsFuture::from(Promise::resolve(&until)).await
    }
}

impl Observer for Host {
    fn progress(&self, digest: &Digest, done: u64, total: u64) {
        if !self.has("progress") {
            return;
        }
        // Sizes stay below 2^53. The facade keeps what a listener throws for the caller.
        let (done, total) = (JsValue::from_f64(done as f64), JsValue::from_f64(total as f64));
        let _ = self.call("progress", &[JsValue::from_str(digest.as_str()), done, total]);
    }

    async fn retrying(&self, retrying: &Retrying<'_>) -> Result<()> {
        if !self.has("retried") {
            return Ok(());
        }
        let event = Object::new();
        set(&event, "method", &JsValue::from_str(retrying.method.as_str()));
        set(&event, "url", &JsValue::from_str(&retrying.url.to_string()));
        set(&event, "attempt", &JsValue::from_f64(f64::from(retrying.attempt)));
        set(&event, "reason", &JsValue::from_str(retrying.reason));
        set(&event, "delayMs", &JsValue::from_f64(retrying.delay_ms as f64));
        let heard = self.call("retried", &[event.into()]);
        self.settled(heard).await.map(drop).map_err(|thrown| self.failed(&thrown))
    }
}

impl Clock for Host {
    fn now(&self) -> u64 {
        // Never negative and exact to 2^53: a clock before 1970 counts as 1970.
        js_sys::Date::now() as u64
    }

    async fn sleep(&self, ms: u64) -> Result<()> {
        let done = self.call("sleep", &[JsValue::from_f64(ms as f64)]);
        self.settled(done).await.map(drop).map_err(|thrown| self.failed(&thrown))
    }

    async fn ended(&self) -> Error {
        match self.settled(self.call("ended", &[])).await {
            Ok(_) => Error::new(Code::Aborted, "the call has ended"),
            Err(thrown) => self.failed(&thrown),
        }
    }

    fn random(&self) -> u32 {
        (js_sys::Math::random() * f64::from(u32::MAX)) as u32
    }

    fn waits_alone(&self) -> bool {
        property(&self.0, "waitsAlone").is_truthy()
    }
}

impl Keyring for Host {
    async fn allows(&self, domain: &str) -> Result<bool> {
        if !self.has("allows") {
            return Ok(true);
        }
        let answer = self.call("allows", &[JsValue::from_str(domain)]);
        let answer = self.settled(answer).await.map_err(|thrown| self.failed(&thrown))?;
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
        if !self.has("credentials") {
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
        let answer = self.call("credentials", &[JsValue::from_str(registry), context.into()]);
        let answer = self.settled(answer).await.map_err(|thrown| self.failed(&thrown))?;
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
