//! What a host's function throws, made into an error of the core.
//!
//! Anything can be thrown: an `Error` with a chain of causes, the text that somebody passed to `abort`,
//! `undefined`. All of it is read as plain properties.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use super::json;
use crate::error::{Code, Error};
use crate::http::network_error;

/// How many causes are read: Node wraps twice, and nobody needs a ring followed.
const CAUSES: usize = 4;

/// A property that may not be there, on a value that may be no object.
pub(super) fn property(value: &JsValue, name: &str) -> JsValue {
    if value.is_undefined() || value.is_null() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn text(value: &JsValue, name: &str) -> String {
    property(value, name).as_string().unwrap_or_default()
}

/// The error for a rejection: `ABORTED` or `TIMEOUT` when the call's own signal fired, else what the network
/// table says.
pub(super) fn error(rejection: &JsValue, signal: &JsValue) -> Error {
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
        if cause.is_undefined() || cause.is_null() {
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

/// The error for a rejection as JSON, for bodies that the facade reads.
#[wasm_bindgen(js_name = rejection)]
pub fn rejected(rejection: JsValue, signal: JsValue) -> String {
    json(&error(&rejection, &signal))
}
