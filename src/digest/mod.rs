//! [`Digest`]: the name of content by its hash, and [`Digester`], which computes one chunk by chunk.
//!
//! Sources: OCI image-spec descriptor.md "Digests" for the grammar, go-digest for the order of the checks.
//!
//! ```text
//! digest    = algorithm ":" encoded
//! algorithm = component *( ( "+" / "." / "_" / "-" ) component )      component = 1*[a-z0-9]
//! encoded   = 1*[A-Za-z0-9=_-]
//! ```

use std::fmt;

use serde::Serialize;
use sha2::Digest as _;

use crate::error::{Code, Error, Result};

/// A hash algorithm that this crate computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Algorithm {
    /// SHA-256: what every registry uses.
    #[default]
    Sha256,
    /// SHA-384: known to go-digest 1.0, not registered by the specification.
    Sha384,
    /// SHA-512: registered by the specification.
    Sha512,
}

/// Algorithm names with a fixed encoded length, and what computes them here.
const REGISTERED: &[(&str, usize, Option<Algorithm>)] = &[
    ("sha256", 64, Some(Algorithm::Sha256)),
    ("sha384", 96, Some(Algorithm::Sha384)),
    ("sha512", 128, Some(Algorithm::Sha512)),
    ("blake3", 64, None),
];

impl Algorithm {
    /// Every algorithm that is computed here, the default first.
    pub const ALL: &[Algorithm] = &[Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];

    /// The algorithm of that name. Fails with `DIGEST_UNSUPPORTED`.
    pub fn parse(name: &str) -> Result<Algorithm> {
        REGISTERED
            .iter()
            .find(|(known, _, _)| *known == name)
            .and_then(|(_, _, algorithm)| *algorithm)
            .ok_or_else(|| {
                Error::new(Code::DigestUnsupported, format!("digest algorithm \"{name}\" is not supported"))
                    .with_detail("algorithm", name)
            })
    }

    /// Its name in a digest.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
        }
    }
}

