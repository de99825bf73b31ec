//! Choosing from an index that is drawn at random: the four policies keep their promises.

use std::collections::HashSet;

use multiarch::descriptor::{Annotations, Descriptor, Listed};
use multiarch::digest::{Algorithm, Digest};
use multiarch::media_type::{DOCKER_MANIFEST, MediaType, OCI_INDEX, OCI_MANIFEST};
use multiarch::platform::Platform;
use multiarch::selection::{Options, Policy, accepts, select};
use multiarch::text::printable::printable;

use crate::draw::Draw;
use crate::run::kind;

pub(crate) const WORDS: &[&str] = &[];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    (0..64_u8)
        .map(|at| {
            (0..48).map(|place: u8| at.wrapping_mul(31).wrapping_add(place.wrapping_mul(at | 1))).collect()
        })
        .collect()
}

const SYSTEMS: [&str; 8] = ["linux", "windows", "darwin", "", "Linux", "macos", "unknown", "freebsd"];
const ARCHITECTURES: [&str; 12] = [
    "amd64", "arm64", "arm", "386", "x86_64", "aarch64", "armhf", "riscv64", "ppc64le", "", "unknown",
    "armel",
];
const VARIANTS: [&str; 12] = ["", "v8", "v7", "v6", "v5", "v2", "v3", "7", "8", "v9.1", "v4294967296", "x"];
const VERSIONS: [&str; 7] =
    ["", "10.0.17763.1", "10.0.20348.2582", "10.0.26100", "10.0", "x", "10.0.99999999999.1"];

fn platform(draw: &mut Draw<'_>) -> Platform {
    let mut pick =
        |known: &[&str]| if draw.byte() == 255 { draw.text() } else { (*draw.pick(known)).to_owned() };
    let (os, architecture, variant, os_version) =
        (pick(&SYSTEMS), pick(&ARCHITECTURES), pick(&VARIANTS), pick(&VERSIONS));
    let os_features =
        (0..draw.below(20).saturating_sub(17)).map(|_| (*draw.pick(&["win32k", "gpu", ""])).to_owned());
    Platform { os_features: os_features.collect(), os, architecture, variant, os_version }
}

const TYPES: [&str; 4] = [OCI_MANIFEST, OCI_MANIFEST, DOCKER_MANIFEST, OCI_INDEX];

fn entry(draw: &mut Draw<'_>, at: usize) -> Descriptor {
    let media_type = MediaType::parse(TYPES[usize::from(draw.byte()) % TYPES.len()]).unwrap();
    let mut entry = Descriptor::new(media_type, Digest::of(Algorithm::Sha256, &[at as u8]), 2);
    entry.platform = (draw.byte() % 8 != 7).then(|| platform(draw));
    if draw.byte() % 8 == 7 {
        let pairs = [
            ("vnd.docker.reference.type", "attestation-manifest"),
            ("io.github.containers.compression.zstd", "true"),
        ];
        let (key, value) = *draw.pick(&pairs);
        entry.annotations = Annotations::from_pairs(vec![(key.to_owned(), value.to_owned())]);
    }
    entry
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let mut draw = Draw::new(input);
    let policy = *draw.pick(&[Policy::Containerd, Policy::Strict, Policy::First, Policy::Podman]);
    let docker_list = draw.byte() % 2 == 1;
    let host = (draw.byte() % 2 == 1).then(|| platform(&mut draw));
    let options = Options { policy, host: host.as_ref(), docker_list };
    let wanted = platform(&mut draw);
    let entries: Vec<Listed> = (0..draw.below(12)).map(|at| Listed::Sound(entry(&mut draw, at))).collect();

    let selection = select(&entries, &wanted, &options);
    assert_eq!(selection, select(&entries, &wanted, &options));
    let seen: HashSet<usize> = selection.candidates.iter().map(|candidate| candidate.index).collect();
    assert_eq!((seen.len(), selection.candidates.len()), (entries.len(), entries.len()), "every entry once");
    let first = selection.candidates.first();
    assert_eq!(selection.chosen, first.filter(|first| first.rank.is_some()).map(|first| first.index));
    let mut ranked = 0;
    for (at, candidate) in selection.candidates.iter().enumerate() {
        assert!(!candidate.reason.is_empty());
        assert_eq!(printable(&candidate.reason), candidate.reason);
        match candidate.rank {
            Some(rank) => {
                assert_eq!((rank, ranked), (at, at), "ranks have gaps");
                ranked += 1;
            }
            None => assert!(at >= ranked),
        }
        let entry = entries[candidate.index].sound();
        if let Some(platform) = entry.and_then(|entry| entry.platform.as_ref()) {
            // One platform is judged alike whatever stands beside it.
            assert_eq!(
                accepts(&wanted, platform, &options),
                candidate.rank.is_some(),
                "{platform} for {wanted}"
            );
            let alone = select(&entries[candidate.index..=candidate.index], &wanted, &options);
            assert_eq!(alone.chosen.is_some(), candidate.rank.is_some());
        }
    }
    let words = first.map(|first| first.reason.as_str()).unwrap_or_default();
    let words: String = words.chars().filter(char::is_ascii_lowercase).take(24).collect();
    kind(&[policy.as_str(), &words, &ranked.to_string()])
}
