//! What the media type of a layer says about its bytes.

use serde::Serialize;

use crate::media_type::{Family, MediaType};

/// What a layer is, and how its tar is compressed. The compression is what the type says: the first bytes decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LayerType {
    /// `layer`; `foreign`, which registries need not hold; `encrypted`, which is read with a key only; or `unknown`.
    pub kind: &'static str,
    /// `gzip`, `zstd`, or `none`.
    pub compression: &'static str,
}

/// Reads a media type, whatever its form. Sources: image-spec "layer.md" and "Non-Distributable Layers", Docker's
/// "Image Manifest V2, Schema 2", and ocicrypt for the suffix `+encrypted`.
pub fn layer_type(media_type: &str) -> LayerType {
    let lower = media_type.to_ascii_lowercase();
    let (plain, is_encrypted) = match lower.strip_suffix("+encrypted") {
        Some(plain) => (plain, true),
        None => (lower.as_str(), false),
    };
    let compression = match plain.rsplit(['+', '.']).next() {
        Some("gzip") => "gzip",
        Some("zstd") => "zstd",
        _ => "none",
    };
    let kind = if is_encrypted {
        "encrypted"
    } else if plain.contains(".foreign.") || plain.contains(".nondistributable.") {
        "foreign"
    } else if MediaType::stated(plain).family() == Family::Layer {
        "layer"
    } else {
        "unknown"
    };
    LayerType { kind, compression }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_say_what_a_layer_is() {
        for (text, kind, compression) in [
            ("application/vnd.oci.image.layer.v1.tar", "layer", "none"),
            ("application/vnd.oci.image.layer.v1.tar+gzip", "layer", "gzip"),
            ("application/vnd.oci.image.layer.v1.tar+zstd", "layer", "zstd"),
            ("application/vnd.docker.image.rootfs.diff.tar.gzip", "layer", "gzip"),
            ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "foreign", "gzip"),
            ("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", "foreign", "zstd"),
            ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", "encrypted", "gzip"),
            ("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "unknown", "gzip"),
            ("application/vnd.in-toto+json", "unknown", "none"),
            ("", "unknown", "none"),
        ] {
            assert_eq!(layer_type(text), LayerType { kind, compression }, "{text}");
        }
    }
}
