//! Our verdict on every document of the vectors, beside those of six implementations; and on documents on the disk.

use multiarch::digest::Digest;
use multiarch::error::{Code, Error};
use multiarch::manifest::{Document, Kind};
use multiarch::media_type::{DOCKER_LIST, DOCKER_MANIFEST, MediaType, OCI_INDEX, OCI_MANIFEST};
use serde_json::Value;

/// The four types that a manifest is announced with, shortest name first, as the tables below write them.
const TYPES: &[(&str, &str)] =
    &[("list", DOCKER_LIST), ("docker", DOCKER_MANIFEST), ("index", OCI_INDEX), ("oci", OCI_MANIFEST)];

/// Our verdict on every document of the vectors: the type found with none announced, or the error; then the
/// announced types with which it is accepted.
const VERDICTS: &[(&str, &str, &str)] = &[
    ("oci-manifest", "oci", "oci"),
    ("oci-index", "index", "index"),
    ("docker-manifest", "docker", "docker"),
    ("docker-list-nomt", "index", "list index"),
    ("schema1", "SCHEMA1_UNSUPPORTED", ""),
    ("config-only", "oci", "docker oci"),
    ("index-empty-nomt", "index", "list index"),
    ("index-empty", "index", "index"),
    ("bare", "MANIFEST_INVALID", ""),
    ("empty-object", "MANIFEST_INVALID", ""),
    ("mt-only-manifest", "MANIFEST_INVALID", ""),
    ("ambiguous-index", "MANIFEST_AMBIGUOUS", ""),
    ("ambiguous-docker-manifest", "MANIFEST_AMBIGUOUS", ""),
    ("ambiguous-docker-list", "MANIFEST_AMBIGUOUS", ""),
    ("mt-manifest-body-index", "MANIFEST_AMBIGUOUS", ""),
    ("mt-index-body-manifest", "MANIFEST_AMBIGUOUS", ""),
    ("index-config-null", "MANIFEST_AMBIGUOUS", ""),
    ("index-layers-null", "MANIFEST_AMBIGUOUS", ""),
    ("manifest-history", "MANIFEST_AMBIGUOUS", ""),
    ("index-fslayers", "MANIFEST_AMBIGUOUS", ""),
    ("case-config", "MANIFEST_AMBIGUOUS", ""),
    ("unknown-mt", "application/vnd.example.manifest.v1+json", ""),
    ("unknown-mt-index", "application/vnd.example.index.v1+json", ""),
    ("mt-upper", "APPLICATION/VND.OCI.IMAGE.MANIFEST.V1+JSON", ""),
    ("mt-number", "MANIFEST_INVALID", ""),
    ("mt-null", "oci", "docker oci"),
    ("mt-empty", "index", "list index"),
    ("sv1-oci", "MANIFEST_AMBIGUOUS", ""),
    ("sv-missing", "oci", "docker oci"),
    ("sv-missing-index", "index", "list index"),
    ("sv3", "MANIFEST_INVALID", ""),
    ("mixed-oci-mt-docker-body", "oci", "oci"),
    ("not-json", "JSON_INVALID", ""),
    ("empty", "JSON_INVALID", ""),
    ("trailing", "JSON_INVALID", ""),
    ("bom", "JSON_INVALID", ""),
];

/// One implementation's verdict beside ours.
struct Case<'a> {
    implementation: &'a str,
    /// The document as serde_json reads it; null when it does not.
    body: Value,
    declared: Option<&'a str>,
    /// The type it found, `accept` when it does not say which, or `None` for a refusal.
    theirs: Option<&'a str>,
    ours: Result<Document, Error>,
}

impl Case<'_> {
    fn code(&self) -> Option<Code> {
        self.ours.as_ref().err().map(Error::code)
    }

    fn agrees(&self) -> bool {
        match (&self.ours, self.theirs) {
            (Ok(ours), Some(theirs)) => theirs == "accept" || ours.media_type().as_str() == theirs,
            (Err(_), None) => true,
            _ => false,
        }
    }

    /// The media type of the document we accepted.
    fn found(&self) -> &str {
        self.ours.as_ref().map_or("", |document| document.media_type().as_str())
    }

    fn states_type(&self) -> bool {
        let stated = self.body.get("mediaType").filter(|stated| !stated.is_null());
        stated.is_some_and(|stated| stated.as_str() != Some(""))
    }
}

/// Why, and when.
type Deviation = (&'static str, fn(&Case<'_>) -> bool);

/// Where others judge otherwise, by rule, and why we do not follow. First match counts.
const DEVIATIONS: &[Deviation] = &[
    (
        "announced and stated type must be equal (distribution-spec, GHSA-mc8v-mgrf-8f4m): containerd lets OCI \
         and Docker types mix, containers/image does not compare",
        |case| case.code() == Some(Code::MediaTypeMismatch),
    ),
    (
        "a field of another kind is refused by its presence, as containerd does: others look at its value, at \
         the letter case of its name, at some types only, or not at all",
        |case| case.code() == Some(Code::ManifestAmbiguous),
    ),
    ("schema 1 is recognised in order to be refused by its own code", |case| {
        case.code() == Some(Code::Schema1Unsupported)
    }),
    ("schemaVersion must be 2 where it stands (image-spec: MUST)", |case| {
        let stated = case.body.get("schemaVersion");
        case.code() == Some(Code::ManifestInvalid) && stated.is_some_and(|stated| stated.as_u64() != Some(2))
    }),
    (
        "the entries of an index and the config of a manifest must be there (image-spec: REQUIRED), and something \
         must tell the kind",
        |case| {
            let missing = |key: &str| case.body.get(key).is_none();
            case.code() == Some(Code::ManifestInvalid) && missing("manifests") && missing("config")
        },
    ),
    ("what is not JSON is not a manifest; regclient takes an empty body when a type is announced", |case| {
        case.code() == Some(Code::JsonInvalid) && case.implementation == "regclient"
    }),
    (
        "a document of an unknown type is carried as it is, neither refused nor read as something else",
        |case| case.ours.as_ref().is_ok_and(|document| document.kind() == Kind::Unknown),
    ),
    (
        "what states no type is OCI unless its config is Docker's, as in moby: buildkit assumes Docker types, \
         regclient asks the first entry, containers/image takes an empty index for a manifest",
        |case| {
            case.declared.is_none() && !case.states_type() && matches!(case.found(), OCI_INDEX | OCI_MANIFEST)
        },
    ),
    (
        "a document is judged by what it states when none is announced; the registry's own code refuses",
        |case| case.declared.is_none() && case.implementation == "distribution_registry",
    ),
    (
        "an announced Docker type is enough for a document that states none: distribution and containers/image \
         want it stated too",
        |case| {
            let docker = [Some(DOCKER_LIST), Some(DOCKER_MANIFEST)];
            docker.contains(&case.declared) && !case.states_type()
        },
    ),
];

