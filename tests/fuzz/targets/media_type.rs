//! Media types, alone and as a header.

use multiarch::media_type::MediaType;

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] =
    &["application/", "vnd.oci.image.index.v1+json", "; charset=utf-8", "+json", "text/plain"];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::lines(&[
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "Application/JSON; charset=\"utf-8\"",
        "a/b",
        "text/html;a=b;c=d",
    ])
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    if let Ok(declared) = MediaType::parse_content_type(&text) {
        assert_eq!(declared.as_str(), declared.as_str().to_ascii_lowercase());
        assert_eq!(MediaType::parse_content_type(declared.as_str()).as_ref(), Ok(&declared));
    }
    match MediaType::parse(&text) {
        Ok(parsed) => {
            assert_eq!((parsed.as_str(), parsed.to_string()), (&*text, text.to_string()));
            assert!(text.is_ascii() && text.split('/').count() == 2 && text.len() <= 255, "{text}");
            let declared = MediaType::parse_content_type(&text).unwrap();
            assert_eq!(declared.as_str(), text.to_ascii_lowercase());
            kind(&["type", &format!("{:?}", parsed.family()), if parsed.is_docker() { "docker" } else { "" }])
        }
        Err(error) => kind_of(&error),
    }
}
