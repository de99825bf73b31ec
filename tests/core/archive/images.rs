//! Archives that lie about their images: what is found, and that an archive is refused which two tools would read in two ways.

use std::collections::BTreeMap;

use multiarch::archive::images::{Bytes, Contents, Files, Findings, Kind, TarFiles, open};
use multiarch::digest::{Algorithm, Digest};
use multiarch::error::{Code, Result};

use crate::support::clock::block_on;

struct Folder(BTreeMap<String, Vec<u8>>);

impl Files for Folder {
    async fn size(&self, path: &str) -> Result<Option<u64>> {
        Ok(self.0.get(path).map(|content| content.len() as u64))
    }

    async fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>> {
        let content = &self.0[path][offset as usize..];
        Ok(content[..length.min(content.len())].to_vec())
    }
}

struct Tar(Vec<u8>);

impl Bytes for Tar {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Vec<u8>> {
        let rest = &self.0[(offset as usize).min(self.0.len())..];
        Ok(rest[..length.min(rest.len())].to_vec())
    }
}

type Members = Vec<(String, Vec<u8>)>;

fn tar(members: &Members) -> Tar {
    let mut bytes = Vec::new();
    for (path, content) in members {
        let mut header = [0; 512];
        header[..path.len()].copy_from_slice(path.as_bytes());
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        bytes.extend(header);
        bytes.extend(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    Tar(bytes)
}

fn of_tar(members: &Members) -> Result<Contents> {
    let bytes = tar(members);
    block_on(async {
        let mut findings = Findings::default();
        let files = TarFiles::of(&bytes, &mut findings).await?;
        open(&files, findings).await
    })
}

fn codes(contents: &Contents) -> Vec<&'static str> {
    contents.findings.iter().map(|finding| finding.code).collect()
}

fn blob(content: &str) -> (Digest, (String, Vec<u8>)) {
    let digest = Digest::of(Algorithm::Sha256, content.as_bytes());
    let path = format!("blobs/sha256/{}", digest.encoded());
    (digest, (path, content.as_bytes().to_vec()))
}

fn manifest_of(config: &(Digest, (String, Vec<u8>)), layer: &(Digest, (String, Vec<u8>))) -> String {
    let part = |media: &str, (digest, (_, content)): &(Digest, (String, Vec<u8>))| {
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.{media}","digest":"{}","size":{}}}"#,
            digest.as_str(),
            content.len()
        )
    };
    let (config, layer) = (part("config.v1+json", config), part("layer.v1.tar", layer));
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{config},"layers":[{layer}]}}"#
    )
}

/// A layout of one image that is called `app:1`, and the paths of its config and its layer.
fn layout() -> (Members, [String; 2]) {
    let (config, layer) = (blob(r#"{"os":"linux","architecture":"amd64"}"#), blob("layer"));
    let manifest = blob(&manifest_of(&config, &layer));
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":{},"annotations":{{"org.opencontainers.image.ref.name":"app:1"}}}}]}}"#,
        manifest.0.as_str(),
        manifest.1.1.len()
    );
    let paths = [config.1.0.clone(), layer.1.0.clone()];
    let files = [("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#), ("index.json", &index)];
    let mut members: Members = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into();
    members.extend([config.1, layer.1, manifest.1]);
    (members, paths)
}

fn with_list(list: &str) -> Members {
    let (mut members, _) = layout();
    members.push(("manifest.json".to_owned(), list.as_bytes().to_vec()));
    members
}

#[test]
fn two_lists_of_one_archive_have_to_name_the_same_images() {
    let (_, [config, layer]) = layout();
    let list = |config: &str, name: &str, layer: &str| {
        format!(r#"[{{"Config":"{config}","RepoTags":["{name}"],"Layers":["{layer}"]}}]"#)
    };
    let other = blob("another").1.0;
    let cases = [
        (list(&config, "app:1", &layer), vec![]),
        (list(&config, "docker.io/library/app:1", &layer), vec![]),
        (list(&other, "app:1", &layer), vec!["LISTS_DIFFER"]),
        (list(&config, "app:1", &other), vec!["LISTS_DIFFER"]),
        (list(&config, "evil:1", &layer), vec!["LISTS_DIFFER", "LISTS_DIFFER"]),
        ("[]".to_owned(), vec!["LISTS_DIFFER"]),
        ("{}".to_owned(), vec!["ENTRY_INVALID"]),
    ];
    for (list, expected) in cases {
        let contents = of_tar(&with_list(&list)).unwrap();
        assert_eq!((codes(&contents), contents.images.len()), (expected, 1), "{list}");
    }
}

#[test]
fn a_list_stands_once_in_a_tar() {
    for path in ["index.json", "./index.json", "oci-layout"] {
        let (mut members, _) = layout();
        members.push((path.to_owned(), b"{}".to_vec()));
        assert_eq!(of_tar(&members).unwrap_err().code(), Code::ArchiveAmbiguous, "{path}");
    }
}

#[test]
fn a_path_that_leads_upwards_is_no_file_of_the_archive() {
    for path in ["../index.json", "x/../index.json", "blobs/../../index.json"] {
        let (mut members, _) = layout();
        members.push((path.to_owned(), b"{}".to_vec()));
        assert_eq!(codes(&of_tar(&members).unwrap()), ["MEMBER_PATH"], "{path}");
    }
}

#[test]
fn a_folder_of_one_image_is_read_by_its_manifest() {
    let (config, layer) = (blob("{}"), blob("layer"));
    let text = manifest_of(&config, &layer);
    let named = |part: &(Digest, (String, Vec<u8>))| (part.0.encoded().to_owned(), part.1.1.clone());
    let mut files = BTreeMap::from([named(&config), named(&layer)]);
    files.insert("manifest.json".to_owned(), text.as_bytes().to_vec());
    let read =
        |files: &BTreeMap<String, Vec<u8>>| block_on(open(&Folder(files.clone()), Findings::default()));
    let contents = read(&files).unwrap();
    assert_eq!((contents.kind, codes(&contents)), (Kind::Directory, vec![]));
    assert_eq!(contents.images[0].descriptor.digest, Digest::of(Algorithm::Sha256, text.as_bytes()));
    assert_eq!(contents.blobs.len(), 3);
    files.insert(layer.0.encoded().to_owned(), b"longer than it was".to_vec());
    files.remove(config.0.encoded());
    assert_eq!(codes(&read(&files).unwrap()), ["BLOB_MISSING", "BLOB_SIZE"]);
    files.insert("manifest.json".to_owned(), br#"{"schemaVersion":2,"mediaType":"application/x"}"#.to_vec());
    assert_eq!(read(&files).unwrap_err().code(), Code::ArchiveInvalid);
}
