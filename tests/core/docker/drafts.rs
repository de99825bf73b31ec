//! Drafts: docker's files, and the commands over them.

use multiarch::descriptor::Descriptor;
use multiarch::digest::{Algorithm, Digest};
use multiarch::docker::drafts::annotate::{Changes, Unset};
use multiarch::docker::drafts::draft::{Entry, decode, encode, encode_to_keep, file_name};
use multiarch::docker::drafts::{Store, annotate, inspect_entry, rm};
use multiarch::error::Code;
use multiarch::media_type::MediaType;
use multiarch::platform::Platform;
use serde_json::Value;

use crate::support::clock::block_on;
use crate::support::store::{Memory, entry};

fn vector(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/vectors/docker-manifest/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn sample() -> Value {
    serde_json::from_slice(&vector("store-file.json")).unwrap()
}

#[test]
fn dockers_own_file_comes_back_byte_for_byte() {
    let file = vector("store-file.json");
    let entry = decode(&file, None).unwrap();
    assert_eq!(entry.reference, "127.0.0.1:5001/team/app:arm64");
    assert_eq!(encode(&entry).unwrap().into_bytes(), file);
    entry.bytes().unwrap();
}

#[test]
fn every_field_survives_in_dockers_order() {
    let mut file = sample();
    file["Descriptor"] = serde_json::json!({
        "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": file["Descriptor"]["digest"], "size": 521,
        "urls": ["https://x/?a=1&b=2"], "annotations": {"b": "<", "a": "1"}, "data": "e30=",
        "platform": {"architecture": "arm", "os": "linux", "os.version": "<1&2>", "os.features": ["x"], "variant": "v7"},
        "artifactType": "a/b"});
    file["Descriptor"]["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json".into();
    let text = encode(&decode(file.to_string().as_bytes(), None).unwrap()).unwrap();
    let start = text.find("\"urls\"").unwrap();
    let end = text.find(",\"Raw\"").unwrap();
    assert_eq!(
        &text[start..end],
        "\"urls\":[\"https://x/?a=1\\u0026b=2\"],\"annotations\":{\"a\":\"1\",\"b\":\"\\u003c\"},\"data\":\"e30=\",\
         \"platform\":{\"architecture\":\"arm\",\"os\":\"linux\",\"os.version\":\"\\u003c1\\u00262\\u003e\",\
         \"os.features\":[\"x\"],\"variant\":\"v7\"},\"artifactType\":\"a/b\"}"
    );
}

#[test]
fn keys_match_as_in_go() {
    let file = String::from_utf8(vector("store-file.json")).unwrap();
    let odd =
        file.replace("\"Ref\"", "\"REF\"").replace("\"Raw\"", "\"raw\"").replace("\"os\"", "\"O\u{17f}\"");
    assert_eq!(decode(odd.as_bytes(), None).unwrap(), decode(file.as_bytes(), None).unwrap());
    let more = file.replacen('{', "{\"Unknown\":[1,{}],", 1);
    assert_eq!(decode(more.as_bytes(), None).unwrap(), decode(file.as_bytes(), None).unwrap());
}

#[test]
fn files_of_docker_before_23_have_no_raw() {
    let file = String::from_utf8(vector("store-file.json")).unwrap();
    let raw = file.find(",\"Raw\"").unwrap();
    let after = file.find(",\"SchemaV2Manifest\"").unwrap();
    let without = format!("{}{}", &file[..raw], &file[after..]);
    let entry = decode(without.as_bytes(), None).unwrap();
    assert!(entry.raw.is_empty());
    assert_eq!(encode(&entry).unwrap(), without);
    assert_eq!(*entry.bytes().unwrap(), decode(file.as_bytes(), None).unwrap().raw);
    let other = decode(without.replace("\"size\":57", "\"size\":58").as_bytes(), None).unwrap();
    let words = "internal digest mismatch for 127.0.0.1:5001/team/app:arm64: expected sha256:62412bfb";
    assert!(other.bytes().unwrap_err().message().starts_with(words));
}

#[test]
fn files_of_docker_before_18_09_have_a_digest_and_a_platform() {
    let text = String::from_utf8(vector("store-file.json")).unwrap();
    let at = text.find("\"SchemaV2Manifest\":").unwrap() + "\"SchemaV2Manifest\":".len();
    let manifest = &text[at..text.len() - 1];
    let digest = Digest::of(Algorithm::Sha256, manifest.as_bytes());
    let file = |digest: &str| {
        format!(
            "{{\"Ref\":\"docker.io/library/a:1\",\"Digest\":\"{digest}\",\"SchemaV2Manifest\":{manifest},\
                 \"Platform\":{{\"architecture\":\"arm\",\"os\":\"linux\",\"variant\":\"v7\",\"features\":[\"x\"]}}}}"
        )
    };
    let entry = decode(file(digest.as_str()).as_bytes(), None).unwrap();
    assert_eq!(entry.descriptor.digest, digest);
    assert_eq!(entry.descriptor.size, manifest.len() as u64);
    assert_eq!(entry.descriptor.platform.as_ref().unwrap().to_string(), "linux/arm/v7");
    let wrong = format!("sha256:{}", "0".repeat(64));
    let error = decode(file(&wrong).as_bytes(), Some("list/a")).unwrap_err();
    assert_eq!(
        error.message(),
        format!("invalid manifest file list/a: image manifest digest mismatch ({wrong} != {digest})")
    );
}

#[test]
fn damaged_files_are_reported_in_dockers_words() {
    let file = String::from_utf8(vector("store-file.json")).unwrap();
    for (text, words) in [
        (String::new(), "unexpected end of JSON input"),
        (file[..100].to_owned(), "unexpected end of JSON input"),
        (format!("{file}x"), "invalid character 'x' after top-level value"),
        (file.replace("127.0.0.1:5001/team/app:arm64", "alpine"), "repository name must be canonical"),
        (file.replace("127.0.0.1:5001/team/app:arm64", "a b"), "invalid reference format"),
        (
            file.replace("sha256:62412b", "sha256:6241"),
            "digest parse of image \"127.0.0.1:5001/team/app:arm64\" failed: invalid checksum digest length",
        ),
        (
            file.replace("manifest.v2+json\",\"config\"", "x\",\"config\""),
            "mediaType in manifest should be 'application/vnd.docker.distribution.manifest.v2+json' not 'application/vnd.docker.distribution.x'",
        ),
        (
            "[]".to_owned(),
            "json: cannot unmarshal array into Go value of type struct { types.ImageManifest; Digest digest.Digest; Platform *manifestlist.PlatformSpec }",
        ),
        (
            file.replace("\"size\":521", "\"size\":\"521\""),
            "json: cannot unmarshal string into Go struct field Descriptor.ImageManifest.Descriptor.size of type int64",
        ),
        (file.replace("\"Raw\":\"", "\"Raw\":\"ew!"), "illegal base64 data at input byte 2"),
        ("{}".to_owned(), "the draft has no Ref"),
    ] {
        let error = decode(text.as_bytes(), Some("list/entry")).unwrap_err();
        assert_eq!(error.message(), words);
        assert_eq!(error.code(), Code::DraftCorrupt);
        assert!(error.hint().contains("list/entry"));
    }
}

#[test]
fn what_a_file_embeds_counts_where_docker_prints_it() {
    let file = String::from_utf8(vector("store-file.json")).unwrap();
    let other = file.replace("\"size\":57", "\"size\":58");
    let entry = decode(other.as_bytes(), None).unwrap();
    assert!(entry.compact().unwrap().contains("\"size\":58"));
    assert_eq!(encode(&entry).unwrap(), other);
    let bare = format!("{}}}", &file[..file.find(",\"SchemaV2Manifest\"").unwrap()]);
    let entry = decode(bare.as_bytes(), None).unwrap();
    assert_eq!(entry.compact().unwrap_err().message(), "127.0.0.1:5001/team/app:arm64 has no payload");
    assert_eq!(encode(&entry).unwrap(), bare);
    let twice = file.replacen("{\"Ref\":", "{\"Ref\":\"docker.io/library/a:1\",\"Ref\":", 1);
    assert_eq!(decode(twice.as_bytes(), None).unwrap(), decode(file.as_bytes(), None).unwrap());
}

#[test]
fn file_names_are_dockers() {
    for (reference, name) in [
        ("127.0.0.1:5001/team/app:v1", "127.0.0.1-5001_team_app-v1"),
        ("docker.io/library/alpine@sha256:ab", "docker.io_library_alpine@sha256-ab"),
        ("r/app:tt@sha256:aa", "r_app-tt@sha256-aa"),
    ] {
        assert_eq!(file_name(reference), name);
    }
}

#[test]
fn annotations_overwrite_add_and_unset() {
    let store = Memory::default();
    let entry = decode(&vector("store-file.json"), None).unwrap();
    let (list, image) = ("127.0.0.1:5001/team/app:1", entry.reference.clone());
    store.0.borrow_mut().insert(list.to_owned(), vec![entry.clone()]);
    let change = |changes: &Changes| block_on(annotate(&store, list, &image, changes));
    let features = Changes { os_features: vec!["a".into(), "b".into(), "a".into()], ..Changes::default() };
    change(&features).unwrap();
    let changes = Changes { variant: "v9".into(), os_version: "1".into(), ..features };
    let platform = change(&changes).unwrap().descriptor.platform.unwrap();
    assert_eq!((platform.variant.as_str(), platform.os_features.len()), ("v9", 2));
    let unset = vec![Unset::Variant, Unset::OsVersion, Unset::OsFeatures];
    let platform = change(&Changes { unset, ..Changes::default() }).unwrap().descriptor.platform.unwrap();
    assert_eq!(
        platform,
        Platform { os: "linux".into(), architecture: "arm64".into(), ..Platform::default() }
    );
    let before = store.0.borrow().clone();
    let error = change(&Changes { os: "Linux".into(), ..Changes::default() }).unwrap_err();
    assert_eq!(error.message(), "manifest entry for image has unsupported os/arch combination: Linux/");
    assert_eq!(*store.0.borrow(), before);
}

#[test]
fn a_store_of_whole_drafts_keeps_its_order_when_an_image_changes() {
    let store = Memory::default();
    let image = |name: &str, raw: &str| {
        entry(&serde_json::json!({
            "ref": format!("127.0.0.1:5001/team/app:{name}"),
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "architecture": "amd64",
            "raw": raw,
        }))
    };
    let (list, [b, a, c]) = ("127.0.0.1:5001/team/app:1", ["b", "a", "c"].map(|name| image(name, "{}")));
    store.0.borrow_mut().insert(list.to_owned(), vec![b, a.clone()]);
    let (changed, names) = (image("b", "{ }"), |store: &Memory| {
        let drafts = store.0.borrow();
        let last = |entry: &Entry| entry.reference.rsplit(':').next().unwrap().to_owned();
        drafts[list].iter().map(last).collect::<Vec<_>>().join(" ")
    });
    block_on(store.write_entry(list, &changed)).unwrap();
    assert_eq!(names(&store), "b a");
    block_on(store.write_entry(list, &c)).unwrap();
    assert_eq!(names(&store), "b a c");
    assert_eq!(block_on(store.read_entry(list, &changed.reference)).unwrap(), Some(changed));
    assert_eq!(block_on(store.read_entry(list, &a.reference)).unwrap(), Some(a));
    assert_eq!(block_on(store.read_entry("127.0.0.1:5001/none:1", &c.reference)).unwrap(), None);
}

#[test]
fn hints_name_no_flags() {
    for code in Code::ALL {
        assert!(!code.hint().contains("--"), "{code}: {}", code.hint());
    }
}

#[test]
fn removing_goes_on_after_a_failure() {
    let store = Memory::default();
    store.0.borrow_mut().insert("docker.io/library/b:latest".to_owned(), Vec::new());
    let lists = ["a", "b", "C"].map(str::to_owned);
    let error = block_on(rm(&store, &lists)).unwrap_err();
    assert_eq!(
        error.message(),
        "No such manifest: docker.io/library/a:latest\n\
         invalid reference format: repository name (library/C) must be lowercase"
    );
    assert!(store.0.borrow().is_empty());
}

#[test]
fn an_image_of_a_draft_prints_as_docker_prints_it() {
    let store = Memory::default();
    let entry = decode(&vector("store-file.json"), None).unwrap();
    let list = "127.0.0.1:5001/team/app:1";
    store.0.borrow_mut().insert(list.to_owned(), vec![entry.clone()]);
    let text = block_on(inspect_entry(&store, list, &entry.reference, false)).unwrap();
    assert_eq!(text.into_bytes(), vector("inspect-local-entry.stdout"));
}

#[test]
fn what_is_written_can_be_read_again() {
    let good = decode(&vector("store-file.json"), None).unwrap();
    let manifests = [
        "{}",
        "[]",
        "",
        "x",
        r#"{"mediaType":"application/vnd.docker.distribution.manifest.v2+json"}"#,
        r#"{"mediaType":"application/vnd.oci.image.manifest.v1+json"}"#,
        r#"{"mediaType":7}"#,
        r#"{"manifests":[]}"#,
        r#"{"a":1,"a":2}"#,
    ];
    let types = [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "a/b",
    ];
    let references = [good.reference.as_str(), "alpine", "docker.io/library/alpine", ""];
    let mut verdicts = [0, 0];
    for (manifest, media_type) in manifests.iter().flat_map(|one| types.map(|other| (one, other))) {
        for (embedded, reference) in [None, Some(String::new()), Some((*manifest).to_owned())]
            .iter()
            .flat_map(|one| references.map(|other| (one, other)))
        {
            let entry = Entry {
                reference: reference.to_owned(),
                listing: None,
                raw: manifest.as_bytes().to_vec(),
                manifest: embedded.clone(),
                descriptor: Descriptor {
                    media_type: MediaType::parse(media_type).unwrap(),
                    ..good.descriptor.clone()
                },
            };
            match encode_to_keep(&entry) {
                Ok(text) => {
                    verdicts[0] += 1;
                    assert_eq!(decode(text.as_bytes(), None).unwrap().descriptor, entry.descriptor, "{text}");
                }
                Err(error) => {
                    verdicts[1] += 1;
                    assert_eq!(error.code(), Code::OptionInvalid, "{error}");
                }
            }
        }
    }
    assert!(verdicts.iter().all(|count| *count > 20), "{verdicts:?}");
    let mismatched = Entry {
        raw: b"{}".to_vec(),
        descriptor: Descriptor { media_type: MediaType::parse(types[0]).unwrap(), ..good.descriptor.clone() },
        manifest: None,
        ..good
    };
    let error = encode_to_keep(&mismatched).unwrap_err();
    assert!(error.message().contains("mediaType in manifest should be"), "{error}");
}
