//! Digests: of bytes, of a stream, and as text.

use wasm_bindgen::prelude::*;

use super::objects::of_texts;
use super::thrown::{Thrown, thrown};
use crate::digest::{self, Algorithm, Digest};
use crate::error::{Code, Error};
use crate::text::counted;

/// The digest of `bytes`. Throws `DIGEST_UNSUPPORTED`.
#[wasm_bindgen(js_name = digest)]
pub fn digest_of(bytes: &[u8], algorithm: &str) -> Thrown<String> {
    let algorithm = Algorithm::parse(algorithm).map_err(thrown)?;
    Ok(Digest::of(algorithm, bytes).into())
}

/// The two halves of a digest as an object: `algorithm` and `encoded`. Throws `DIGEST_INVALID`.
#[wasm_bindgen(js_name = parseDigest)]
pub fn parse_digest(text: &str) -> Thrown<JsValue> {
    let digest = Digest::parse(text).map_err(thrown)?;
    Ok(of_texts(&[("algorithm", Some(digest.algorithm_name())), ("encoded", Some(digest.encoded()))]))
}

/// Computes a digest chunk by chunk.
#[wasm_bindgen]
pub struct Digester(digest::Digester);

#[wasm_bindgen]
impl Digester {
    /// Starts with no content. Throws `DIGEST_UNSUPPORTED`.
    #[wasm_bindgen(constructor)]
    pub fn new(algorithm: &str) -> Thrown<Digester> {
        Ok(Digester(digest::Digester::new(Algorithm::parse(algorithm).map_err(thrown)?)))
    }

    /// Takes the next bytes of the content.
    pub fn update(&mut self, chunk: &[u8]) {
        self.0.update(chunk);
    }

    /// The digest of everything taken so far.
    pub fn digest(&self) -> String {
        self.0.clone().finish().into()
    }
}

/// Holds what was read against what was promised: the size first, then the digest unless content is still
/// missing. Throws `SIZE_MISMATCH` or `DIGEST_MISMATCH`.
#[wasm_bindgen(js_name = verifyContent)]
pub fn verify_content(expected: &str, actual: Option<String>, size: Option<f64>, read: f64) -> Thrown<()> {
    let expected = Digest::parse(expected).map_err(thrown)?;
    if let Some(size) = size.filter(|size| *size != read) {
        let more = if read > size { "at least " } else { "" };
        // Both count bytes that JavaScript counted: whole and below 2^53.
        let (size, read) = (size as u64, read as u64);
        return Err(thrown(
            Error::new(
                Code::SizeMismatch,
                format!("content has {more}{}, expected {size}", counted(read, "byte")),
            )
            .with_detail("expected", size)
            .with_detail("actual", read)
            .with_detail("digest", expected.as_str()),
        ));
    }
    match actual {
        Some(actual) => Digest::parse(&actual).and_then(|actual| expected.expect(&actual)).map_err(thrown),
        None => Ok(()),
    }
}
