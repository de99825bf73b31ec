//! What skopeo and buildah keep in a folder as `dir:`: `manifest.json` is the manifest of an image or an index, and content
//! lies beside it under its hexadecimal digest, manifests with `.manifest.json` behind it.
//!
//! Source: containers/image, directory/directory_transport.go.

use std::collections::HashSet;

use crate::archive::images::contents::{Blob, Contents, Image, Kind};
use crate::archive::images::docker_save::MANIFEST;
use crate::archive::images::files::{Files, read_file};
use crate::archive::images::findings::{Findings, Problem};
use crate::descriptor::{Descriptor, Listed};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::json::{self, Type};
use crate::limits;
use crate::manifest::{self, Document};
use crate::text::counted;

/// How many manifests of an index are looked into.
const LOOKED_INTO: usize = 1_000;

/// Whether `manifest.json` is one manifest, where that of docker's archives is a list of images.
pub(super) fn is_manifest(manifest: &[u8]) -> bool {
    json::parse(manifest).is_ok_and(|value| value.kind() == Type::Object)
}

/// Reads the folder of such a manifest. Fails with `ARCHIVE_INVALID` where that is none, and as parsing it and reading does.
pub(super) async fn contents<F: Files>(files: &F, text: Vec<u8>, findings: Findings) -> Result<Contents> {
    let document = Document::parse(text, None, None)
        .map_err(|error| error.clone().with_message(&format!("{MANIFEST}: {}", error.message())))?;
    if document.kind() == manifest::Kind::Unknown {
        let message = format!("{MANIFEST} is neither a list of images nor a manifest");
        return Err(Error::new(Code::ArchiveInvalid, message));
    }
    let descriptor = document.descriptor();
    let mut reading = Reading { files, blobs: Vec::new(), seen: HashSet::new(), looked_into: 0, findings };
    reading.keep(MANIFEST.to_owned(), &descriptor.digest, descriptor.size);
    reading.parts(&document).await?;
    for child in children(&document) {
        reading.child(child).await?;
    }
    let images = vec![Image { name: None, aliases: Vec::new(), descriptor }];
    let (blobs, findings) = (reading.blobs, reading.findings.into_list());
    Ok(Contents { kind: Kind::Directory, images, blobs, made: Vec::new(), index: None, findings })
}

/// The entries of an index that can be used.
fn children(document: &Document) -> impl Iterator<Item = &Descriptor> {
    document.manifests().iter().filter_map(Listed::sound)
}

struct Reading<'a, F> {
    files: &'a F,
    blobs: Vec<Blob>,
    seen: HashSet<Digest>,
    looked_into: usize,
    findings: Findings,
}

impl<F: Files> Reading<'_, F> {
    /// A manifest of the index, and its content. An index in it is listed, and not looked into: skopeo writes none.
    async fn child(&mut self, entry: &Descriptor) -> Result<()> {
        let path = format!("{}.manifest.json", entry.digest.encoded());
        if !self.look_for(&path, entry).await? || self.looked_into >= LOOKED_INTO {
            return Ok(());
        }
        self.looked_into += 1;
        let read = match read_file(self.files, &path, limits::MANIFEST_BYTES).await {
            Err(error) if error.code() == Code::ArchiveLimit => return Ok(()),
            read => read?.unwrap_or_default(),
        };
        // One that cannot be read is refused where it is asked for.
        if let Ok(document) = Document::parse(read, Some(&entry.media_type), None) {
            self.parts(&document).await?;
        }
        Ok(())
    }

    /// The config and the layers of a manifest.
    async fn parts(&mut self, document: &Document) -> Result<()> {
        let layers = document.layers().iter().filter_map(Listed::sound);
        let parts: Vec<Descriptor> = document.config().into_iter().chain(layers).cloned().collect();
        for part in &parts {
            if part.is_foreign() {
                continue;
            }
            self.look_for(part.digest.encoded(), part).await?;
        }
        Ok(())
    }

    /// Looks for content at that path, once. What is missing spoils this image alone.
    async fn look_for(&mut self, path: &str, wanted: &Descriptor) -> Result<bool> {
        if !self.seen.insert(wanted.digest.clone()) {
            return Ok(false);
        }
        let Some(size) = self.files.size(path).await? else {
            let message = format!("{path} is not in the folder");
            self.findings.of(Problem::BlobMissing, &wanted.digest, &message);
            return Ok(false);
        };
        if size != wanted.size {
            let found = counted(size, "byte");
            let message = format!("{path} has {found}, its manifest states {}", wanted.size);
            self.findings.of(Problem::BlobSize, &wanted.digest, &message);
        }
        self.keep(path.to_owned(), &wanted.digest, size);
        Ok(true)
    }

    fn keep(&mut self, path: String, digest: &Digest, size: u64) {
        let offset = self.files.offset(&path);
        self.blobs.push(Blob { digest: digest.clone(), size, path, offset });
    }
}
