//! [`TarFiles`]: the files of a tar by their paths, for which its headers are read and nothing else.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::archive::images::files::{Bytes, Files};
use crate::archive::images::findings::{Findings, Problem};
use crate::archive::path::clean;
use crate::archive::tar::{Entry, Event, Kind, Reader};
use crate::error::{Code, Error, Result};
use crate::limits::{ARCHIVE_MEMBERS, ARCHIVE_PATHS};

/// How much is read at once where headers may follow closely: small members cost no read each.
const WINDOW: usize = 64 << 10;

/// How many links are followed from one path.
const LINKS: usize = 16;

/// Documents that say what an archive holds. Where two members are called so, tools read two archives.
const ROOTS: [&str; 3] = ["index.json", "manifest.json", "oci-layout"];

/// What stands at a path.
#[derive(Clone, Debug)]
enum Member {
    File {
        offset: u64,
        size: u64,
    },
    /// The path that a link leads to.
    Link(String),
}

/// The files of a tar.
pub struct TarFiles<'a, B> {
    bytes: &'a B,
    members: BTreeMap<String, Member>,
}

impl<'a, B: Bytes> TarFiles<'a, B> {
    /// Reads the headers. A member that cannot be used is a finding, and so is an end inside of the last one.
    ///
    /// Fails with `ARCHIVE_INVALID`, `ARCHIVE_AMBIGUOUS`, `ARCHIVE_TRUNCATED` where not even one member is whole, and
    /// `ARCHIVE_LIMIT`, and as reading does.
    pub async fn of(bytes: &'a B, findings: &mut Findings) -> Result<TarFiles<'a, B>> {
        let mut indexing =
            Indexing { findings, members: BTreeMap::new(), linked: Vec::new(), path_bytes: 0, is_cut: false };
        indexing.read(bytes).await?;
        let members = indexing.settled();
        Ok(TarFiles { bytes, members })
    }

    /// The file at a path, links followed: its place and its size.
    fn file(&self, path: &str) -> Option<(u64, u64)> {
        let mut path = path;
        for _ in 0..=LINKS {
            match self.members.get(path)? {
                Member::File { offset, size } => return Some((*offset, *size)),
                Member::Link(target) => path = target,
            }
        }
        None
    }
}

impl<B: Bytes> Files for TarFiles<'_, B> {
    async fn size(&self, path: &str) -> Result<Option<u64>> {
        Ok(self.file(path).map(|(_, size)| size))
    }

    async fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>> {
        let Some((start, size)) = self.file(path) else {
            return Err(Error::new(Code::ArchiveInvalid, format!("there is no file {path} in the archive")));
        };
        let left = usize::try_from(size.saturating_sub(offset)).unwrap_or(usize::MAX);
        self.bytes.read_at(start + offset.min(size), length.min(left)).await
    }

    fn offset(&self, path: &str) -> Option<u64> {
        self.file(path).map(|(offset, _)| offset)
    }

    fn known_below(&self, folder: &str) -> Vec<String> {
        let start = format!("{folder}/");
        let below = self.members.range(start.clone()..).take_while(|(path, _)| path.starts_with(&start));
        below.map(|(path, _)| path.clone()).collect()
    }
}

struct Indexing<'f> {
    findings: &'f mut Findings,
    members: BTreeMap<String, Member>,
    /// The paths of links.
    linked: Vec<String>,
    path_bytes: usize,
    /// Whether the archive ends inside of a member.
    is_cut: bool,
}

