//! The state machine: bytes in, events out.

use std::mem;
use std::ops::Range;

use super::entry::{Entry, Kind, Sparse};
use super::extension::{Extensions, ambiguous, invalid};
use super::header::{BLOCK, Block, Header, OCTAL_MAX};
use crate::archive::Finding;
use crate::error::{Code, Error, Result};
use crate::limits::{ARCHIVE_ENTRIES, ARCHIVE_NAME_BYTES, TAR_HEADER_BYTES};
use crate::text::counted;

/// What [`Reader::feed`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An entry. Its content, `stored` bytes, comes next.
    Entry(Box<Entry>),
    /// A part of the content of the last entry: this range of the bytes that were fed.
    Content(Range<usize>),
    /// The two empty blocks that end an archive. What follows them belongs to no entry.
    End,
}

/// How far [`Reader::feed`] came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many of the bytes were used. Feed the others next.
    pub consumed: usize,
    /// What they made; `None` when all were used and more are needed.
    pub event: Option<Event>,
}

/// Reads one tar. After an error it gives the same error to every call.
#[derive(Debug)]
pub struct Reader {
    state: State,
    /// The part that has come of a block, or of the content of an extension.
    held: Vec<u8>,
    offset: u64,
    /// Where the content of the last entry or extension ends.
    content_end: u64,
    /// How many headers there were, those of extensions among them.
    headers: u64,
    /// Of the entry to come.
    local: Option<Extensions>,
    global: Extensions,
    has_empty_block: bool,
    has_trailing_data: bool,
}

#[derive(Debug)]
enum State {
    Header,
    /// Inside of the content of an extension with that flag.
    Extension {
        flag: u8,
        size: usize,
    },
    /// Before a block with more of the map of a sparse file.
    Map(Box<Entry>),
    Content {
        left: u64,
        padding: u64,
    },
    End,
    Failed(Error),
}

impl Default for Reader {
    fn default() -> Reader {
        Reader {
            state: State::Header,
            held: Vec::new(),
            offset: 0,
            content_end: 0,
            headers: 0,
            local: None,
            global: Extensions::default(),
            has_empty_block: false,
            has_trailing_data: false,
        }
    }
}

impl Reader {
    /// Before the first byte of an archive.
    pub fn new() -> Reader {
        Reader::default()
    }

