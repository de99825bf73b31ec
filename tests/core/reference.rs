//! Every row of `references.json` for the functions that exist here.

use multiarch::digest::Digest;
use multiarch::error::{Code, Detail};
use multiarch::reference::Reference;

use crate::support::vectors::{read, rows, text};

type Parse = fn(&str) -> multiarch::error::Result<Reference>;

const FUNCTIONS: &[(&str, Parse)] =
    &[("parse", Reference::parse_literal), ("parse_normalized", Reference::parse)];

/// Functions of distribution/reference that do not exist here, and why.
const ABSENT: &[(&str, &str)] = &[
    ("parse_named", "refuses every text that is not canonical already; nothing here needs that"),
    ("parse_any", "reads a bare digest as a reference without a name; a registry cannot be asked for one"),
    ("parse_docker_ref", "drops the tag of a text that has a digest too; here both are kept and shown"),
    ("with_name", "makes a name from a name; parse_literal and to_repository do"),
];

#[test]
fn every_row_gives_what_distribution_gives() {
    let vectors = read("references");
    let mut counts = vec![0; FUNCTIONS.len()];
    for row in rows(&vectors) {
        let name = text(row, "fn");
        let Some(position) = FUNCTIONS.iter().position(|(known, _)| *known == name) else {
            assert!(
                ABSENT.iter().any(|(known, _)| *known == name),
                "function {name} is neither run nor listed"
            );
            continue;
        };
        counts[position] += 1;
        check(row, FUNCTIONS[position].1);
    }
    assert!(counts.iter().all(|count| *count > 400), "rows run: {counts:?}");
}

fn check(row: &serde_json::Value, parse: Parse) {
    let parsed = parse(text(row, "input"));
    if !row["ok"].as_bool().unwrap() {
        let error = parsed.expect_err(&row.to_string());
        assert_eq!(error.code(), Code::ReferenceInvalid, "{row}");
        assert_eq!(error.detail("reason"), Some(&Detail::Text(kebab(text(row, "error")))), "{row}");
        assert_eq!(error.detail("reference"), Some(&Detail::Text(text(row, "input").to_owned())), "{row}");
        assert!(error.message().contains(text(row, "error_text")), "{row}: {error}");
        return;
    }
    let reference = parsed.unwrap_or_else(|error| panic!("{row}: {error}"));
    assert_eq!(reference.domain(), text(row, "domain"), "{row}");
    assert_eq!(reference.path(), text(row, "path"), "{row}");
    assert_eq!(reference.tag().unwrap_or_default(), text(row, "tag"), "{row}");
    assert_eq!(reference.digest().map_or("", Digest::as_str), text(row, "digest"), "{row}");
    assert_eq!(reference.canonical(), text(row, "canonical"), "{row}");
    assert_eq!(reference.to_string(), text(row, "canonical"), "{row}");
    assert_eq!(reference.familiar(), text(row, "familiar"), "{row}");
    assert_eq!(reference.with_default_tag().canonical(), text(row, "with_default_tag"), "{row}");
}

/// `NameTooLong` is `name-too-long`.
fn kebab(class: &str) -> String {
    let mut out = String::new();
    let mut before = 'A';
    for character in class.chars() {
        let starts = character.is_ascii_uppercase() || character.is_ascii_digit() && !before.is_ascii_digit();
        if starts && !out.is_empty() && !(before.is_ascii_digit() && character.is_ascii_digit()) {
            out.push('-');
        }
        out.push(character.to_ascii_lowercase());
        before = character;
    }
    out
}

#[test]
fn canonical_and_familiar_texts_parse_to_the_same() {
    for row in rows(&read("references")) {
        if text(row, "fn") != "parse_normalized"
            || !row["ok"].as_bool().unwrap()
            || text(row, "domain").is_empty()
        {
            continue;
        }
        let reference = Reference::parse(text(row, "input")).unwrap();
        assert_eq!(Reference::parse(&reference.canonical()).unwrap(), reference, "{row}");
        assert_eq!(Reference::parse(&reference.familiar()).unwrap(), reference, "{row}");
    }
}

/// Rules whose edges no row of the sample may stand on.
#[test]
fn edges_of_the_rules() {
    let long = |length: usize| "a".repeat(length);
    let reason = |text: &str| match Reference::parse(text).unwrap_err().detail("reason") {
        Some(Detail::Text(reason)) => reason.clone(),
        other => panic!("{other:?}"),
    };
    // 255 bytes of path, `library/` counted, the domain not.
    assert!(Reference::parse(&format!("{}:5000/{}", long(300), long(255))).is_ok());
    assert_eq!(reason(&format!("localhost/{}", long(256))), "name-too-long");
    assert!(Reference::parse(&long(247)).is_ok());
    assert_eq!(reason(&long(248)), "name-too-long");
    // The length comes before the digest, the form before the length.
    assert_eq!(reason(&format!("{}@sha256:{}", long(248), "A".repeat(64))), "name-too-long");
    assert_eq!(reason(&format!("{}:", long(248))), "reference-invalid-format");
    // 128 characters of tag.
    assert!(Reference::parse(&format!("a:{}", long(128))).is_ok());
    assert_eq!(reason(&format!("a:{}", long(129))), "reference-invalid-format");
    // Lower-casing is Unicode's, one character to one character.
    assert_eq!(reason("\u{130}/foo"), "name-contains-uppercase");
    assert_eq!(reason("foo:\u{212a}"), "name-contains-uppercase");
    assert_eq!(reason("foo/\u{c4}"), "repository-name-must-be-lowercase");
    assert_eq!(reason("\u{c4}/foo"), "reference-invalid-format");
    assert_eq!(reason("\u{1c5}/foo"), "reference-invalid-format");
    // Digests: the form of the reference, then the algorithm, the length, the characters.
    let hex = |character: &str, length: usize| character.repeat(length);
    assert_eq!(reason(&format!("a@sha256:{}", hex("a", 31))), "reference-invalid-format");
    assert_eq!(reason(&format!("a@sha256:{}", hex("a", 32))), "digest-invalid-length");
    assert_eq!(reason(&format!("a@sha256:{}", hex("A", 64))), "digest-invalid-format");
    assert_eq!(reason(&format!("a@blake3:{}", hex("a", 64))), "digest-unsupported");
    assert_eq!(reason(&format!("a@sha256+b:{}", hex("a", 64))), "digest-unsupported");
    assert_eq!(reason(&format!("a@sha3-256:{}", hex("a", 64))), "reference-invalid-format");
    assert!(Reference::parse(&format!("a@sha384:{}", hex("a", 96))).is_ok());
    assert!(Reference::parse(&format!("a@sha512:{}", hex("a", 128))).is_ok());
    assert_eq!(reason(&format!("a@sha512:{0}@sha512:{0}", hex("a", 128))), "reference-invalid-format");
}