impl Indexing<'_> {
    async fn read<B: Bytes>(&mut self, bytes: &B) -> Result<()> {
        let mut reader = Reader::new();
        let window = Window { bytes, start: Cell::new(0) };
        let mut held: Vec<u8> = Vec::new();
        loop {
            let at = reader.offset();
            if at >= bytes.size() {
                break;
            }
            let rest = window.rest(&held, at);
            if rest.is_empty() {
                held = window.fill(at, reader.wanted()).await?;
                if held.is_empty() {
                    break;
                }
                continue;
            }
            match reader.feed(rest) {
                Ok(step) => match step.event {
                    Some(Event::Entry(entry)) => {
                        self.member(&entry, bytes.size())?;
                        reader.skip();
                    }
                    Some(Event::End) => return Ok(()),
                    Some(Event::Content(_)) | None => {}
                },
                Err(error) => return self.broken(&error),
            }
        }
        match reader.finish(bytes.size()) {
            Ok(_) => Ok(()),
            Err(error) => self.broken(&error),
        }
    }

    /// What was read before the tar broke stays: its members are there.
    fn broken(&mut self, error: &Error) -> Result<()> {
        let is_refused = matches!(error.code(), Code::ArchiveLimit | Code::ArchiveAmbiguous);
        if is_refused || self.members.is_empty() {
            return Err(error.clone());
        }
        match error.code() {
            // The member that the archive ends in has said so.
            Code::ArchiveTruncated if self.is_cut => {}
            Code::ArchiveTruncated => self.findings.about(Problem::MemberCut, "", error.message()),
            _ => self.findings.about(Problem::MemberUnreadable, "", error.message()),
        }
        Ok(())
    }

    fn member(&mut self, entry: &Entry, length: u64) -> Result<()> {
        let stated = String::from_utf8_lossy(&entry.path).into_owned();
        let Some(path) = self.path(&entry.path, &stated, Problem::MemberPath) else { return Ok(()) };
        self.path_bytes += path.len();
        if self.members.len() >= ARCHIVE_MEMBERS || self.path_bytes > ARCHIVE_PATHS {
            let message = format!("the archive has more members than are kept: {}", self.members.len());
            return Err(Error::new(Code::ArchiveLimit, message).with_detail("most", ARCHIVE_MEMBERS as u64));
        }
        let member = match entry.kind {
            Kind::File if entry.sparse.is_some() => {
                self.findings.about(
                    Problem::MemberUnreadable,
                    &stated,
                    "the file is stored with its holes left out",
                );
                return Ok(());
            }
            Kind::File if entry.offset + entry.stored > length => {
                let has = length.saturating_sub(entry.offset);
                let message = format!("the archive ends after {has} of {} bytes", entry.stored);
                self.findings.about(Problem::MemberCut, &stated, &message);
                self.is_cut = true;
                return Ok(());
            }
            Kind::File => Member::File { offset: entry.offset, size: entry.stored },
            Kind::Link | Kind::Symlink => match self.target(entry, &path, &stated) {
                Some(target) => Member::Link(target),
                None => return Ok(()),
            },
            // Folders and devices hold nothing.
            _ => return Ok(()),
        };
        if matches!(member, Member::Link(_)) {
            self.linked.push(path.clone());
        }
        if self.members.insert(path.clone(), member).is_none() {
            return Ok(());
        }
        if ROOTS.contains(&path.as_str()) {
            let message = format!("two members are called {path}");
            return Err(Error::new(Code::ArchiveAmbiguous, message).with_detail("path", path));
        }
        self.findings.about(
            Problem::MemberDuplicate,
            &path,
            "two members have this path; the last one counts",
        );
        Ok(())
    }

    /// A path as it is used; none, with a finding, for one that cannot be.
    fn path(&mut self, stated: &[u8], shown: &str, problem: Problem) -> Option<String> {
        let cleaned = clean(stated);
        for finding in &cleaned.findings {
            self.findings.about(problem, shown, finding.about());
        }
        if !cleaned.is_usable() || cleaned.path.is_empty() {
            return None;
        }
        let path = String::from_utf8(cleaned.path).ok();
        if path.is_none() {
            self.findings.about(problem, shown, "the path is no UTF-8");
        }
        path
    }

    /// Where a link leads: a hard link from the root of the archive, a symbolic one from its own folder.
    fn target(&mut self, entry: &Entry, path: &str, stated: &str) -> Option<String> {
        let target = entry.target.as_deref().unwrap_or_default();
        if entry.kind == Kind::Link {
            return self.path(target, stated, Problem::MemberLink);
        }
        let target = std::str::from_utf8(target).ok().and_then(|target| linked(path, target));
        if target.is_none() {
            self.findings.about(Problem::MemberLink, stated, "the link leads out of the archive");
        }
        target
    }

    /// The members without links that lead nowhere.
    fn settled(self) -> BTreeMap<String, Member> {
        let mut broken = BTreeSet::new();
        for path in self.linked {
            let mut at = path.as_str();
            let mut steps = 0;
            while let Some(Member::Link(target)) = self.members.get(at)
                && steps <= LINKS
            {
                at = target;
                steps += 1;
            }
            if !matches!(self.members.get(at), Some(Member::File { .. })) {
                let problem =
                    if steps > LINKS { "the links go on and on" } else { "the link leads to no file" };
                self.findings.about(Problem::MemberLink, &path, problem);
                broken.insert(path);
            }
        }
        let mut members = self.members;
        members.retain(|path, _| !broken.contains(path));
        members
    }
}

/// Where a symbolic link in the folder of `path` leads; none for one that leaves the archive.
fn linked(path: &str, target: &str) -> Option<String> {
    if target.is_empty() || target.starts_with('/') || target.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The bytes around the place that is read.
struct Window<'a, B> {
    bytes: &'a B,
    /// Where the held bytes begin.
    start: Cell<u64>,
}

impl<B: Bytes> Window<'_, B> {
    /// What is held from a place on.
    fn rest<'h>(&self, held: &'h [u8], at: u64) -> &'h [u8] {
        let skipped = at.checked_sub(self.start.get()).and_then(|skipped| usize::try_from(skipped).ok());
        skipped.and_then(|skipped| held.get(skipped..)).unwrap_or_default()
    }

    /// Reads from a place on.
    async fn fill(&self, at: u64, wanted: usize) -> Result<Vec<u8>> {
        self.start.set(at);
        let left = usize::try_from(self.bytes.size().saturating_sub(at)).unwrap_or(usize::MAX);
        self.bytes.read_at(at, wanted.max(WINDOW).min(left)).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_inside() {
        assert_eq!(linked("a/layer.tar", "../b/layer.tar").unwrap(), "b/layer.tar");
        assert_eq!(linked("layer.tar", "./x").unwrap(), "x");
        for outside in ["../../b", "/b", "", "a\0"] {
            assert_eq!(linked("a/layer.tar", outside), None, "{outside:?}");
        }
    }
}
