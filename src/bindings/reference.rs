//! References.

use wasm_bindgen::prelude::*;

use super::objects::of_texts;
use super::thrown::{Thrown, thrown};
use crate::reference::Reference;

/// Docker's normalising parse as an object. Throws `REFERENCE_INVALID`.
#[wasm_bindgen(js_name = parseReference)]
pub fn parse_reference(text: &str) -> Thrown<JsValue> {
    let reference = Reference::parse(text).map_err(thrown)?;
    Ok(of_texts(&[
        ("domain", Some(reference.domain())),
        ("path", Some(reference.path())),
        ("tag", reference.tag()),
        ("digest", reference.digest().map(|digest| digest.as_str())),
        ("name", Some(&reference.name())),
        ("familiar", Some(&reference.familiar())),
        ("canonical", Some(&reference.canonical())),
    ]))
}