    /// Takes the next bytes, up to the first event. Fails with `ARCHIVE_INVALID`, `ARCHIVE_AMBIGUOUS` and
    /// `ARCHIVE_LIMIT`, each with the detail `offset`: where in the archive.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Step> {
        let mut consumed = 0;
        loop {
            let rest = bytes.get(consumed..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(Step { consumed, event: None });
            }
            let (count, found) = self.take(rest).map_err(|error| self.fail(error))?;
            let before = consumed;
            consumed += count;
            let event = match found {
                Found::Nothing => continue,
                Found::Content => Event::Content(before..consumed),
                Found::Entry(entry) => Event::Entry(entry),
                Found::End => Event::End,
            };
            return Ok(Step { consumed, event: Some(event) });
        }
    }

    /// Passes over what is left of the last entry's content: the next bytes to feed begin at [`Reader::offset`].
    /// Gives how many bytes that are, 0 outside of content.
    pub fn skip(&mut self) -> u64 {
        let State::Content { left, padding } = self.state else { return 0 };
        self.offset += left + padding;
        self.state = State::Header;
        left + padding
    }

    /// How many bytes were fed and passed over.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes to feed next are worth reading by themselves: a block, or what is left of an extension.
    pub fn wanted(&self) -> usize {
        match self.state {
            State::Extension { size, .. } => size.saturating_sub(self.held.len()),
            _ => BLOCK - self.held.len().min(BLOCK),
        }
    }

    /// Says that the archive has no more than `length` bytes. Gives what is odd about its end. Fails with
    /// `ARCHIVE_TRUNCATED`, and with the error that it ended with before.
    pub fn finish(&self, length: u64) -> Result<Vec<Finding>> {
        let is_inside = match &self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Extension { .. } | State::Map(_) => true,
            State::Header | State::Content { .. } | State::End => !self.held.is_empty(),
        };
        if is_inside || length < self.content_end {
            let after = counted(length, "byte");
            let message = format!("the tar is cut off after {after}, inside of an entry");
            return Err(Error::new(Code::ArchiveTruncated, message).with_detail("offset", length));
        }
        if self.local.is_some() {
            return Err(dangling().with_detail("offset", length));
        }
        let is_open = !matches!(self.state, State::End);
        let ends = [(Finding::TarEndMissing, is_open), (Finding::TarTrailingData, self.has_trailing_data)];
        Ok(ends.into_iter().filter_map(|(finding, is_so)| is_so.then_some(finding)).collect())
    }

    fn fail(&mut self, error: Error) -> Error {
        let error = match error.detail("offset") {
            None => error.with_detail("offset", self.offset),
            Some(_) => error,
        };
        self.state = State::Failed(error.clone());
        error
    }

    /// One step: how many bytes it used, at least one, and what it found.
    fn take(&mut self, rest: &[u8]) -> Result<(usize, Found)> {
        match &mut self.state {
            State::Failed(error) => Err(error.clone()),
            State::End => {
                self.has_trailing_data |= rest.iter().any(|byte| *byte != 0);
                self.offset += rest.len() as u64;
                Ok((rest.len(), Found::Nothing))
            }
            State::Content { left, padding } => {
                let is_content = *left > 0;
                let counter = if is_content { &mut *left } else { &mut *padding };
                let count = rest.len().min(usize::try_from(*counter).unwrap_or(usize::MAX));
                *counter -= count as u64;
                self.offset += count as u64;
                if *left == 0 && *padding == 0 {
                    self.state = State::Header;
                }
                Ok((count, if is_content { Found::Content } else { Found::Nothing }))
            }
            State::Extension { flag, size } => {
                let (flag, size) = (*flag, *size);
                let count = self.hold(rest, size);
                if self.held.len() == size {
                    self.extend(flag)?;
                }
                Ok((count, Found::Nothing))
            }
            State::Header | State::Map(_) => self.block(rest),
        }
    }

    /// Keeps bytes until there are `size`. Gives how many were taken.
    fn hold(&mut self, rest: &[u8], size: usize) -> usize {
        let part = rest.get(..size.saturating_sub(self.held.len())).unwrap_or(rest);
        self.held.extend_from_slice(part);
        self.offset += part.len() as u64;
        part.len()
    }

    fn block(&mut self, rest: &[u8]) -> Result<(usize, Found)> {
        let count = self.hold(rest, BLOCK);
        let Ok(block) = Block::try_from(self.held.as_slice()) else { return Ok((count, Found::Nothing)) };
        self.held.clear();
        let start = self.offset - BLOCK as u64;
        let found = match mem::replace(&mut self.state, State::Header) {
            State::Map(entry) => self.map(entry, &block),
            _ => self.header(&block),
        };
        Ok((count, found.map_err(|error| error.with_detail("offset", start))?))
    }

    fn header(&mut self, block: &Block) -> Result<Found> {
        if block.iter().all(|byte| *byte == 0) {
            if self.local.is_some() {
                return Err(dangling());
            }
            if !mem::replace(&mut self.has_empty_block, true) {
                return Ok(Found::Nothing);
            }
            self.state = State::End;
            return Ok(Found::End);
        }
        if self.has_empty_block {
            return Err(ambiguous(
                "an entry follows a single empty block, at which some tools end the archive",
            ));
        }
        let header = Header::read(block).ok_or_else(|| match self.headers {
            0 => invalid("this is no tar: its first block is no header"),
            _ => invalid("a block that should be a header is none: its checksum does not fit"),
        })?;
        self.count_header()?;
        match header.flag() {
            flag @ (b'x' | b'X' | b'g' | b'L' | b'K') => self.begin_extension(flag, header.size()?),
            _ => self.entry(&header),
        }
    }

    fn count_header(&mut self) -> Result<()> {
        self.headers += 1;
        if self.headers > ARCHIVE_ENTRIES {
            return Err(limit("entries", ARCHIVE_ENTRIES, "the archive has more entries than are read"));
        }
        Ok(())
    }

    fn begin_extension(&mut self, flag: u8, size: u64) -> Result<Found> {
        let fits = usize::try_from(size).ok().filter(|size| *size <= TAR_HEADER_BYTES);
        let Some(size) = fits else {
            let most = TAR_HEADER_BYTES as u64;
            return Err(limit("header", most, "a long name or pax header is larger than is read"));
        };
        self.content_end = self.offset + size as u64;
        self.state = State::Extension { flag, size };
        if size == 0 {
            self.extend(flag)?;
        }
        Ok(Found::Nothing)
    }

    /// The content of an extension is there.
    fn extend(&mut self, flag: u8) -> Result<()> {
        let content = mem::take(&mut self.held);
        self.state = content_of(0, padding(content.len() as u64));
        if flag == b'g' {
            return self.global.global(&content);
        }
        let local = self.local.get_or_insert_default();
        match flag {
            b'L' => local.long_path(&content),
            b'K' => local.long_link(&content),
            _ => local.local(&content),
        }
    }

    fn entry(&mut self, header: &Header<'_>) -> Result<Found> {
        let local = self.local.take().unwrap_or_default();
        let stated = header.size()?;
        let stored = match local.size {
            // A size beyond octal digits leaves the field empty or full.
            Some(size) if size > OCTAL_MAX && (stated == 0 || stated == OCTAL_MAX) => size,
            Some(size) if size != stated => {
                let found = counted(size, "byte");
                let message = format!(
                    "a pax record says that an entry has {found}, its header {stated} (CVE-2025-62518)"
                );
                return Err(ambiguous(&message));
            }
            _ => stated,
        };
        let mut entry = Box::new(self.described(header, local));
        entry.stored = stored;
        settle_size(&mut entry, header)?;
        if entry.path.len().max(entry.target.as_ref().map_or(0, Vec::len)) > ARCHIVE_NAME_BYTES {
            return Err(limit(
                "name",
                ARCHIVE_NAME_BYTES as u64,
                "the path of an entry is longer than is read",
            ));
        }
        if entry.sparse == Some(Sparse::Gnu) && header.gnu_is_extended() {
            self.state = State::Map(entry);
            return Ok(Found::Nothing);
        }
        Ok(self.begin_content(entry))
    }

    /// A block with more of a sparse file's map: the map itself is not read.
    fn map(&mut self, entry: Box<Entry>, block: &Block) -> Result<Found> {
        const IS_EXTENDED: usize = 504;
        self.count_header()?;
        if block.get(IS_EXTENDED).is_some_and(|flag| *flag != 0) {
            self.state = State::Map(entry);
            return Ok(Found::Nothing);
        }
        Ok(self.begin_content(entry))
    }

    fn begin_content(&mut self, mut entry: Box<Entry>) -> Found {
        entry.offset = self.offset;
        self.content_end = self.offset + entry.stored;
        self.state = content_of(entry.stored, padding(entry.stored));
        Found::Entry(entry)
    }

    /// The entry without its sizes.
    fn described(&self, header: &Header<'_>, local: Extensions) -> Entry {
        let mut findings = Vec::new();
        let global = &self.global;
        let [mode, uid, gid, mtime] = header.numbers();
        let [major, minor] = header.device();
        let [owner, group] = header.names();
        let path = local.sparse_path.or(local.path).unwrap_or_else(|| header.path());
        let kind = kind(header.flag(), path.ends_with(b"/"));
        let numbers = [
            mode,
            local.uid.or(global.uid).or(uid),
            local.gid.or(global.gid).or(gid),
            local.mtime.or(global.mtime).or(mtime),
        ];
        let is_device = matches!(kind, Kind::CharacterDevice | Kind::BlockDevice);
        let device = if is_device { [major, minor] } else { [Some(0); 2] };
        if numbers.iter().chain(&device).any(Option::is_none) {
            findings.push(Finding::TarNumberInvalid);
        }
        let [mode, uid, gid, mtime] = numbers.map(Option::unwrap_or_default);
        let [major, minor] = device.map(Option::unwrap_or_default);
        let is_link = matches!(kind, Kind::Link | Kind::Symlink);
        let is_gnu_sparse = header.flag() == b'S';
        Entry {
            path,
            kind,
            target: is_link.then(|| local.link.unwrap_or_else(|| header.link())),
            size: local.real_size.unwrap_or_default(),
            stored: 0,
            sparse: if is_gnu_sparse { Some(Sparse::Gnu) } else { local.sparse },
            // Unix keeps twelve bits; the type of a file may stand above them.
            mode: u32::try_from(mode & 0o7777).unwrap_or_default(),
            uid,
            gid,
            owner: local.owner.or_else(|| global.owner.clone()).unwrap_or(owner),
            group: local.group.or_else(|| global.group.clone()).unwrap_or(group),
            mtime,
            device: (major, minor),
            offset: 0,
            findings,
        }
    }
}

