//! Every index of `index-selection.json`, walked to the end with nothing but the library's selection.
//!
//! Each policy has a column of the table. What is not run: the columns of other implementations.

use std::collections::BTreeMap;

use multiarch::descriptor::Descriptor;
use multiarch::digest::Digest;
use multiarch::platform::Platform;
use multiarch::selection::{Options, Policy, accepts, not_found, select};
use serde_json::Value;

use crate::support::vectors::{entries, listed, platform, read, rows, text};

const COLUMNS: &[(&str, Policy)] = &[
    ("containerd_images_manifest_only", Policy::Containerd),
    ("containerd_images_manifest_onlystrict", Policy::Strict),
    ("crane", Policy::First),
    ("containers_image", Policy::Podman),
];

/// The documents of one scenario by their digests.
struct Documents(BTreeMap<String, Value>);

impl Documents {
    fn of(scenario: &Value) -> Documents {
        let blobs = scenario["blobs"].as_object().unwrap().iter();
        let parse = |(digest, blob): (&String, &Value)| {
            serde_json::from_str(blob.as_str().unwrap()).ok().map(|document| (digest.clone(), document))
        };
        Documents(blobs.filter_map(parse).collect())
    }

    fn get(&self, digest: &str) -> &Value {
        self.0.get(digest).unwrap_or(&Value::Null)
    }

    /// The path to the chosen entry, `1/0` for entry 0 of the index at entry 1.
    fn walk(&self, index: &Value, wanted: &Platform, options: &Options<'_>) -> Option<String> {
        let docker_list = text(index, "mediaType").starts_with("application/vnd.docker.");
        let options = Options { docker_list, ..*options };
        let entries = entries(index);
        let selection = select(&listed(&entries), wanted, &options);
        assert_eq!(selection.candidates.len(), entries.len());
        let chosen = selection.chosen?;
        let entry = &entries[chosen];
        let document = self.get(entry.digest.as_str());
        match kind(entry) {
            "index" => self.walk(document, wanted, &options).map(|rest| format!("{chosen}/{rest}")),
            // containerd stops at a type that it does not know; the others hand it over.
            "other" if options.policy.checks_config() => None,
            _ if entry.platform.is_none() && options.policy.checks_config() => {
                let config = platform(self.get(text(&document["config"], "digest")));
                accepts(wanted, &config, &options).then(|| chosen.to_string())
            }
            _ => Some(chosen.to_string()),
        }
    }
}

fn kind(entry: &Descriptor) -> &'static str {
    match entry.media_type.as_str() {
        "application/vnd.oci.image.index.v1+json"
        | "application/vnd.docker.distribution.manifest.list.v2+json" => "index",
        "application/vnd.oci.image.manifest.v1+json"
        | "application/vnd.docker.distribution.manifest.v2+json" => "manifest",
        _ => "other",
    }
}

#[test]
fn every_policy_picks_what_its_implementation_picks() {
    // An empty os is that of the machine that ran the implementations.
    let linux = Platform::parse("linux/amd64", None).unwrap();
    let mut picks = 0;
    for scenario in rows(&read("index-selection")["scenarios"]) {
        let documents = Documents::of(scenario);
        for row in rows(&scenario["hosts"]) {
            let wanted = platform(&row["host"]);
            for (column, policy) in COLUMNS {
                let pick = &row["picks"][*column];
                assert!(
                    pick.get("path").is_some() != pick.get("error").is_some(),
                    "{} {row}",
                    scenario["id"]
                );
                let options = Options { policy: *policy, host: Some(&linux), ..Options::default() };
                let found = documents.walk(&scenario["index"], &wanted, &options);
                let expected = pick.get("path").and_then(Value::as_str);
                assert_eq!(found.as_deref(), expected, "{} {column} {}", scenario["id"], row["host"]);
                picks += 1;
            }
        }
    }
    assert!(picks >= 300, "picks compared: {picks}");
}

#[test]
fn every_entry_is_explained_once() {
    for scenario in rows(&read("index-selection")["scenarios"]) {
        let entries = entries(&scenario["index"]);
        for row in rows(&scenario["hosts"]) {
            let wanted = platform(&row["host"]);
            for (_, policy) in COLUMNS {
                let options = Options { policy: *policy, ..Options::default() };
                let selection = select(&listed(&entries), &wanted, &options);
                let mut indexes: Vec<usize> =
                    selection.candidates.iter().map(|candidate| candidate.index).collect();
                indexes.sort_unstable();
                assert_eq!(indexes, (0..entries.len()).collect::<Vec<_>>(), "{}", scenario["id"]);
                let ranks: Vec<usize> =
                    selection.candidates.iter().map_while(|candidate| candidate.rank).collect();
                assert_eq!(ranks, (0..ranks.len()).collect::<Vec<_>>(), "{}", scenario["id"]);
                assert!(selection.candidates[ranks.len()..].iter().all(|candidate| candidate.rank.is_none()));
                assert_eq!(
                    selection.chosen,
                    selection.candidates.first().filter(|_| !ranks.is_empty()).map(|best| best.index)
                );
                assert!(selection.candidates.iter().all(|candidate| !candidate.reason.is_empty()));
                // Whatever an index holds, the error for a platform that it lacks can be made.
                assert!(
                    not_found(&listed(&entries), &wanted, &selection).message().contains(&wanted.to_string())
                );
            }
        }
    }
}

/// The claim of a policy about one platform has to hold for a large index too, and in its order.
#[test]
fn a_thousand_entries_keep_their_order() {
    let specifiers = ["linux/arm/v6", "windows/amd64", "linux/arm64", "linux/s390x", "linux/arm64"];
    let platforms = specifiers.map(|specifier| Platform::parse(specifier, None).unwrap());
    let entries: Vec<Descriptor> = (0..1_000)
        .map(|number: usize| {
            let mut entry = crate::support::vectors::entry(Some(platforms[number % platforms.len()].clone()));
            entry.digest = Digest::of(Default::default(), &number.to_le_bytes());
            entry
        })
        .collect();
    let selection = select(&listed(&entries), &platforms[2], &Options::default());
    assert_eq!(selection.chosen, Some(2));
    let ranked: Vec<usize> =
        selection.candidates.iter().filter(|c| c.rank.is_some()).map(|c| c.index).collect();
    let of =
        |remainders: &[usize]| (0..1_000).filter(|n| remainders.contains(&(n % 5))).collect::<Vec<usize>>();
    assert_eq!(ranked, [of(&[2, 4]), of(&[0])].concat());
}
