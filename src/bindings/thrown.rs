//! Errors in both directions: what exported functions throw, and what a host's function threw.
//!
//! Out, an error is JSON text. In, anything can be thrown: an `Error` with a chain of causes, the text that was passed to
//! `abort`, `undefined`. All of it is read as plain properties.

use std::pin::Pin;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::objects::{is_absent, property, text};
use super::tasks;
use crate::error::{Code, Error, Result};
use crate::http::network_error;

/// How many causes are read: Node wraps twice, and a chain may be a ring.
const CAUSES: usize = 4;

/// What an exported function returns: a value, or the thrown JSON text of an [`Error`].
pub(super) type Thrown<T> = std::result::Result<T, JsValue>;

/// The error as it is thrown.
pub(super) fn thrown(error: Error) -> JsValue {
    JsValue::from_str(&json(&error))
}

#[wasm_bindgen]
extern "C" {
    /// The two functions that settle a promise, which throw nothing.
    pub type Settled;

    #[wasm_bindgen(method)]
    fn resolve(this: &Settled, value: &JsValue);

    #[wasm_bindgen(method)]
    fn reject(this: &Settled, reason: &JsValue);
}

/// Runs a call and settles the promise that the facade made for it. Behind one pointer type, so that what drives calls is
/// compiled once.
pub(super) fn settle(call: impl Future<Output = Result<JsValue>> + 'static, promise: Settled) {
    let call: Pin<Box<dyn Future<Output = Result<JsValue>>>> = Box::pin(call);
    tasks::run(async move {
        match call.await {
            Ok(value) => promise.resolve(&value),
            Err(error) => promise.reject(&thrown(error)),
        }
    });
}

/// JSON text of plain data.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    // Only maps with keys that are not text, and writers that fail, make this an error; neither exists here.
    serde_json::to_string(value).unwrap_or_default()
}

/// The error for a rejection: `ABORTED` or `TIMEOUT` when the call's own signal fired, else what the network
/// table says.
pub(super) fn rejected(rejection: &JsValue, signal: &JsValue) -> Error {
    if property(signal, "aborted").is_truthy() {
        return aborted(&property(signal, "reason"));
    }
    let mut messages: Vec<String> = Vec::new();
    let (mut code, mut phase) = (String::new(), String::new());
    let mut cause = rejection.clone();
    for _ in 0..CAUSES {
        let message = cause.as_string().unwrap_or_else(|| text(&cause, "message"));
        if !message.is_empty() && !messages.contains(&message) {
            messages.push(message);
        }
        // The innermost code is the one that says why; a DOMException's number says nothing.
        let found = text(&cause, "code");
        if !found.is_empty() {
            code = found;
            phase = text(&cause, "phase");
        }
        // Node tries several addresses and throws all failures at once; the first speaks for them.
        let first = property(&property(&cause, "errors"), "0");
        cause = if first.is_undefined() { property(&cause, "cause") } else { first };
        if is_absent(&cause) {
            break;
        }
    }
    let message = messages.join(": ");
    let error = network_error(&text(rejection, "name"), &code, &message);
    match phase.is_empty() {
        true => error,
        false => error.with_detail("phase", phase),
    }
}

/// The error for a call whose signal fired for `reason`.
fn aborted(reason: &JsValue) -> Error {
    if text(reason, "name") == "TimeoutError" {
        return Error::new(Code::Timeout, "the call took longer than it was given");
    }
    let why = reason.as_string().unwrap_or_else(|| match text(reason, "name").as_str() {
        "AbortError" => String::new(),
        _ => text(reason, "message"),
    });
    let why: String = why.chars().take(200).collect();
    let message = if why.is_empty() {
        String::from("the call was aborted")
    } else {
        format!("the call was aborted: {why}")
    };
    Error::new(Code::Aborted, message)
}

/// The error for a rejection as JSON text, for bodies that the facade reads.
#[wasm_bindgen(js_name = rejection)]
pub fn rejection_text(rejection: JsValue, signal: JsValue) -> String {
    json(&rejected(&rejection, &signal))
}
