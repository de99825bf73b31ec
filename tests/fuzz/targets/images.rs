//! Archives of images: whatever a tar or a folder of documents says, reading it ends with an error of a code or with
//! contents that lie inside of the archive; and it is the same however many bytes a read gives.

use std::cell::Cell;
use std::collections::BTreeMap;

use multiarch::archive::images::{Bytes, Contents, Files, Findings, TarFiles, open};
use multiarch::error::{Code, Error, Result};

use crate::host::block_on;
use crate::run::{kind, kind_of};
use crate::seeds;
use crate::targets::tar::summed;

pub(crate) const WORDS: &[&str] = &[
    "index.json",
    "manifest.json",
    "oci-layout",
    "blobs/sha256/",
    "\"Config\":",
    "\"Layers\":[",
    "\"RepoTags\":[",
    "\"manifests\":[",
    "\"digest\":\"sha256:",
    "org.opencontainers.image.ref.name",
    "io.containerd.image.name",
    "\"rootfs\":{\"diff_ids\":[",
    "../",
    "\0",
];

/// Tars of other tools, and folders written as `path NUL content` behind a first byte of `f`.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let digest = "a".repeat(64);
    let layout = format!(
        "foci-layout\0{{\"imageLayoutVersion\":\"1.0.0\"}}\0index.json\0{{\"schemaVersion\":2,\"manifests\":[{{\
         \"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:{digest}\",\"size\":2,\
         \"annotations\":{{\"org.opencontainers.image.ref.name\":\"a\"}}}}]}}\0blobs/sha256/{digest}\0{{}}"
    );
    let docker = format!(
        "fmanifest.json\0[{{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\"],\"Layers\":[\"l.tar\"]}}]\0c.json\0\
         {{\"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[\"sha256:{digest}\"]}}}}\0l.tar\0content"
    );
    let mut all: Vec<Vec<u8>> = [&layout, &docker].iter().map(|folder| tar_of(&folder[1..])).collect();
    all.extend([layout.into_bytes(), docker.into_bytes()]);
    all.extend(seeds::archives());
    all
}

/// A tar of the files of a folder.
fn tar_of(folder: &str) -> Vec<u8> {
    let parts: Vec<&str> = folder.split('\0').collect();
    let mut tar = Vec::new();
    for file in parts.chunks_exact(2) {
        let mut header = [0; 512];
        header[..file[0].len().min(100)].copy_from_slice(&file[0].as_bytes()[..file[0].len().min(100)]);
        header[124..136].copy_from_slice(format!("{:011o}\0", file[1].len()).as_bytes());
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        tar.extend(header);
        tar.extend(file[1].as_bytes());
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    summed(&tar)
}

/// Bytes that come `most` at a time.
struct Pieces<'a> {
    bytes: &'a [u8],
    most: usize,
    reads: Cell<usize>,
}

impl Bytes for Pieces<'_> {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Vec<u8>> {
        self.reads.set(self.reads.get() + 1);
        let start = usize::try_from(offset).unwrap().min(self.bytes.len());
        let end = (start + length.min(self.most)).min(self.bytes.len());
        Ok(self.bytes[start..end].to_vec())
    }
}

struct Folder(BTreeMap<String, Vec<u8>>);

impl Files for Folder {
    async fn size(&self, path: &str) -> Result<Option<u64>> {
        Ok(self.0.get(path).map(|content| content.len() as u64))
    }

    async fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>> {
        let content = self.0.get(path).ok_or_else(|| Error::new(Code::ArchiveInvalid, "no such file"))?;
        let start = usize::try_from(offset).unwrap().min(content.len());
        Ok(content[start..(start + length).min(content.len())].to_vec())
    }
}

fn of_tar(bytes: &[u8], most: usize) -> Result<Contents> {
    let pieces = Pieces { bytes, most, reads: Cell::new(0) };
    let contents = block_on(async {
        let mut findings = Findings::default();
        let files = TarFiles::of(&pieces, &mut findings).await?;
        open(&files, findings).await
    });
    // Small members are read together.
    assert!(most < 512 || pieces.reads.get() < 64 + bytes.len() / 256, "{} reads", pieces.reads.get());
    contents
}

fn of_folder(input: &[u8]) -> Result<Contents> {
    let mut parts = input.split(|byte| *byte == 0);
    let mut files = BTreeMap::new();
    while let (Some(path), Some(content)) = (parts.next(), parts.next()) {
        files.insert(String::from_utf8_lossy(path).into_owned(), content.to_vec());
    }
    block_on(open(&Folder(files), Findings::default()))
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let contents = match input.split_first() {
        Some((b'f', rest)) => of_folder(rest),
        _ => {
            let input = &summed(input);
            let whole = of_tar(input, usize::MAX);
            let pieces = of_tar(input, 600);
            assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
            whole
        }
    };
    let contents = match contents {
        Ok(contents) => contents,
        Err(error) => return kind_of(&error),
    };
    for blob in &contents.blobs {
        assert!(blob.offset.is_none_or(|offset| offset + blob.size <= input.len() as u64), "{blob:?}");
        assert!(!blob.path.starts_with('/') && !blob.path.split('/').any(|part| part == ".."), "{blob:?}");
    }
    let codes: Vec<_> = contents.findings.iter().take(4).map(|finding| finding.code).collect();
    kind(&[
        &format!("{:?}", contents.kind),
        &codes.join(" "),
        if contents.images.is_empty() { "none" } else { "some" },
    ])
}
