//! The JavaScript boundary.

// What wasm-bindgen expands to.
#![allow(unsafe_code, unreachable_pub)]

use wasm_bindgen::prelude::*;

use crate::{Decoder, Fault};

/// Decompresses what it is fed.
#[wasm_bindgen]
pub struct ZstdDecoder(Decoder);

#[wasm_bindgen]
impl ZstdDecoder {
    /// Before the first byte.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)]
    pub fn new() -> ZstdDecoder {
        ZstdDecoder(Decoder::new())
    }

    /// Takes the next compressed bytes.
    pub fn feed(&mut self, chunk: &[u8]) {
        self.0.feed(chunk);
    }

    /// There are no more.
    pub fn end(&mut self) {
        self.0.end();
    }

    /// The next decompressed bytes, none where more have to be fed, and none at the end. Throws the name of a fault.
    pub fn read(&mut self) -> Result<Vec<u8>, JsValue> {
        self.0.read().map_err(|fault| JsValue::from_str(name(fault)))
    }
}

fn name(fault: Fault) -> &'static str {
    match fault {
        Fault::Cut => "cut",
        Fault::Damaged => "damaged",
        Fault::Dictionary => "dictionary",
        Fault::Window => "memory",
    }
}
