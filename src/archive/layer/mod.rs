//! Layers: what each entry of a layer's tar adds to a file system, and what it removes.
//!
//! Source: OCI image-spec layer.md "Whiteouts". A file named `.wh.NAME` removes `NAME` of a lower layer, one named
//! `.wh..wh..opq` everything that lower layers have in its folder. Both hold for lower layers only, wherever they stand
//! among the entries of their own.

mod entry;
mod media;
mod reader;

pub use entry::{LayerEntry, LayerKind};
pub use media::{LayerType, layer_type};
pub use reader::{LayerReader, Read};

#[cfg(test)]
mod tests;
