//! Every row of `digests.json`.

use multiarch::digest::{Algorithm, Digest, Digester};
use multiarch::error::{Code, Detail, Error};
use serde_json::Value;

use crate::support::vectors::{read, rows, text};

/// Algorithms whose rows are not followed in one column, and why.
const DEVIATIONS: &[(&str, &str, &str)] = &[
    (
        "go_digest_v1_0_0",
        "blake3",
        "the specification has registered it since: a wrong length or character is refused as such",
    ),
    (
        "image_spec",
        "sha384",
        "it is not registered, but every tool knows its length: 96 lower-case digits or nothing",
    ),
];

fn deviates(column: &str, input: &str) -> bool {
    let algorithm = input.split(':').next().unwrap();
    DEVIATIONS.iter().any(|(known, name, _)| *known == column && *name == algorithm)
}

/// The class in go-digest's words.
fn class(error: &Error) -> &'static str {
    match (error.code(), error.detail("reason")) {
        (Code::DigestUnsupported, _) => "DigestUnsupported",
        (Code::DigestInvalid, Some(Detail::Text(reason))) if reason == "digest-invalid-length" => {
            "DigestInvalidLength"
        }
        (Code::DigestInvalid, Some(Detail::Text(reason))) if reason == "digest-invalid-format" => {
            "DigestInvalidFormat"
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_digest_that_can_be_verified_is_what_go_digest_takes() {
    let mut differing = 0;
    for row in rows(&read("digests")["cases"]) {
        let input = text(row, "input");
        let found = Digest::parse(input).and_then(|digest| digest.algorithm());
        let found = found.map(|_| ()).map_err(|error| class(&error));
        let expected = &row["go_digest_v1_0_0"];
        let expected = if expected["ok"].as_bool().unwrap() { Ok(()) } else { Err(text(expected, "error")) };
        if deviates("go_digest_v1_0_0", input) {
            differing += usize::from(found != expected);
            continue;
        }
        assert_eq!(found, expected, "{row}");
    }
    assert!(differing > 0, "a deviation is listed that no row shows");
}

#[test]
fn a_digest_that_can_be_carried_is_what_the_specification_says() {
    let mut differing = 0;
    for row in rows(&read("digests")["cases"]) {
        let (input, valid) = (text(row, "input"), row["image_spec"]["valid"].as_bool().unwrap());
        let parsed = Digest::parse(input);
        if deviates("image_spec", input) {
            differing += usize::from(parsed.is_ok() != valid);
            continue;
        }
        assert_eq!(parsed.is_ok(), valid, "{row}");
        if let (Ok(digest), Some(algorithm)) = (parsed, row.get("algorithm").and_then(Value::as_str)) {
            assert_eq!(digest.algorithm_name(), algorithm, "{row}");
            assert_eq!(digest.encoded(), text(row, "encoded"), "{row}");
            assert_eq!(digest.to_string(), input, "{row}");
        }
    }
    assert!(differing > 0, "a deviation is listed that no row shows");
}

/// The content of a row, by its hexadecimal text or by its rule.
fn content(row: &Value) -> Vec<u8> {
    let length = usize::try_from(row["length"].as_u64().unwrap()).unwrap();
    match (row.get("hex"), text(row, "generator")) {
        (Some(hex), _) => {
            let hex = hex.as_str().unwrap();
            (0..length).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
        }
        (None, "all zero") => vec![0; length],
        (None, "byte i = i mod 251") => (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect(),
        (None, other) => panic!("unknown rule {other:?}"),
    }
}

#[test]
fn content_has_the_digests_that_are_stated() {
    for row in rows(&read("digests")["hash_vectors"]) {
        let content = content(row);
        for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
            let digest = Digest::parse(text(row, algorithm.as_str())).unwrap();
            assert_eq!(Digest::of(algorithm, &content), digest, "{row}");
            for size in [1, 63, 64, 1000] {
                let mut digester = Digester::new(algorithm);
                content.chunks(size).for_each(|chunk| digester.update(chunk));
                assert_eq!(digester.finish(), digest, "{row}");
            }
            assert_eq!(digest.verify(&content), Ok(()));
            let mut changed = content.clone();
            changed.push(0);
            assert_eq!(digest.verify(&changed).unwrap_err().code(), Code::DigestMismatch);
        }
        // Known by its length alone.
        let carried = Digest::parse(text(row, "blake3")).unwrap();
        assert_eq!(carried.verify(&content).unwrap_err().code(), Code::DigestUnsupported);
    }
}

#[test]
fn algorithm_names() {
    let vectors = read("digests");
    for row in rows(&vectors["algorithm_names"]) {
        let digest = Digest::parse(&format!("{}:x", text(row, "name")));
        assert_eq!(digest.is_ok(), row["valid"].as_bool().unwrap(), "{row}");
    }
    for row in rows(&vectors["algorithm_flag"]) {
        let algorithm = match row["value"].as_str() {
            Some(name) => Algorithm::parse(name),
            None => Ok(Algorithm::default()),
        };
        match row.get("algorithm").and_then(Value::as_str) {
            Some(expected) => assert_eq!(algorithm.unwrap().as_str(), expected, "{row}"),
            None => assert_eq!(algorithm.unwrap_err().code(), Code::DigestUnsupported, "{row}"),
        }
    }
}
