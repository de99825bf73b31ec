//! Decompresses zstd, for hosts that have none of their own.
//!
//! [`Decoder`] takes the compressed bytes in pieces of any size and gives the decompressed ones as they come. Frames may
//! follow each other, and frames that are to be skipped may stand between them. What is held is bounded: a window, one
//! compressed block, and the piece that was fed last.
//!
//! A crate and a module of its own because most programs never need it: the package loads it for the first layer that is
//! compressed so, on a host that cannot decompress it.

#[cfg(target_arch = "wasm32")]
mod bindings;
mod decoder;

pub use decoder::{Decoder, Fault, WINDOW_BYTES};
