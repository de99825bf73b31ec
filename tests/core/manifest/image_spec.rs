//! Every document of the image specification's own validator, against this crate's verdict on what is written. What
//! is read is judged more leniently; `documents` shows how.

use multiarch::error::{Code, Result};
use multiarch::manifest::{Document, ImageConfig, parse_descriptor};
use multiarch::media_type::{MediaType, OCI_INDEX, OCI_MANIFEST};
use serde_json::Value;

/// Where this crate and the validator part: the rule as a test on the document and our error, and why.
/// `refused` says which way: valid there and refused here, or the other way round.
struct Deviation {
    why: &'static str,
    refused: bool,
    applies: fn(&Row<'_>, Option<Code>) -> bool,
}

const DEVIATIONS: &[Deviation] = &[
    Deviation {
        why: "the prose says that layers SHOULD have an entry, and images without one exist; the schema says MUST",
        refused: false,
        applies: |row, _| row.kind == "manifest" && row.json()["layers"] == Value::Array(Vec::new()),
    },
    Deviation {
        why: "a key that stands twice means two things to two tools",
        refused: true,
        applies: |_, code| code == Some(Code::JsonDuplicateKey),
    },
    Deviation {
        why: "sizes above 2^53 - 1 cannot be told apart in JavaScript",
        refused: true,
        applies: |row, code| {
            code == Some(Code::DescriptorInvalid) && row.sizes().any(|size| size.as_u64() > Some(1 << 53))
        },
    },
    Deviation {
        why: "the prose forbids negative sizes; the schema of an index entry forgets to",
        refused: true,
        applies: |row, code| {
            code == Some(Code::DescriptorInvalid) && row.sizes().any(|size| size.as_i64() < Some(0))
        },
    },
    Deviation {
        why: "the prose fixes length and letter case of registered digests, the validator only for bare \
              descriptors and for the algorithms that its build has",
        refused: true,
        applies: |row, code| {
            let digest = |value: &Value| {
                value.as_str().is_some_and(|text| multiarch::digest::Digest::parse(text).is_err())
            };
            code == Some(Code::DescriptorInvalid) && row.all("digest").any(|value| digest(&value))
        },
    },
    Deviation {
        why: "the prose wants RFC 6838 of every artifactType; the schema of an index entry forgets it",
        refused: true,
        applies: |row, code| {
            let bad = |value: &Value| value.as_str().is_some_and(|text| MediaType::parse(text).is_err());
            code == Some(Code::DescriptorInvalid) && row.all("artifactType").any(|value| bad(&value))
        },
    },
    Deviation {
        why: "the prose says that embedded data MUST be the content; the validator does not look",
        refused: true,
        applies: |row, code| {
            matches!(code, Some(Code::SizeMismatch | Code::DigestMismatch))
                && row.all("data").next().is_some()
        },
    },
    Deviation {
        why: "the type of a document must be one of its kind; the validator looks at the form only",
        refused: true,
        applies: |row, code| {
            code == Some(Code::MediaTypeMismatch) && row.json()["mediaType"].as_str() != Some(row.declared())
        },
    },
    Deviation {
        why: "a document with fields of another kind is two documents under one digest (CVE-2021-41190)",
        refused: true,
        applies: |_, code| code == Some(Code::ManifestAmbiguous),
    },
];

struct Row<'a> {
    file: &'a str,
    kind: &'a str,
    bytes: Vec<u8>,
}

impl Row<'_> {
    fn declared(&self) -> &'static str {
        if self.kind == "index" { OCI_INDEX } else { OCI_MANIFEST }
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// Every value under `key`, at any depth.
    fn all(&self, key: &'static str) -> impl Iterator<Item = Value> {
        let mut found = Vec::new();
        let mut open = vec![self.json()];
        while let Some(value) = open.pop() {
            match value {
                Value::Object(members) => {
                    for (name, value) in members {
                        if name == key {
                            found.push(value.clone());
                        }
                        open.push(value);
                    }
                }
                Value::Array(elements) => open.extend(elements),
                _ => {}
            }
        }
        found.into_iter()
    }

    fn sizes(&self) -> impl Iterator<Item = Value> {
        self.all("size")
    }

    fn verdict(&self) -> Result<()> {
        match self.kind {
            "config" => ImageConfig::parse(self.bytes.clone(), None)?.strict(),
            "descriptor" => parse_descriptor(&self.bytes).map(drop),
            // The schema takes its kind from the caller, as a descriptor or Content-Type would say it.
            _ => {
                let declared = MediaType::parse(self.declared())?;
                Document::parse(self.bytes.clone(), Some(&declared), None)?.strict()
            }
        }
    }
}

#[test]
fn every_row_is_judged_as_the_validator_does_or_deviates_by_a_rule() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/image-spec/");
    let list: Value = serde_json::from_slice(&std::fs::read(format!("{folder}index.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut judged = 0;
    let mut used = vec![0; DEVIATIONS.len()];
    for entry in list["files"].as_array().unwrap() {
        let (file, kind) = (entry["file"].as_str().unwrap(), entry["kind"].as_str().unwrap());
        let mut bytes = std::fs::read(format!("{folder}{file}")).unwrap();
        let digest = multiarch::digest::Digest::of(Default::default(), &bytes);
        assert_eq!(digest.as_str(), entry["sha256"].as_str().unwrap(), "{file} is not the file it was");
        // The layout header belongs to archives, which are not read yet.
        if kind == "layout" {
            continue;
        }
        if entry["note"].as_str().is_some_and(|note| note.contains("replacing Docker media types")) {
            bytes = with_oci_types(&bytes);
        }
        let row = Row { file, kind, bytes };
        let verdict = row.verdict();
        let code = verdict.as_ref().err().map(|error| error.code());
        let valid = entry["valid"].as_bool().unwrap();
        judged += 1;
        let deviation = DEVIATIONS
            .iter()
            .position(|deviation| deviation.refused == verdict.is_err() && (deviation.applies)(&row, code));
        match (valid == verdict.is_ok(), deviation) {
            (true, _) => {}
            (false, Some(index)) => used[index] += 1,
            (false, None) => wrong.push(format!(
                "{}: valid is {valid}, here {} ({})",
                row.file,
                verdict.map_or_else(|error| format!("{}: {error}", error.code()), |()| "accepted".to_owned()),
                entry["description"].as_str().unwrap()
            )),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(judged > 100, "only {judged} rows were found");
    for (deviation, count) in DEVIATIONS.iter().zip(used) {
        assert!(count > 0, "no row needs this deviation any more: {}", deviation.why);
    }
}

/// What the validator's own tests do to documents that Docker Hub served before OCI existed.
fn with_oci_types(bytes: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    text.replace("application/vnd.docker.distribution.manifest.list.v2+json", OCI_INDEX)
        .replace("application/vnd.docker.distribution.manifest.v2+json", OCI_MANIFEST)
        .replace("application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json")
        .replace(
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "application/vnd.oci.image.layer.v1.tar+gzip",
        )
        .into_bytes()
}