/// A digest in its valid form. Algorithms that this crate cannot compute are carried, not refused: a
/// descriptor may name them, and [`Digest::algorithm`] says whether content can be verified.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// Parses by the specification's rule: the grammar, and for a registered algorithm its exact length in
    /// lower-case hexadecimal. Fails with `DIGEST_INVALID`, detail `reason`: `digest-invalid-format` or
    /// `digest-invalid-length`.
    pub fn parse(text: &str) -> Result<Digest> {
        let (algorithm, encoded) = split(text);
        if !is_algorithm(algorithm) || encoded.is_empty() {
            return Err(invalid(text, FORMAT, "it is not algorithm:encoded"));
        }
        match REGISTERED.iter().find(|(known, _, _)| *known == algorithm) {
            Some((_, length, _)) if encoded.len() != *length => Err(invalid(
                text,
                LENGTH,
                &format!("{algorithm} takes {length} hexadecimal digits, not {}", encoded.len()),
            )),
            Some(_) if !encoded.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) => {
                Err(invalid(text, FORMAT, "only 0-9 and a-f may follow the colon"))
            }
            None if !encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"=_-".contains(&b)) => {
                Err(invalid(text, FORMAT, "a character is not allowed after the colon"))
            }
            _ => Ok(Digest(text.to_owned())),
        }
    }

    /// The digest of `bytes`.
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> Digest {
        let mut digester = Digester::new(algorithm);
        digester.update(bytes);
        digester.finish()
    }

    /// The whole text, `sha256:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name before the colon.
    pub fn algorithm_name(&self) -> &str {
        split(&self.0).0
    }

    /// The text after the colon.
    pub fn encoded(&self) -> &str {
        split(&self.0).1
    }

    /// The algorithm. Fails with `DIGEST_UNSUPPORTED` for one that this crate cannot compute.
    pub fn algorithm(&self) -> Result<Algorithm> {
        Algorithm::parse(self.algorithm_name())
    }

    /// Checks that `bytes` are the content that this digest names. Fails with `DIGEST_MISMATCH` or
    /// `DIGEST_UNSUPPORTED`.
    pub fn verify(&self, bytes: &[u8]) -> Result<()> {
        self.expect(&Digest::of(self.algorithm()?, bytes))
    }

    /// Checks that the digest of what was read is this one. Fails with `DIGEST_MISMATCH`, which carries both.
    pub fn expect(&self, actual: &Digest) -> Result<()> {
        if self == actual {
            return Ok(());
        }
        Err(Error::new(Code::DigestMismatch, format!("content has digest {actual}, expected {self}"))
            .with_detail("expected", self.as_str())
            .with_detail("actual", actual.as_str()))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Computes a digest chunk by chunk.
#[derive(Clone)]
pub struct Digester(State);

#[derive(Clone)]
enum State {
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

impl Digester {
    /// Starts with no content.
    pub fn new(algorithm: Algorithm) -> Digester {
        Digester(match algorithm {
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            Algorithm::Sha384 => State::Sha384(sha2::Sha384::new()),
            Algorithm::Sha512 => State::Sha512(sha2::Sha512::new()),
        })
    }

    /// Takes the next bytes of the content.
    pub fn update(&mut self, chunk: &[u8]) {
        match &mut self.0 {
            State::Sha256(state) => state.update(chunk),
            State::Sha384(state) => state.update(chunk),
            State::Sha512(state) => state.update(chunk),
        }
    }

    /// The digest of everything taken.
    pub fn finish(self) -> Digest {
        match self.0 {
            State::Sha256(state) => encode(Algorithm::Sha256, &state.finalize()),
            State::Sha384(state) => encode(Algorithm::Sha384, &state.finalize()),
            State::Sha512(state) => encode(Algorithm::Sha512, &state.finalize()),
        }
    }
}

fn encode(algorithm: Algorithm, sum: &[u8]) -> Digest {
    // The longest sum has 64 bytes. Pushed digit by digit, encoding takes half as long as hashing a short text.
    let mut digits = [0; 128];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(sum) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    let encoded = digits.get(..sum.len() * 2).and_then(|digits| std::str::from_utf8(digits).ok());
    Digest([algorithm.as_str(), ":", encoded.unwrap_or_default()].concat())
}

fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

fn split(text: &str) -> (&str, &str) {
    text.split_once(':').unwrap_or(("", ""))
}

fn is_algorithm(name: &str) -> bool {
    name.split(['+', '.', '_', '-']).all(|component| {
        !component.is_empty() && component.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
    })
}

/// The two ways in which a digest can be wrong, as the detail `reason`.
const FORMAT: &str = "digest-invalid-format";
const LENGTH: &str = "digest-invalid-length";

fn invalid(text: &str, reason: &str, why: &str) -> Error {
    Error::new(Code::DigestInvalid, format!("digest \"{text}\" is not valid: {why}"))
        .with_detail("digest", text)
        .with_detail("reason", reason)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const EMPTY: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn chunks_make_no_difference() {
        for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
            let mut digester = Digester::new(algorithm);
            for chunk in [&b"mul"[..], b"", b"tiarch"] {
                digester.update(chunk);
            }
            assert_eq!(digester.finish(), Digest::of(algorithm, b"multiarch"));
        }
        assert_eq!(Digest::of(Algorithm::Sha256, b"").as_str(), EMPTY);
    }

    #[test]
    fn an_algorithm_that_is_not_computed_is_carried_and_cannot_verify() {
        let digest = Digest::parse("sha256+b64:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564").unwrap();
        assert_eq!(digest.algorithm_name(), "sha256+b64");
        assert_eq!(digest.encoded(), "LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564");
        assert_eq!(digest.algorithm().unwrap_err().code(), Code::DigestUnsupported);
        assert_eq!(digest.verify(b"").unwrap_err().code(), Code::DigestUnsupported);
    }

    #[test]
    fn a_mismatch_carries_both_digests() {
        let digest = Digest::parse(EMPTY).unwrap();
        assert_eq!(digest.verify(b""), Ok(()));
        let error = digest.verify(b"x").unwrap_err();
        assert_eq!(error.code(), Code::DigestMismatch);
        assert_eq!(error.detail("expected"), Some(&EMPTY.into()));
        assert_eq!(error.detail("actual"), Some(&Digest::of(Algorithm::Sha256, b"x").as_str().into()));
    }

    #[test]
    fn messages_say_what_is_wrong() {
        let message = |text: &str| Digest::parse(text).unwrap_err().message().to_owned();
        assert_eq!(message("latest"), "digest \"latest\" is not valid: it is not algorithm:encoded");
        assert_eq!(
            message("sha256:abc"),
            "digest \"sha256:abc\" is not valid: sha256 takes 64 hexadecimal digits, not 3"
        );
        assert!(message(&EMPTY.replace('e', "E")).ends_with("only 0-9 and a-f may follow the colon"));
    }
}
