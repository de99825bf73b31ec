//! Panics: each is a defect, so the facade learns where it happened before the trap that it ends in.
//!
//! Nothing is printed. A message that was put together may hold what a document or a registry said, so only a message
//! that stands in the source crosses.

use std::panic::{PanicHookInfo, set_hook};

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Bound by `pkg/core/load.js`, which makes the glue. An empty `message` is one that does not cross.
    fn panicked(file: &str, line: u32, message: &str);
}

#[wasm_bindgen(start)]
fn start() {
    set_hook(Box::new(report));
}

fn report(panic: &PanicHookInfo<'_>) {
    let message = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or_default();
    let (file, line) = panic.location().map_or(("", 0), |place| (place.file(), place.line()));
    // Of a dependency, the path inside of cargo's folder says no more than the crate's name and version.
    let inside = file.split_once("registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    panicked(inside.map_or(file, |(_, inside)| inside), line, message);
}
