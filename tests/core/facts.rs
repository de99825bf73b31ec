//! What the package's JavaScript has to know of the core, generated into one file. `UPDATE=1` writes it anew.
//!
//! The groups of errors are those of the rooms that raise them, so that a bundle for browsers holds no hint of a file's.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use multiarch::archive::Finding;
use multiarch::digest::Algorithm;
use multiarch::error::Code;
use multiarch::http::{RESPONSE_HEADERS, VISIBLE_MS};
use multiarch::selection::Policy;
use multiarch::{descriptor, limits, media_type};

const FILE: &str = "pkg/core/facts.js";

/// The codes that JavaScript raises itself, by the rooms that do.
const RAISED: [(&str, &str, &[Code]); 7] = [
    (
        "FACADE_ERRORS",
        "before or instead of the core",
        &[
            Code::ReferenceInvalid,
            Code::DigestInvalid,
            Code::PlatformInvalid,
            Code::OptionInvalid,
            Code::LoadFailed,
            Code::NotLoaded,
            Code::Internal,
        ],
    ),
    (
        "DRAFT_ERRORS",
        "by stores of drafts",
        &[Code::DraftCollision, Code::DraftLocked, Code::DraftUnavailable],
    ),
    (
        "CREDENTIAL_ERRORS",
        "while stored credentials are read or written",
        &[
            Code::CredentialsInvalid,
            Code::CredentialsUnavailable,
            Code::HelperInvalid,
            Code::HelperMissing,
            Code::HelperFailed,
            Code::HelperTimeout,
        ],
    ),
    (
        "SPEC_ERRORS",
        "while specifications of lists are read and followed",
        &[Code::SpecInvalid, Code::LockInvalid, Code::LockMismatch, Code::ManifestUnknown],
    ),
    (
        "ARCHIVE_ERRORS",
        "while archives are read and written",
        &[
            Code::ArchiveInvalid,
            Code::ArchiveTruncated,
            Code::ArchiveLimit,
            Code::ArchiveUnsupported,
            Code::ArchiveImageUnknown,
            Code::ManifestTooLarge,
            Code::FileUnreadable,
            Code::FileUnwritable,
        ],
    ),
    (
        "LAYER_ERRORS",
        "while layers are read",
        &[
            Code::ArchiveInvalid,
            Code::ArchiveTruncated,
            Code::ArchiveLimit,
            Code::LayerUnsupported,
            Code::PathUnknown,
            Code::PathNotAFile,
        ],
    ),
    (
        "VIEW_ERRORS",
        "by the command line and the page",
        &[Code::FileUnreadable, Code::FileUnwritable, Code::PlatformNotFound],
    ),
];

/// Text as JavaScript spells it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn list(name: &str, about: &str, values: impl Iterator<Item = String>) -> String {
    format!("\n/** {about} */\nexport const {name} = [{}];\n", values.collect::<Vec<_>>().join(", "))
}

/// Numbers: the name, what it is, the value.
fn limits() -> [(&'static str, &'static str, u64); 9] {
    [
        ("INDEX_ENTRIES", "How many entries an index may have.", limits::INDEX_ENTRIES as u64),
        ("INDEX_DEPTH", "How many indexes inside one another are followed.", limits::INDEX_DEPTH as u64),
        ("MANIFEST_BYTES", "The largest manifest or index that is read.", limits::MANIFEST_BYTES as u64),
        ("DRAFT_BYTES", "The largest file of a draft that is read.", limits::DRAFT_BYTES as u64),
        ("SHOWN", "How much of a text is shown in an error.", limits::SHOWN as u64),
        (
            "LAYER_BYTES",
            "How many bytes a layer may have once it is unpacked, where no option says otherwise.",
            limits::LAYER_BYTES,
        ),
        (
            "MERGED_ENTRIES",
            "How many files, folders and links a merged view of layers holds.",
            limits::MERGED_ENTRIES,
        ),
        ("SYMLINKS", "How many symbolic links are followed to a file.", limits::SYMLINKS),
        ("REMEMBERED", "How many of each kind are remembered.", limits::REMEMBERED as u64),
    ]
}