/// A body that was announced so.
pub(super) fn parse(body: &str, declared: Option<&str>) -> Result<Document, Error> {
    let declared = declared.map(|text| MediaType::parse(text).unwrap());
    Document::parse(body.as_bytes().to_vec(), declared.as_ref(), None)
}

/// The documents of the vectors.
pub(super) fn vectors() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/vectors/mediatype-detection.json");
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    vectors["documents"].as_array().unwrap().clone()
}

#[test]
fn every_document_of_the_vectors_has_the_verdict_stated_here() {
    let short = |long: &str| {
        TYPES.iter().find(|(_, known)| *known == long).map_or(long.to_owned(), |(s, _)| s.to_string())
    };
    let mut found = Vec::new();
    for row in vectors() {
        let body = row["body"].as_str().unwrap();
        let guess =
            parse(body, None).map_or_else(|e| e.code().to_string(), |d| short(d.media_type().as_str()));
        let accepted: Vec<&str> = TYPES
            .iter()
            .filter(|(_, long)| parse(body, Some(long)).is_ok())
            .map(|(short, _)| *short)
            .collect();
        found.push((row["id"].as_str().unwrap().to_owned(), guess, accepted.join(" ")));
    }
    let stated: Vec<_> = VERDICTS
        .iter()
        .map(|(id, guess, with)| (id.to_string(), guess.to_string(), with.to_string()))
        .collect();
    assert_eq!(found, stated);
}

#[test]
fn implementations_that_judge_otherwise_do_so_for_a_reason_that_is_listed() {
    let mut unexplained = Vec::new();
    let mut used = vec![0; DEVIATIONS.len()];
    let mut compared = 0;
    for row in vectors() {
        let text = row["body"].as_str().unwrap();
        let guesses = row["guess_without_content_type"].as_object().unwrap();
        let mut cases = Vec::new();
        for (implementation, verdict) in guesses {
            cases.push((implementation.as_str(), None, verdict.as_str().unwrap_or("error: none")));
        }
        for (implementation, verdicts) in row["with_declared_type"].as_object().unwrap() {
            for (declared, verdict) in verdicts.as_object().unwrap() {
                let declared = (declared != "(none)").then_some(declared.as_str());
                cases.push((implementation.as_str(), declared, verdict.as_str().unwrap()));
            }
        }
        for (implementation, declared, verdict) in cases {
            let theirs = match verdict.strip_prefix("accept as ").unwrap_or(verdict) {
                refusal if refusal.starts_with("reject") || refusal.starts_with("error") => None,
                accepted => Some(accepted),
            };
            let body = serde_json::from_str(text).unwrap_or_default();
            let case = Case { implementation, body, declared, theirs, ours: parse(text, declared) };
            compared += 1;
            if case.agrees() {
                continue;
            }
            match DEVIATIONS.iter().position(|(_, applies)| applies(&case)) {
                Some(index) => used[index] += 1,
                None => unexplained.push(format!(
                    "{} {implementation} {declared:?}: {verdict}, here {:?}",
                    row["id"],
                    case.ours.map(|document| document.media_type().to_string())
                )),
            }
        }
    }
    assert_eq!(unexplained, Vec::<String>::new());
    assert!(compared > 600, "only {compared} verdicts were compared");
    for ((why, _), count) in DEVIATIONS.iter().zip(used) {
        assert!(count > 0, "nobody judges otherwise any more: {why}");
    }
}

#[test]
fn documents_on_disk_keep_their_bytes_and_verdicts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/documents/");
    let rows: Value =
        serde_json::from_slice(&std::fs::read(format!("{folder}verdicts.json")).unwrap()).unwrap();
    let rows = rows.as_array().unwrap();
    for row in rows {
        let (file, verdict) = (row["file"].as_str().unwrap(), row["verdict"].as_str().unwrap());
        let bytes = std::fs::read(format!("{folder}{file}")).unwrap();
        let digest = Digest::parse(row["digest"].as_str().unwrap()).unwrap();
        digest.verify(&bytes).unwrap();
        match Document::parse(bytes.clone(), None, Some(&digest)) {
            Ok(document) => {
                assert_eq!(document.kind().as_str(), verdict, "{file}");
                assert_eq!(document.into_bytes(), bytes, "{file}");
            }
            Err(error) => assert_eq!(error.code().as_str(), verdict, "{file}: {error}"),
        }
    }
    let files = std::fs::read_dir(folder).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name != "README.md" && name != "verdicts.json"
    });
    assert_eq!(files.count(), rows.len(), "a file has no verdict");
}
