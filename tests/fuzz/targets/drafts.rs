//! Docker's draft files: what is written to be kept is read as the same entry.
//!
//! An input whose first byte is `@` is drawn as an entry; every other one is a file.

use multiarch::descriptor::{Annotations, Descriptor};
use multiarch::digest::{Algorithm, Digest};
use multiarch::docker::drafts::draft::{Entry, decode, encode_to_keep, file_name};
use multiarch::docker::drafts::listing::{Listing, Source};
use multiarch::error::Code;
use multiarch::manifest::edit::descriptor_text;
use multiarch::media_type::{DOCKER_MANIFEST, MediaType, OCI_INDEX, OCI_MANIFEST};
use multiarch::platform::Platform;

use crate::draw::Draw;
use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "\"Ref\"",
    "\"Descriptor\"",
    "\"Raw\"",
    "\"SchemaV2Manifest\"",
    "\"OCIManifest\"",
    "\"Digest\"",
    "\"Platform\"",
    "\"Multiarch\"",
    "\"Entry\"",
    "\"Sources\"",
    "\"docker.io/library/alpine:3\"",
    "\"e30=\"",
    "\"mediaType\"",
    "\"digest\"",
    "\"size\"",
    "\"platform\"",
    "@",
    "\"application/vnd.oci.image.manifest.v1+json\"",
    "\"application/vnd.docker.distribution.manifest.v2+json\"",
    "\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"",
    "null",
    "{}",
    "\"manifests\"",
];

const RAW: [&str; 6] = [
    "{}",
    "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\"}",
    "{\n  \"schemaVersion\": 2,\n  \"mediaType\": \"application/vnd.oci.image.manifest.v1+json\",\n  \"a\": \"<&>\"\n}",
    "{\"schemaVersion\":2,\"manifests\":[]}",
    "",
    "[]",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> =
        (0..18).map(|at: u8| vec![b'@', at, at / 3, at / 6, at, 4, b'a', at, 1]).collect();
    seeds.extend(seeds::files("data/vectors/docker-manifest"));
    for at in 0..36 {
        seeds.extend(
            encode_to_keep(&drawn(&mut Draw::new(&[at, at / 6, at, at, 1, at]))).map(String::into_bytes),
        );
    }
    seeds
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let entry = match input.split_first() {
        Some((b'@', decisions)) => drawn(&mut Draw::new(decisions)),
        _ => match decode(input, Some("file")) {
            Ok(entry) => entry,
            Err(error) => return kind_of(&error),
        },
    };
    let name = file_name(&entry.reference);
    assert!(!name.contains(['/', '\0']) && name != "." && name != "..", "{name}");
    if let Err(error) = entry.bytes() {
        assert_ne!(error.code(), Code::Internal);
    }
    let text = match encode_to_keep(&entry) {
        Ok(text) => text,
        Err(error) => return kind_of(&error) ^ 1,
    };
    serde_json::from_str::<serde::de::IgnoredAny>(&text).unwrap();
    let again = decode(text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(again.descriptor, entry.descriptor, "{text}");
    assert_eq!((&again.reference, &again.raw), (&entry.reference, &entry.raw));
    assert_eq!(again.compact().ok(), entry.compact().ok(), "{text}");
    assert_eq!(again.listing, entry.listing, "{text}");
    assert_eq!(encode_to_keep(&again).as_deref(), Ok(text.as_str()), "a second writing differs");
    kind(&[
        "entry",
        entry.descriptor.media_type.as_str(),
        if entry.manifest.is_some() { "manifest" } else { "" },
    ])
}

fn drawn(draw: &mut Draw<'_>) -> Entry {
    let raw = draw.pick(&RAW).as_bytes().to_vec();
    let media_type = *draw.pick(&[OCI_MANIFEST, DOCKER_MANIFEST, OCI_INDEX, "a/b"]);
    let algorithm = *draw.pick(&[Algorithm::Sha256, Algorithm::Sha512]);
    let digest = Digest::of(algorithm, &raw);
    let mut descriptor = Descriptor::new(MediaType::parse(media_type).unwrap(), digest, raw.len() as u64);
    let reference = *draw.pick(&["docker.io/library/a:1", "localhost:5000/a/b:c", "r.example/a/b_c:1"]);
    if draw.byte() % 2 == 1 {
        descriptor.platform = Some(Platform {
            os: draw.text(),
            architecture: draw.text(),
            variant: draw.text(),
            os_version: draw.text(),
            os_features: (0..draw.below(3)).map(|_| draw.text()).collect(),
        });
        descriptor.urls = (0..draw.below(3)).map(|_| draw.text()).collect();
        let mut pairs: Vec<_> = (0..draw.below(3)).map(|_| (draw.text(), draw.text())).collect();
        pairs.sort();
        pairs.dedup_by(|a, b| a.0 == b.0);
        descriptor.annotations = Annotations::from_pairs(pairs);
        descriptor.data = Some(draw.text()).filter(|text| !text.is_empty());
        descriptor.artifact_type = Some(draw.text()).filter(|text| !text.is_empty());
    }
    let manifest = match draw.byte() % 4 {
        1 => Some(String::new()),
        2 => Some("{\"schemaVersion\":2}".to_owned()),
        _ => None,
    };
    let listing = (draw.byte() % 2 == 1).then(|| Listing {
        text: descriptor_text(&descriptor),
        sources: (0..draw.below(3))
            .map(|_| Source {
                reference: draw.text(),
                digest: descriptor.digest.clone(),
                annotations: descriptor.annotations.clone(),
            })
            .collect(),
    });
    Entry { reference: reference.to_owned(), descriptor, raw, manifest, listing }
}
