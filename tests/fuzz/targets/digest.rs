//! Digests: as text, and of content in one piece or in many.

use multiarch::digest::{Algorithm, Digest, Digester};

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] =
    &["sha256:", "sha384:", "sha512:", "blake3:", "md5:", "+b64:", "multihash+base58:"];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::texts("digests", "input")
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let first = input.first().copied().unwrap_or_default();
    let algorithm = [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512][usize::from(first) % 3];
    let whole = Digest::of(algorithm, input);
    let mut digester = Digester::new(algorithm);
    input.chunks(usize::from(first % 7) + 1).for_each(|chunk| digester.update(chunk));
    assert_eq!(digester.finish(), whole);
    assert_eq!(Digest::parse(whole.as_str()).as_ref(), Ok(&whole));
    whole.verify(input).unwrap();
    assert!(whole.verify(&[input, b"x"].concat()).is_err());
    match Digest::parse(&text) {
        Ok(digest) => {
            assert_eq!(digest.as_str(), text);
            assert_eq!(format!("{}:{}", digest.algorithm_name(), digest.encoded()), text);
            assert!(text.is_ascii());
            if let Ok(algorithm) = digest.algorithm() {
                assert_eq!(digest.encoded().len(), Digest::of(algorithm, b"").encoded().len());
            }
            kind(&["digest", digest.algorithm_name()])
        }
        Err(error) => kind_of(&error),
    }
}