/// Texts: the name, what it is, the value.
fn texts() -> [(&'static str, &'static str, &'static str); 8] {
    [
        ("OCI_INDEX", "The media type of an OCI image index.", media_type::OCI_INDEX),
        ("OCI_MANIFEST", "The media type of an OCI image manifest.", media_type::OCI_MANIFEST),
        ("DOCKER_LIST", "The media type of a Docker manifest list.", media_type::DOCKER_LIST),
        ("DOCKER_MANIFEST", "The media type of a Docker image manifest.", media_type::DOCKER_MANIFEST),
        ("REFERENCE_TYPE", "BuildKit's annotation for what an entry is.", descriptor::REFERENCE_TYPE),
        (
            "REFERENCE_DIGEST",
            "BuildKit's annotation for the image that an entry is about.",
            descriptor::REFERENCE_DIGEST,
        ),
        ("ATTESTATION", "What BuildKit calls an attestation.", descriptor::ATTESTATION),
        ("ZSTD", "Podman's annotation for an image with layers of zstd.", descriptor::ZSTD),
    ]
}

fn facts() -> String {
    let mut text = String::from(
        "/**\n * What Rust and JavaScript both have to know. Generated from the sources of the core by\n \
         * `UPDATE=1 cargo test --test core facts`; the same test fails when this file is stale.\n */\n",
    );
    for (name, about, codes) in RAISED {
        write!(text, "\n/** Errors that are raised {about}. */\nexport const {name} = {{\n").unwrap();
        for code in codes {
            let (hint, retryable) = (quoted(code.hint()), code.retryable());
            writeln!(text, "  {code}: {{\n    retryable: {retryable},\n    hint: {hint},\n  }},").unwrap();
        }
        text.push_str("};\n");
    }
    let policies = Policy::ALL.iter().map(|policy| quoted(policy.as_str()));
    text += &list("POLICIES", "The policies by which an entry is selected, the default first.", policies);
    let algorithms = Algorithm::ALL.iter().map(|algorithm| quoted(algorithm.as_str()));
    text += &list("ALGORITHMS", "The digest algorithms that are computed, the default first.", algorithms);
    let headers = RESPONSE_HEADERS.iter().map(|name| quoted(name));
    text += &list("RESPONSE_HEADERS", "The headers of an answer that the core reads.", headers);
    let about = "The waits before what was just written is looked for again, in milliseconds.";
    text += &list("VISIBLE_MS", about, VISIBLE_MS.iter().map(u64::to_string));
    for (name, about, value) in limits() {
        write!(text, "\n/** {about} */\nexport const {name} = {value};\n").unwrap();
    }
    let about =
        "Until a connection stands, from there until the answer begins, and between two parts of a body.";
    let (connect, headers, idle) = (limits::CONNECT_MS, limits::HEADERS_MS, limits::IDLE_MS);
    write!(text, "\n/** {about} */\nexport const TIMEOUTS = {{ connectMs: {connect}, headersMs: {headers}, idleMs: {idle} }};\n")
        .unwrap();
    text.push_str("\n/** What is odd about archives and their entries, without being an error. */\n");
    text.push_str("export const ARCHIVE_FINDINGS = {\n");
    for finding in Finding::ALL {
        writeln!(text, "  {}: {},", finding.as_str(), quoted(finding.about())).unwrap();
    }
    text.push_str("};\n");
    let version = quoted(env!("CARGO_PKG_VERSION"));
    write!(text, "\n/** The version of the package. */\nexport const version = {version};\n").unwrap();
    for (name, about, value) in texts() {
        write!(text, "\n/** {about} */\nexport const {name} = {};\n", quoted(value)).unwrap();
    }
    text
}

#[test]
fn the_facts_of_the_package_are_those_of_the_core() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, facts()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == facts(), "{FILE} is stale: run this test with UPDATE=1");
}

#[test]
fn the_types_of_the_package_list_the_policies() {
    let types =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg/types/documents.d.ts")).unwrap();
    let policies: Vec<String> = Policy::ALL.iter().map(|policy| quoted(policy.as_str())).collect();
    assert!(types.contains(&format!("export type SelectionPolicy = {};", policies.join(" | "))));
    for policy in Policy::ALL {
        assert_eq!(Policy::parse(policy.as_str()).unwrap(), *policy);
    }
    for algorithm in Algorithm::ALL {
        assert_eq!(Algorithm::parse(algorithm.as_str()).unwrap(), *algorithm);
    }
}
