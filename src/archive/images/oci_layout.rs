//! OCI image layouts: `index.json` lists the images, and `blobs/ALGORITHM/ENCODED` holds all content.
//!
//! Source: image-spec, image-layout.md. Names are annotations of the entries: `org.opencontainers.image.ref.name`, and
//! `io.containerd.image.name` as docker and containerd write it, where the former is the tag alone.

use std::collections::BTreeMap;

use crate::archive::images::contents::{Blob, Contents, Image, Kind};
use crate::archive::images::files::{BLOBS, Files, INDEX, path_of, read_file};
use crate::archive::images::findings::{Findings, Problem};
use crate::archive::images::two_lists;
use crate::descriptor::{Descriptor, Listed};
use crate::digest::Digest;
use crate::error::{Code, Error, Result};
use crate::json;
use crate::limits;
use crate::manifest::{self, Document};
use crate::text::counted;

/// The file that marks a layout.
const MARK: &str = "oci-layout";

const REF_NAME: &str = "org.opencontainers.image.ref.name";
const CONTAINERD_NAME: &str = "io.containerd.image.name";

/// Reads a layout. Fails with `ARCHIVE_INVALID` where `index.json` is no index, and as reading and parsing that does.
pub(super) async fn contents<F: Files>(files: &F, mut findings: Findings) -> Result<Contents> {
    check_mark(files, &mut findings).await?;
    let bytes = read_file(files, INDEX, limits::MANIFEST_BYTES).await?.unwrap_or_default();
    let index = Document::parse(bytes, None, None).map_err(|error| in_index(&error))?;
    if index.kind() != manifest::Kind::Index {
        return Err(Error::new(Code::ArchiveInvalid, format!("{INDEX} is no index")));
    }
    let mut images = Vec::new();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for (at, listed) in index.manifests().iter().enumerate() {
        let entry = match listed {
            Listed::Sound(entry) => entry,
            Listed::Odd(odd) => {
                findings.about(Problem::EntryInvalid, INDEX, &format!("manifests[{at}]: {}", odd.problem));
                continue;
            }
        };
        check_content(files, entry, &mut findings).await?;
        let image = image_of(entry);
        if let Some(name) = &image.name
            && let Some(before) = named.insert(name.clone(), images.len())
        {
            let message = format!("manifests[{before}] and manifests[{at}] are both called {name}");
            findings.about(Problem::NameDuplicate, INDEX, &message);
        }
        images.push(image);
    }
    two_lists::compare(files, &images, &mut findings).await?;
    let blobs = blobs(files).await?;
    let text = Some(index.text().to_owned());
    let findings = findings.into_list();
    Ok(Contents { kind: Kind::OciLayout, images, blobs, made: Vec::new(), index: text, findings })
}

/// The error about the index, which says where it is.
fn in_index(error: &Error) -> Error {
    error.clone().with_message(&format!("{INDEX}: {}", error.message()))
}

fn image_of(entry: &Descriptor) -> Image {
    let [reference, full] = [REF_NAME, CONTAINERD_NAME]
        .map(|key| entry.annotations.get(key).filter(|name| !name.is_empty()).map(str::to_owned));
    let (name, aliases) = match (full, reference) {
        (Some(full), reference) => (Some(full), reference.into_iter().collect()),
        (None, reference) => (reference, Vec::new()),
    };
    Image { name, aliases, descriptor: entry.clone() }
}

/// Reads the mark of a layout: one that is missing or of another version makes nothing unreadable.
async fn check_mark<F: Files>(files: &F, findings: &mut Findings) -> Result<()> {
    let Some(bytes) = read_file(files, MARK, limits::MANIFEST_BYTES).await? else {
        findings.about(Problem::EntryInvalid, MARK, "the file that marks a layout is missing");
        return Ok(());
    };
    let version = json::parse(&bytes).ok().and_then(|mark| {
        mark.member("imageLayoutVersion").and_then(|value| value.string().map(std::borrow::Cow::into_owned))
    });
    if version.as_deref() != Some("1.0.0") {
        let stated = version.unwrap_or_else(|| "none".to_owned());
        findings.about(
            Problem::EntryInvalid,
            MARK,
            &format!("the version of the layout is {stated}, not 1.0.0"),
        );
    }
    Ok(())
}

/// Looks for the content of an entry of the index. What is missing spoils this image alone.
async fn check_content<F: Files>(files: &F, entry: &Descriptor, findings: &mut Findings) -> Result<()> {
    let path = path_of(&entry.digest);
    match files.size(&path).await? {
        None => findings.of(Problem::BlobMissing, &entry.digest, &format!("{path} is not in the archive")),
        Some(size) if size != entry.size => {
            let message = format!("{path} has {}, {INDEX} states {}", counted(size, "byte"), entry.size);
            findings.of(Problem::BlobSize, &entry.digest, &message);
        }
        Some(_) => {}
    }
    Ok(())
}

/// All content that is known without looking: that of a tar.
async fn blobs<F: Files>(files: &F) -> Result<Vec<Blob>> {
    let mut blobs = Vec::new();
    for path in files.known_below(BLOBS) {
        let mut parts = path.splitn(3, '/').skip(1);
        let (Some(algorithm), Some(encoded)) = (parts.next(), parts.next()) else { continue };
        let Ok(digest) = Digest::parse(&format!("{algorithm}:{encoded}")) else { continue };
        if let Some(size) = files.size(&path).await? {
            let offset = files.offset(&path);
            blobs.push(Blob { digest, size, path, offset });
        }
    }
    Ok(blobs)
}
