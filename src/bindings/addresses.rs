//! Addresses that a registry leads to.

use wasm_bindgen::prelude::*;

use crate::http::url::Machine;

/// Whether a registry may lead to a literal address: to a public one, and where it is `inside` a private network to a
/// private one, but never to a cloud machine's own credentials. False for what is no address.
#[wasm_bindgen(js_name = mayLeadTo)]
pub fn may_lead_to(text: &str, inside: bool) -> bool {
    let text = if text.contains(':') { format!("[{text}]") } else { text.to_owned() };
    matches!(Machine::parse(&text), Ok(Machine::Literal(address)) if address.is_public() || (inside && !address.is_metadata()))
}