enum Found {
    Nothing,
    Content,
    Entry(Box<Entry>),
    End,
}

fn kind(flag: u8, has_slash: bool) -> Kind {
    match flag {
        0 | b'0' | b'7' if has_slash => Kind::Folder,
        0 | b'0' | b'7' | b'S' => Kind::File,
        b'1' => Kind::Link,
        b'2' => Kind::Symlink,
        b'3' => Kind::CharacterDevice,
        b'4' => Kind::BlockDevice,
        b'5' => Kind::Folder,
        b'6' => Kind::Fifo,
        other => Kind::Other(other),
    }
}

/// What the size of an entry means for its type.
fn settle_size(entry: &mut Entry, header: &Header<'_>) -> Result<()> {
    match (entry.kind, entry.sparse) {
        (Kind::File, Some(sparse)) => {
            entry.size = match sparse {
                Sparse::Gnu => header.gnu_real_size()?,
                Sparse::Pax => entry.size,
            };
            entry.findings.push(Finding::TarSparse);
        }
        // All tools agree that no content follows a hard link, whatever size it states.
        (Kind::Link, _) if entry.stored > 0 => {
            (entry.size, entry.stored) = (0, 0);
            entry.findings.push(Finding::TarLinkSize);
        }
        (Kind::File | Kind::Link, _) => entry.size = entry.stored,
        (Kind::Other(_), _) => {
            entry.size = entry.stored;
            entry.findings.push(Finding::TarTypeUnknown);
        }
        // GNU tar passes over the content, Go and Python take it for the next header.
        _ if entry.stored > 0 => {
            let message = format!(
                "an entry that is a {} states {} of content",
                entry.kind.as_str(),
                counted(entry.stored, "byte")
            );
            return Err(ambiguous(&message));
        }
        _ => entry.size = 0,
    }
    Ok(())
}

fn content_of(left: u64, padding: u64) -> State {
    if left == 0 && padding == 0 { State::Header } else { State::Content { left, padding } }
}

fn padding(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64) - size
}

fn dangling() -> Error {
    invalid("a long name or pax header is followed by no entry")
}

fn limit(name: &str, most: u64, message: &str) -> Error {
    Error::new(Code::ArchiveLimit, format!("{message}: at most {most}"))
        .with_detail("limit", name)
        .with_detail("most", most)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_has_so_many_headers() {
        let mut reader = Reader { headers: ARCHIVE_ENTRIES - 1, ..Reader::default() };
        let mut header = [0; BLOCK];
        // An empty header but for its name: the sum is that of the name and eight spaces.
        header[..1].copy_from_slice(b"a");
        header[148..154].copy_from_slice(b"000541");
        assert!(matches!(reader.feed(&header).unwrap().event, Some(Event::Entry(_))));
        let error = reader.feed(&header).unwrap_err();
        assert_eq!((error.code(), error.detail("limit")), (Code::ArchiveLimit, Some(&"entries".into())));
        assert_eq!(reader.feed(&header).unwrap_err(), error);
        assert_eq!(reader.finish(0).unwrap_err(), error);
    }
}
