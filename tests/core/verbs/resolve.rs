//! Walking indexes: every row of the vectors that states what an implementation picks, over a registry in
//! memory that serves the row's own blobs.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use multiarch::platform::Platform;
use multiarch::reference::Reference;
use multiarch::registry::Client;
use multiarch::selection::{Policy, Wanted};
use multiarch::verbs;
use serde_json::{Value, json};

use crate::support::clock::block_on;
use crate::support::host::Host;
use crate::support::registry::Registry;
use crate::support::vectors::{self, rows, text};

/// Holds a body by the digest that is given for it, as a document and as a blob.
fn add(memory: &mut Host<Registry>, digest: &str, bytes: &[u8]) {
    let json = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    let media_type = json["mediaType"].as_str().unwrap_or("application/octet-stream");
    memory.hold(format!("/v2/r/manifests/{digest}"), media_type, bytes);
    memory.hold(format!("/v2/r/blobs/{digest}"), media_type, bytes);
}

const COLUMNS: &[(&str, Policy)] = &[
    ("containerd_images_manifest_only", Policy::Containerd),
    ("containerd_images_manifest_onlystrict", Policy::Strict),
    ("crane", Policy::First),
    ("containers_image", Policy::Podman),
];

#[test]
fn every_row_picks_what_its_implementation_picks() {
    let vectors = vectors::read("index-selection");
    let mut checked = 0;
    let mut failed = Vec::new();
    for scenario in rows(&vectors["scenarios"]) {
        let mut memory = Host::<Registry>::default();
        for (digest, bytes) in scenario["blobs"].as_object().unwrap() {
            add(&mut memory, digest, bytes.as_str().unwrap().as_bytes());
        }
        let root = text(&scenario["root"], "digest");
        assert!(memory.holds(&format!("/v2/r/manifests/{root}")), "{} has no root", scenario["id"]);
        let reference = Reference::parse(&format!("registry.example/r@{root}")).unwrap();
        for row in rows(&scenario["hosts"]) {
            for (column, policy) in COLUMNS {
                let Some(pick) = row["picks"].get(column) else { continue };
                let wanted = Wanted {
                    platform: vectors::platform(&row["host"]),
                    policy: *policy,
                    // The vectors were made on linux/amd64; that os stands in where an entry leaves it empty.
                    host: Some(Platform::parse("linux/amd64", None).unwrap()),
                };
                let found =
                    block_on(verbs::resolve(Client::default().on(&memory), &reference, Some(&wanted)));
                let path = found
                    .as_ref()
                    .ok()
                    .map(|resolved| resolved.path.iter().map(usize::to_string).collect::<Vec<_>>().join("/"));
                checked += 1;
                if path.as_deref() != pick.get("path").and_then(Value::as_str) {
                    failed.push(format!(
                        "{} {} {column}: {path:?}, not {pick} ({:?})",
                        scenario["id"],
                        row["host"],
                        found.err()
                    ));
                }
            }
        }
    }
    println!("{checked} picks");
    assert!(failed.is_empty(), "{} of {checked}:\n{}", failed.len(), failed.join("\n"));
    assert!(checked >= 300, "only {checked} picks were found");
}

fn digest_of(bytes: &[u8]) -> String {
    multiarch::digest::Digest::of(Default::default(), bytes).to_string()
}

/// `count` indexes inside one another, an image manifest at the bottom.
fn nest(memory: &mut Host<Registry>, count: usize) -> Reference {
    let config =
        json!({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []}})
            .to_string();
    add(memory, &digest_of(config.as_bytes()), config.as_bytes());
    let oci = "application/vnd.oci.image";
    let mut inner = json!({"schemaVersion": 2, "mediaType": format!("{oci}.manifest.v1+json"), "layers": [],
        "config": {"mediaType": format!("{oci}.config.v1+json"), "digest": digest_of(config.as_bytes()), "size": config.len()}})
    .to_string();
    for _ in 0..count {
        add(memory, &digest_of(inner.as_bytes()), inner.as_bytes());
        let media_type = serde_json::from_str::<Value>(&inner).unwrap()["mediaType"].clone();
        inner = json!({"schemaVersion": 2, "mediaType": format!("{oci}.index.v1+json"), "manifests": [
            {"mediaType": media_type, "digest": digest_of(inner.as_bytes()), "size": inner.len()}]})
        .to_string();
    }
    add(memory, &digest_of(inner.as_bytes()), inner.as_bytes());
    Reference::parse(&format!("registry.example/r@{}", digest_of(inner.as_bytes()))).unwrap()
}

#[test]
fn four_indexes_are_followed_and_a_fifth_is_refused() {
    let wanted = Wanted { platform: Platform::parse("linux/amd64", None).unwrap(), ..Wanted::default() };
    let mut memory = Host::<Registry>::default();
    let reference = nest(&mut memory, 4);
    let resolved =
        block_on(verbs::resolve(Client::default().on(&memory), &reference, Some(&wanted))).unwrap();
    assert_eq!(resolved.path, [0, 0, 0, 0]);
    assert_eq!(resolved.selection(&wanted).unwrap().chosen, Some(0));
    assert_eq!(resolved.root.unwrap().manifests().len(), 1);

    let mut memory = Host::<Registry>::default();
    let reference = nest(&mut memory, 5);
    let error =
        block_on(verbs::resolve(Client::default().on(&memory), &reference, Some(&wanted))).unwrap_err();
    assert_eq!(error.code().as_str(), "INDEX_TOO_DEEP");
    assert_eq!(memory.asked.borrow().len(), 4, "the fifth index is not asked for");
}

#[test]
fn a_hundred_calls_at_once_share_one_client() {
    let wanted = Wanted { platform: Platform::parse("linux/amd64", None).unwrap(), ..Wanted::default() };
    let mut memory = Host::<Registry>::default();
    let reference = nest(&mut memory, 2);
    let client = Client::default();
    let mut calls: Vec<_> =
        (0..100).map(|_| Box::pin(verbs::resolve(client.on(&memory), &reference, Some(&wanted)))).collect();
    let mut context = Context::from_waker(Waker::noop());
    let mut done = 0;
    let mut rounds = 0;
    while !calls.is_empty() {
        rounds += 1;
        assert!(rounds < 1000, "calls wait for one another");
        calls.retain_mut(|call| match pin!(call).poll(&mut context) {
            Poll::Ready(found) => {
                assert_eq!(found.unwrap().path, [0, 0]);
                done += 1;
                false
            }
            Poll::Pending => true,
        });
    }
    assert_eq!((done, memory.asked.borrow().len()), (100, 400));
}
