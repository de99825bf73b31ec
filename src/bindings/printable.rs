//! Text for a terminal.

use wasm_bindgen::prelude::*;

use crate::text::printable;

/// Text from a registry made safe for a terminal: controls and bidirectional marks become visible.
#[wasm_bindgen(js_name = printable)]
pub fn printable_text(text: &str) -> String {
    printable::printable(text).into_owned()
}
