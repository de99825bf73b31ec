//! The JavaScript boundary: the only room that names `wasm_bindgen`, `js_sys`, `gloo_net` and
//! `serde_wasm_bindgen`. One file per exported noun.
//!
//! What crosses is narrow. Options and platforms come in as objects, flat nouns go out as objects; documents
//! come in and go out as bytes and as JSON text, which keeps a key such as `__proto__` an ordinary key and costs
//! no more than a graph of objects. An error goes out as a thrown text: the JSON of [`Error`], from which
//! `pkg/core/errors.js` makes a `MultiarchError`. Whatever a host's function throws stays inside of a `Result`;
//! nothing here unwraps.
//!
//! What waits is a [`call`]: it takes `&self`, and its promise holds a handle of its own, so no borrow lasts while
//! one waits, and any number of them may run at once on one client.

// The attribute macros expand to unsafe code; nothing else here is. What they export need not be reachable
// from Rust.
#![allow(unsafe_code, unreachable_pub)]

mod call;
mod client;
mod config;
mod digest;
mod document;
mod edit;
mod fetch;
mod host;
mod list;
mod options;
mod panics;
mod platform;
mod reference;
mod rejection;
mod store;
mod writes;

use std::pin::Pin;

use js_sys::Promise;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::error::{Error, Result};

/// What an exported function returns: a value, or the thrown JSON text of an [`Error`].
type Thrown<T> = std::result::Result<T, JsValue>;

/// The error as it is thrown.
fn thrown(error: Error) -> JsValue {
    JsValue::from_str(&json(&error))
}

/// The promise of a call. Behind one pointer type, so that what drives promises is compiled once.
fn promise(call: impl Future<Output = Result<JsValue>> + 'static) -> Promise {
    let call: Pin<Box<dyn Future<Output = Thrown<JsValue>>>> = Box::pin(async { call.await.map_err(thrown) });
    future_to_promise(call)
}

/// JSON text of plain data.
fn json<T: Serialize + ?Sized>(value: &T) -> String {
    // Only maps with keys that are not text, and writers that fail, make this an error; neither exists here.
    serde_json::to_string(value).unwrap_or_default()
}

/// Texts by their names as an object, absent ones left out. Not for documents: see above.
fn object(fields: &[(&str, Option<&str>)]) -> JsValue {
    let given = fields.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    serde_wasm_bindgen::Serializer::json_compatible().collect_map(given).unwrap_or(JsValue::UNDEFINED)
}

/// Text from a registry made safe for a terminal: controls and bidirectional marks become visible.
#[wasm_bindgen]
pub fn printable(text: &str) -> String {
    crate::text::printable::printable(text).into_owned()
}
