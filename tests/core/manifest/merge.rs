//! Three-way merges of indexes, in a notation of a line each: what both keep, who wins, and what is a conflict.

use multiarch::error::{Code, Detail, Error};
use multiarch::manifest::Document;
use multiarch::manifest::edit::Editor;

const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

/// `a=amd64` is an image, `c>a` an attestation about it, `d` an entry without a platform, `a=amd64+k:v` has an annotation;
/// `k:v` alone is the index's own, and `docker` makes it a Docker list.
fn index(notation: &str) -> Document {
    let (mut entries, mut annotations, mut media_type) = (Vec::new(), Vec::new(), OCI_INDEX);
    for word in notation.split_whitespace() {
        if word == "docker" {
            media_type = DOCKER_LIST;
            continue;
        }
        let (word, own) = word.split_once('+').unwrap_or((word, ""));
        let pair = |text: &str| text.split_once(':').map(|(key, value)| format!(r#""{key}":"{value}""#));
        let own: Vec<String> = own.split('+').filter_map(pair).collect();
        let digit = word.chars().next().unwrap_or_default();
        let platform =
            |architecture: &str| format!(r#","platform":{{"architecture":"{architecture}","os":"linux"}}"#);
        let more = match (word.split_once('='), word.split_once('>'), pair(word)) {
            (Some((_, architecture)), ..) if own.is_empty() => platform(architecture),
            (Some((_, architecture)), ..) => {
                format!(r#"{},"annotations":{{{}}}"#, platform(architecture), own.join(","))
            }
            (_, Some((_, about)), _) => format!(
                r#","annotations":{{"vnd.docker.reference.digest":"{}","vnd.docker.reference.type":"attestation-manifest"}}"#,
                digest(about.chars().next().unwrap_or_default())
            ),
            (_, _, Some(pair)) => {
                annotations.push(pair);
                continue;
            }
            _ => String::new(),
        };
        entries.push(format!(
            r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":7{more}}}"#,
            digest(digit)
        ));
    }
    let own = match annotations.is_empty() {
        true => String::new(),
        false => format!(r#","annotations":{{{}}}"#, annotations.join(",")),
    };
    let text = format!(
        r#"{{"schemaVersion":2,"mediaType":"{media_type}","manifests":[{}]{own}}}"#,
        entries.join(",")
    );
    Document::parse(text.into_bytes(), None, None).unwrap()
}

fn merged(base: &Document, ours: &Document, theirs: &Document) -> Result<String, Error> {
    let mut editor = Editor::of(theirs)?;
    editor.merge(base, ours)?;
    Ok(editor.build()?.text().to_owned())
}

/// base | ours | theirs | what comes of it
const MERGED: &[[&str; 4]] = &[
    ["a=amd64", "a=amd64 b=arm64", "a=amd64 c=s390x", "a=amd64 c=s390x b=arm64"],
    ["a=amd64", "a=amd64 b=arm64 d>b", "a=amd64 c=s390x e>c", "a=amd64 c=s390x e>c b=arm64 d>b"],
    ["", "b=arm64", "c=s390x", "c=s390x b=arm64"],
    ["a=amd64 b=arm64", "a=amd64", "a=amd64 b=arm64 c=s390x", "a=amd64 c=s390x"],
    ["a=amd64 b=arm64", "c=amd64 b=arm64", "a=amd64 d=arm64", "c=amd64 d=arm64"],
    ["a=amd64 e>a b=arm64", "c=amd64 f>c b=arm64", "a=amd64 e>a d=arm64", "c=amd64 d=arm64 f>c"],
    // Both did the same.
    ["a=amd64", "a=amd64 b=arm64", "a=amd64 b=arm64", "a=amd64 b=arm64"],
    ["a=amd64 b=arm64", "a=amd64", "a=amd64", "a=amd64"],
    ["a=amd64", "b=amd64", "b=amd64", "b=amd64"],
    // Only one of them did something.
    ["a=amd64", "a=amd64", "b=amd64 k:v", "b=amd64 k:v"],
    ["a=amd64", "b=amd64 k:v", "a=amd64", "b=amd64 k:v"],
    // Annotations, one by one.
    ["a=amd64 k:v", "a=amd64 k:w", "a=amd64 k:v l:m", "a=amd64 k:w l:m"],
    ["a=amd64 k:v", "a=amd64", "a=amd64 k:v l:m", "a=amd64 l:m"],
    ["a=amd64 k:v", "a=amd64", "a=amd64", "a=amd64"],
    ["a=amd64+k:v", "a=amd64+k:w", "a=amd64+k:v+l:m", "a=amd64+k:w+l:m"],
    ["a=amd64", "a=amd64+k:v", "a=amd64+l:m", "a=amd64+l:m+k:v"],
    ["a=amd64+k:v", "a=amd64", "a=amd64+k:v+l:m", "a=amd64+l:m"],
    ["", "a=amd64+k:v", "a=amd64+k:v+l:m", "a=amd64+k:v+l:m"],
    // A platform that is set, and an annotation beside it.
    ["a=arm", "a=arm64", "a=arm+k:v", "a=arm64+k:v"],
    // Two images of one platform, where one of both meant it.
    [
        "a=amd64 b=amd64",
        "a=amd64 b=amd64 c=arm64",
        "a=amd64 b=amd64 d=s390x",
        "a=amd64 b=amd64 d=s390x c=arm64",
    ],
    // Types.
    ["docker a=amd64", "a=amd64 k:v", "docker a=amd64 c=s390x", "a=amd64 c=s390x k:v"],
    ["a=amd64", "docker a=amd64", "a=amd64 c=s390x", "docker a=amd64 c=s390x"],
    ["d a=amd64", "d a=amd64 e", "d", "d e"],
];

/// base | ours | theirs | the conflicts, in which `a` stands for its digest
const CONFLICTS: &[[&str; 4]] = &[
    ["a=amd64", "b=amd64", "c=amd64", "linux/amd64: b here, c there"],
    ["", "b=amd64", "c=amd64", "linux/amd64: b here, c there"],
    ["a=amd64", "b=amd64", "", "linux/amd64: b here, removed there"],
    ["a=amd64", "", "b=amd64", "linux/amd64: removed here, b there"],
    ["a=amd64", "a=amd64 b=amd64", "c=amd64", "linux/amd64: a and b here, c there"],
    ["a=amd64 k:v", "a=amd64 k:w", "a=amd64 k:x", r#"annotations k: "w" here, "x" there"#],
    ["a=amd64 k:v", "a=amd64 k:w", "a=amd64", r#"annotations k: "w" here, none there"#],
    ["a=amd64+k:v", "a=amd64+k:w", "a=amd64+k:x", r#"a annotations k: "w" here, "x" there"#],
    ["a=amd64", "a=amd64+k:v", "", "a: changed here, removed there"],
    ["a=amd64", "", "a=amd64+k:v", "a: removed here, changed there"],
    ["a=arm", "a=arm64", "a=s390x", r#"a platform architecture: "arm64" here, "s390x" there"#],
    ["a=amd64", "a=amd64 c>a", "b=amd64", "c is about a, which one of the changes removes"],
    ["a=amd64", "", "a=amd64 c>a", "c is about a, which one of the changes removes"],
    [
        "a=amd64",
        "b=amd64 k:w",
        "c=amd64 k:x",
        r#"linux/amd64: b here, c there; annotations k: "w" here, "x" there"#,
    ],
];

#[test]
fn what_does_not_contradict_is_kept_from_both() {
    for [base, ours, theirs, expected] in MERGED {
        let found = merged(&index(base), &index(ours), &index(theirs));
        assert_eq!(found.as_deref(), Ok(index(expected).text()), "{base} | {ours} | {theirs}");
    }
}

#[test]
fn what_contradicts_is_named_with_both_sides() {
    for [base, ours, theirs, expected] in CONFLICTS {
        let error = merged(&index(base), &index(ours), &index(theirs)).unwrap_err();
        assert_eq!(error.code(), Code::UpdateConflict, "{base} | {ours} | {theirs}: {error}");
        let Some(Detail::List(conflicts)) = error.detail("conflicts") else {
            panic!("no conflicts: {error}")
        };
        let mut found = conflicts.join("; ");
        ('a'..='f').for_each(|digit| found = found.replace(&digest(digit), &digit.to_string()));
        assert_eq!(found, *expected, "{base} | {ours} | {theirs}");
    }
}

#[test]
fn another_layout_is_no_change_and_the_others_text_stays() {
    let base = index("a=amd64+k:v");
    let theirs = format!(
        "{{\n  \"mediaType\": \"{OCI_INDEX}\", \"x-own\": 1.50,\n  \"manifests\": [\n    {{ \"size\": 7, \"platform\": {{\"os\":\"linux\", \"architecture\":\"amd64\"}},\n      \"annotations\": {{\"k\": \"\\u0076\"}},\n      \"digest\": \"{}\",\n      \"mediaType\": \"application/vnd.oci.image.manifest.v1+json\" }}\n  ],\n  \"schemaVersion\": 2\n}}\n",
        digest('a')
    );
    let other = Document::parse(theirs.clone().into_bytes(), None, None).unwrap();
    assert_eq!(merged(&base, &base, &other).as_deref(), Ok(theirs.as_str()));
    let removed = merged(&base, &index(""), &other).unwrap();
    assert!(removed.contains("\"x-own\": 1.50") && removed.contains("\"manifests\": []"), "{removed}");
    let more = merged(&base, &index("a=amd64+k:w"), &other).unwrap();
    assert_eq!(more, theirs.replace("\"\\u0076\"", "\"w\""));
}

#[test]
fn a_conflict_changes_nothing() {
    let theirs = index("c=amd64");
    let mut editor = Editor::of(&theirs).unwrap();
    editor.merge(&index("a=amd64"), &index("b=amd64 d=arm64 k:v")).unwrap_err();
    assert_eq!(editor.build().unwrap().text(), theirs.text());
}

#[test]
fn a_hostile_number_of_members_ends_in_time() {
    let many = |value: &str| {
        let pairs: Vec<String> = (0..20_000).map(|at| format!("k{at}:{value}")).collect();
        index(&pairs.join(" "))
    };
    let (a, b) = (many("a"), many("b"));
    assert_eq!(merged(&a, &index(""), &a).as_deref(), Ok(index("").text()));
    let error = merged(&a, &b, &index("l:m")).unwrap_err();
    let Some(Detail::List(conflicts)) = error.detail("conflicts") else { panic!("no conflicts: {error}") };
    assert_eq!(conflicts.last().map(String::as_str), Some("annotations: more than 200 members differ"));
    assert_eq!(merged(&a, &b, &a).as_deref(), Ok(b.text()));
}
