//! Which format an archive has, by the documents at its root.

use crate::archive::images::contents::Contents;
use crate::archive::images::directory;
use crate::archive::images::docker_save;
use crate::archive::images::files::{Files, INDEX, read_file};
use crate::archive::images::findings::Findings;
use crate::archive::images::oci_layout;
use crate::error::{Code, Error, Result};
use crate::limits;

/// Reads what an archive holds. `findings` are those that were made on the way here.
///
/// Fails with `ARCHIVE_INVALID` for files that are no archive of images, `ARCHIVE_UNSUPPORTED` for what docker wrote
/// before version 1.10, `ARCHIVE_LIMIT`, `ARCHIVE_TRUNCATED`, with the codes of
/// [`crate::manifest::Document::parse`] for its index, and as reading does. Everything else is a finding.
pub async fn open<F: Files>(files: &F, findings: Findings) -> Result<Contents> {
    if files.size(INDEX).await?.is_some() {
        return oci_layout::contents(files, findings).await;
    }
    if let Some(manifest) = read_file(files, docker_save::MANIFEST, limits::MANIFEST_BYTES).await? {
        if directory::is_manifest(&manifest) {
            return directory::contents(files, manifest, findings).await;
        }
        return docker_save::contents(files, &manifest, findings).await;
    }
    if files.size("repositories").await?.is_some() {
        let message = "the archive has no manifest.json: a docker older than 1.10 wrote it";
        return Err(Error::new(Code::ArchiveUnsupported, message)
            .with_hint("Load it with docker, and save it again."));
    }
    Err(Error::new(Code::ArchiveInvalid, "it has neither index.json nor manifest.json"))
}
