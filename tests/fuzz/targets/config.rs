//! Image configs: both ways of reading a platform agree, and what is read stands there.

use multiarch::manifest::ImageConfig;
use serde_json::Value;

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = seeds::DOCUMENT_WORDS;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::files("data/vectors/image-spec/config")
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let platform = ImageConfig::platform_of(input, None);
    let config = match ImageConfig::parse(input.to_vec(), None) {
        Ok(config) => config,
        Err(error) => return kind_of(&error),
    };
    assert_eq!(config.bytes(), input);
    config.digest().verify(input).unwrap();
    // The reading that an image is chosen by refuses a platform that the lenient one leaves empty.
    if let Ok(platform) = platform {
        assert_eq!(*config.platform(), platform, "the two readings of a platform differ");
    }
    if let Ok(root) = serde_json::from_slice::<Value>(input) {
        assert_eq!(root["os"].as_str().unwrap_or_default(), config.platform().os);
        assert!(config.created().is_none_or(|created| root["created"] == created));
    }
    kind(&["config", &config.platform().os])
}
