//! An entry of a layer, as JavaScript gets it.

use serde::{Serialize, Serializer};

use crate::archive::path::{Cleaned, clean};
use crate::archive::tar::{Entry, Kind};
use crate::archive::{Finding, path};
use crate::text::base64;

const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";
/// Before the names that AUFS keeps for itself.
const METADATA: &[u8] = b".wh..wh.";

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// Another name of a file: a hard link.
    Link,
    /// A symbolic link.
    Symlink,
    /// A character or block device.
    Device,
    /// A named pipe.
    Fifo,
    /// Removes a path of lower layers.
    Whiteout,
    /// Removes everything that lower layers have in a folder.
    Opaque,
    /// Anything else: carried, and not used.
    Other,
}

/// Major and minor number of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    kind: &'static str,
    major: i64,
    minor: i64,
}

/// An entry of a layer. Of a whiteout, `path` is what goes; of an opaque folder, the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerEntry {
    /// From the root, without a slash at either end; empty for the root itself. Bytes that are no UTF-8 are U+FFFD.
    pub path: String,
    /// The path's bytes, where they are no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_base64")]
    pub raw_path: Option<Vec<u8>>,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: LayerKind,
    /// In bytes, once it is unpacked.
    pub size: u64,
    /// Permissions, setuid, setgid and sticky bit.
    pub mode: u32,
    /// The owner's number.
    pub uid: i64,
    /// The group's number.
    pub gid: i64,
    /// The owner's name, where one is stated.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// The group's name, where one is stated.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// When the content was changed, in seconds since 1970.
    pub mtime: i64,
    /// Where a symbolic link leads, as it is stated; of a hard link, the cleaned path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The numbers of a device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// Where the content begins in the unpacked layer; absent where it is not stored byte by byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// What is odd about it.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_codes")]
    pub findings: Vec<Finding>,
}

impl LayerEntry {
    /// What an entry of a tar is in a layer.
    pub fn of(entry: Entry) -> LayerEntry {
        let Cleaned { mut path, findings } = clean(&entry.path);
        let mut findings = [entry.findings, findings].concat();
        let target = match (entry.kind, entry.target) {
            (Kind::Link, Some(target)) => {
                let target = path::clean(&target);
                findings.extend(target.findings);
                Some(target.path)
            }
            (_, target) => target,
        };
        let kind = match whiteout(&path) {
            None => kind(entry.kind),
            Some(Whiteout::Of(removed)) => {
                path = removed;
                LayerKind::Whiteout
            }
            Some(Whiteout::Everything(folder)) => {
                path = folder;
                LayerKind::Opaque
            }
            Some(Whiteout::Nothing) => {
                findings.push(Finding::WhiteoutInvalid);
                LayerKind::Other
            }
        };
        let has_content = kind == LayerKind::File && entry.sparse.is_none();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (path, raw_path) = match String::from_utf8(path) {
            Ok(path) => (path, None),
            Err(error) => (text(error.as_bytes()), Some(error.into_bytes())),
        };
        LayerEntry {
            path,
            raw_path,
            kind,
            size: entry.size,
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            owner: text(&entry.owner),
            group: text(&entry.group),
            mtime: entry.mtime,
            target: target.as_deref().map(text),
            device: device(entry.kind, entry.device),
            offset: has_content.then_some(entry.offset),
            findings,
        }
    }
}

enum Whiteout {
    Of(Vec<u8>),
    Everything(Vec<u8>),
    /// Engines pass over it, or refuse it.
    Nothing,
}

fn whiteout(path: &[u8]) -> Option<Whiteout> {
    let start = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let (folder, name) = path.split_at_checked(start)?;
    let removed = name.strip_prefix(WHITEOUT)?;
    if name == OPAQUE {
        return Some(Whiteout::Everything(folder.strip_suffix(b"/").unwrap_or(folder).to_vec()));
    }
    if name.starts_with(METADATA) || matches!(removed, b"" | b"." | b"..") {
        return Some(Whiteout::Nothing);
    }
    Some(Whiteout::Of([folder, removed].concat()))
}

fn kind(kind: Kind) -> LayerKind {
    match kind {
        Kind::File => LayerKind::File,
        Kind::Folder => LayerKind::Folder,
        Kind::Link => LayerKind::Link,
        Kind::Symlink => LayerKind::Symlink,
        Kind::CharacterDevice | Kind::BlockDevice => LayerKind::Device,
        Kind::Fifo => LayerKind::Fifo,
        Kind::Other(_) => LayerKind::Other,
    }
}

fn device(kind: Kind, (major, minor): (i64, i64)) -> Option<Device> {
    let kind = match kind {
        Kind::CharacterDevice => "character",
        Kind::BlockDevice => "block",
        _ => return None,
    };
    Some(Device { kind, major, minor })
}

fn as_base64<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&base64::encode(bytes.as_deref().unwrap_or_default()))
}

fn as_codes<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().map(|finding| finding.as_str()))
}
