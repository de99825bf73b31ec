//! Objects of JavaScript, read and written property by property.

use js_sys::{Object, Reflect};
use serde::Serializer;
use wasm_bindgen::prelude::*;

/// A property; undefined when it is absent, when reading it throws, and on a value that is no object.
pub(super) fn property(value: &JsValue, name: &str) -> JsValue {
    if is_absent(value) {
        return JsValue::UNDEFINED;
    }
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a text; empty when it is anything else.
pub(super) fn text(value: &JsValue, name: &str) -> String {
    property(value, name).as_string().unwrap_or_default()
}

/// Whether a value is undefined or null.
pub(super) fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// Whether an object has a method.
pub(super) fn has_method(value: &JsValue, name: &str) -> bool {
    property(value, name).is_function()
}

/// Sets a property of an object that the core made.
pub(super) fn set(object: &Object, name: &str, value: &JsValue) {
    // Only a frozen or exotic object refuses, and this one is plain.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// An object of texts, absent ones left out. Not for documents: see the room's documentation.
pub(super) fn of_texts(fields: &[(&str, Option<&str>)]) -> JsValue {
    let given = fields.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    serde_wasm_bindgen::Serializer::json_compatible().collect_map(given).unwrap_or(JsValue::UNDEFINED)
}
