//! What an archive is read from: bytes at any place, and files by their paths.
//!
//! Nothing here knows a file system or a browser's `Blob`: an embedder implements [`Bytes`] over one file, or [`Files`]
//! over a folder. A tar over `Bytes` is `Files` too ([`crate::archive::images::TarFiles`]).

use crate::archive::path::clean;
use crate::digest::Digest;
use crate::error::{Code, Error, Result};

/// The document of a layout that lists its images.
pub(super) const INDEX: &str = "index.json";
/// The folder of all content of a layout.
pub(super) const BLOBS: &str = "blobs";

/// Where a layout has the content of a digest.
pub(super) fn path_of(digest: &Digest) -> String {
    format!("{BLOBS}/{}/{}", digest.algorithm_name(), digest.encoded())
}

/// Bytes that can be read at any place.
#[allow(async_fn_in_trait)] // One thread, as in `http::host`.
pub trait Bytes {
    /// How many there are.
    fn size(&self) -> u64;

    /// The `length` bytes from `offset` on, fewer only where they end. Fails as the host's reading does.
    async fn read_at(&self, offset: u64, length: usize) -> Result<Vec<u8>>;
}

/// Files by their paths, with `/` between folders and none in front.
#[allow(async_fn_in_trait)]
pub trait Files {
    /// The size of the regular file at that path, with links followed inside of the archive; none where there is none.
    /// Fails as the host's reading does.
    async fn size(&self, path: &str) -> Result<Option<u64>>;

    /// The `length` bytes from `offset` on of the file at that path, fewer only where it ends. Fails with
    /// `ARCHIVE_INVALID` where there is no such file, and as the host's reading does.
    async fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>>;

    /// Where the content of the file begins in the bytes of the archive; none in a folder.
    fn offset(&self, _path: &str) -> Option<u64> {
        None
    }

    /// The paths of all files below a folder that are known without looking; none in a folder on a disk.
    fn known_below(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }
}

/// How much is read at once of a file that is hashed.
const PART: usize = 1 << 20;

/// All of a file that has at most `limit` bytes; none where there is no such file.
///
/// Fails with `ARCHIVE_LIMIT`, with `ARCHIVE_TRUNCATED` where it ends before its size, and as reading does.
pub(super) async fn read_file<F: Files>(files: &F, path: &str, limit: usize) -> Result<Option<Vec<u8>>> {
    let Some(size) = files.size(path).await? else { return Ok(None) };
    if size > limit as u64 {
        let message = format!("{path} has {size} bytes; at most {limit} are read");
        return Err(Error::new(Code::ArchiveLimit, message).with_detail("path", path));
    }
    let mut content = Vec::with_capacity(size as usize);
    each_part(files, path, size, |part| content.extend_from_slice(part)).await?;
    Ok(Some(content))
}

/// Gives the content of a file of that size to `take`, a part at a time. Fails as [`read_file`] does.
pub(super) async fn each_part<F: Files>(
    files: &F,
    path: &str,
    size: u64,
    mut take: impl FnMut(&[u8]),
) -> Result<()> {
    let mut done = 0;
    while done < size {
        let wanted = usize::try_from(size - done).unwrap_or(PART).min(PART);
        let part = files.read(path, done, wanted).await?;
        let part = part.get(..part.len().min(wanted)).unwrap_or_default();
        if part.is_empty() {
            return Err(cut(path, size, done));
        }
        take(part);
        done += part.len() as u64;
    }
    Ok(())
}

/// The error for a file that ends before its size.
fn cut(path: &str, size: u64, done: u64) -> Error {
    let message = format!("{path} ends after {done} of {size} bytes");
    Error::new(Code::ArchiveTruncated, message).with_detail("path", path)
}

/// The size of the file that a document of the archive names; none where there is no such file, and for a path that
/// leaves the archive.
pub(super) async fn size_of_named<F: Files>(files: &F, name: &str) -> Result<Option<(String, u64)>> {
    let cleaned = clean(name.as_bytes());
    let path = String::from_utf8(cleaned.path.clone()).ok().filter(|_| cleaned.is_usable());
    let Some(path) = path else { return Ok(None) };
    Ok(files.size(&path).await?.map(|size| (path, size)))
}
