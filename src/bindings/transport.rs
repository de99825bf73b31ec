//! [`Transport`] over the fetch function of a [`Host`].
//!
//! A request goes out as `fetch(url, init)` with a plain `init`: constructing `Request` or `Headers` costs more
//! than the rest of the call in Node. An answer is the facade's reading of what the function returned: plain values,
//! headers that throw nothing, and a body of chunks that only the core holds (`pkg/core/foreign.js`).

use gloo_net::http::Headers as HostHeaders;
use js_sys::{Object, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::host::Host;
use super::objects::{call, property, set};
use crate::error::{Code, Error, Result};
use crate::http::{Headers, RESPONSE_HEADERS, Read, Request, Response, Transport};

/// The body of an answer. Dropped unread, it is cancelled: some hosts hold the connection until then.
pub(super) struct Body {
    answer: JsValue,
    /// The stream's reader once a part was read, and what is left of the chunk that arrived last.
    reader: JsValue,
    rest: Option<Uint8Array>,
    /// Whether it comes over the network, where a pause has a limit; content that a caller gives may pause freely.
    is_answer: bool,
}

impl Body {
    /// The body of an answer, or of anything else with a `body`.
    pub(super) fn new(answer: JsValue) -> Body {
        Body { answer, reader: JsValue::UNDEFINED, rest: None, is_answer: false }
    }

    /// The first bytes of a chunk, at most `limit`; what is left of it is kept.
    fn some_of(&mut self, chunk: Uint8Array, limit: usize) -> Vec<u8> {
        let taken = chunk.length().min(u32::try_from(limit).unwrap_or(u32::MAX));
        if taken < chunk.length() {
            self.rest = Some(chunk.subarray(taken, chunk.length()));
        }
        chunk.subarray(0, taken).to_vec()
    }

    /// The answer with its unread body.
    pub(super) fn into_answer(mut self) -> JsValue {
        std::mem::replace(&mut self.answer, JsValue::UNDEFINED)
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if !self.reader.is_undefined() {
            let _ = discard(call(&self.reader, "cancel", &[]));
            return;
        }
        let stream = property(&self.answer, "body");
        if !stream.is_undefined() && !stream.is_null() {
            let _ = discard(call(&stream, "cancel", &[]));
        }
    }
}

impl Transport for Host {
    type Body = Body;

    fn send(&self, request: Request) -> impl Future<Output = Result<Response<Body>>> {
        send(self, request)
    }

    fn read(&self, body: Body, limit: usize) -> impl Future<Output = Result<Read>> {
        read(self, body, limit)
    }

    fn read_some(&self, body: &mut Body, limit: usize) -> impl Future<Output = Result<Vec<u8>>> {
        read_some(self, body, limit)
    }

    fn send_and_forget(&self, request: Request) {
        send_and_forget(self, &request);
    }
}

/// Sends a request. Follows a redirect only where the host hides its target.
pub(super) async fn send(host: &Host, request: Request) -> Result<Response<Body>> {
    let answer = dispatch(host, &request, "manual").await?;
    if property(&answer, "type").as_string().as_deref() != Some("opaqueredirect") {
        return response(answer);
    }
    if !request.method.is_safe() {
        // Followed by the browser, the request body would go to any origin that the registry names.
        drop(Body::new(answer));
        return Err(Error::new(
            Code::RedirectRefused,
            "the registry redirects a write, and this host hides where to",
        ));
    }
    // A browser hides where it was sent. It drops credentials itself when it follows to another origin.
    drop(Body::new(answer));
    let answer = dispatch(host, &request, "follow").await?;
    let status = property(&answer, "status").as_f64();
    let landed = property(&answer, "url").as_string().unwrap_or_default();
    if status == Some(401.0) && origin(&landed) != origin(&request.url) {
        return Err(Error::new(
            Code::RedirectRefused,
            "the place that the registry redirects to asks for credentials",
        ));
    }
    response(answer)
}

async fn dispatch(host: &Host, request: &Request, redirect: &str) -> Result<JsValue> {
    let init = init_of(host, request, redirect);
    let attempt = JsValue::from_f64(f64::from(request.attempt));
    let answer = host.call("fetch", &[JsValue::from_str(&request.url), init.into(), attempt]);
    host.settled(answer).await.map_err(|thrown| host.failed(&thrown))
}

/// Sends a request without a signal, and discards the answer.
pub(super) fn send_and_forget(host: &Host, request: &Request) {
    let init = init_of(host, request, "manual");
    let _ = discard(host.call("forget", &[JsValue::from_str(&request.url), init.into()]));
}

fn init_of(host: &Host, request: &Request, redirect: &str) -> Object {
    let init = Object::new();
    if let Some(fields) = property(&host.0, "requestInit").dyn_ref::<Object>() {
        Object::assign(&init, fields);
    }
    let headers = Object::new();
    for (name, value) in &request.headers {
        set(&headers, name, &JsValue::from_str(value));
    }
    set(&init, "method", &JsValue::from_str(request.method.as_str()));
    set(&init, "headers", &headers);
    set(&init, "redirect", &JsValue::from_str(redirect));
    if let Some(registry) = &request.named_by {
        set(&init, "namedBy", &JsValue::from_str(registry));
    }
    if let Some(registry) = &request.on_behalf_of {
        set(&init, "onBehalfOf", &JsValue::from_str(registry));
    }
    if request.public_only {
        set(&init, "publicOnly", &JsValue::TRUE);
    }
    if let Some(body) = &request.body {
        set(&init, "body", &Uint8Array::from(body.as_slice()));
    }
    init
}

fn response(answer: JsValue) -> Result<Response<Body>> {
    // The facade made the answer: its `get` throws nothing, and notes what it could not read.
    let host_headers = HostHeaders::from_raw(property(&answer, "headers").unchecked_into());
    let headers: Headers = RESPONSE_HEADERS
        .iter()
        .filter_map(|name| host_headers.get(name).map(|value| (*name, value)))
        .collect();
    let status = property(&answer, "status").as_f64().filter(|status| (100.0..600.0).contains(status));
    let wrong = property(&answer, "wrong").as_string();
    let mut body = Body::new(answer);
    body.is_answer = true;
    match (status, wrong) {
        (Some(status), None) => Ok(Response { status: status as u16, headers, body }),
        (_, wrong) => {
            let message = wrong.unwrap_or_else(|| "the fetch function returned no status of HTTP".to_owned());
            Err(Error::new(Code::Network, "")
                .with_message(&message)
                .with_hint("Pass a `fetch` that returns what the platform's own fetch returns."))
        }
    }
}

/// Reads at most `limit` decoded bytes and cancels the rest.
pub(super) async fn read(host: &Host, mut body: Body, limit: usize) -> Result<Read> {
    let mut read = Read::default();
    loop {
        // One more than fits tells whether there is more.
        let part = read_some(host, &mut body, limit - read.bytes.len() + 1).await?;
        if part.is_empty() {
            return Ok(read);
        }
        read.bytes.extend(part);
        if read.bytes.len() > limit {
            read.bytes.truncate(limit);
            read.truncated = true;
            return Ok(read);
        }
    }
}

/// The next bytes of a body, at most `limit`; none at its end.
pub(super) async fn read_some(host: &Host, body: &mut Body, limit: usize) -> Result<Vec<u8>> {
    let failed = |thrown: JsValue| host.failed(&thrown);
    if let Some(rest) = body.rest.take() {
        return Ok(body.some_of(rest, limit));
    }
    if body.reader.is_undefined() {
        let stream = property(&body.answer, "body");
        if stream.is_null() {
            return Ok(Vec::new());
        }
        body.reader = call(&stream, "getReader", &[]).map_err(failed)?;
    }
    let step = call(&body.reader, "read", &[]);
    let step = if body.is_answer { host.arrived(step).await } else { host.settled(step).await };
    let step = step.map_err(failed)?;
    if property(&step, "done").is_truthy() {
        return Ok(Vec::new());
    }
    // The facade's own array, never empty.
    let chunk: Uint8Array = property(&step, "value").unchecked_into();
    Ok(body.some_of(chunk, limit))
}

/// Ignores how a promise settles.
fn discard(returned: std::result::Result<JsValue, JsValue>) -> std::result::Result<(), JsValue> {
    let promise = js_sys::Promise::resolve(&returned?);
    spawn_local(async move {
        let _ = JsFuture::from(promise).await;
    });
    Ok(())
}

/// Everything before the path.
fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(after..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| after + at);
    url.get(..path).unwrap_or(url)
}
