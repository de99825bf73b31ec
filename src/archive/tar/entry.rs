//! An entry of a tar: what its header, and the extensions before it, say.

use crate::archive::Finding;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A regular file, a "contiguous" one too.
    File,
    /// A folder.
    Folder,
    /// Another name of a file that came before: a hard link.
    Link,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharacterDevice,
    /// A block device.
    BlockDevice,
    /// A named pipe.
    Fifo,
    /// Something else, by its type flag: carried, with the content that it states.
    Other(u8),
}

impl Kind {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::File => "file",
            Kind::Folder => "folder",
            Kind::Link => "link",
            Kind::Symlink => "symlink",
            Kind::CharacterDevice => "character-device",
            Kind::BlockDevice => "block-device",
            Kind::Fifo => "fifo",
            Kind::Other(_) => "other",
        }
    }
}

/// By which of the two families of forms a sparse file is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sparse {
    /// Type `S`: the map is in the header and in blocks that follow it.
    Gnu,
    /// Records `GNU.sparse.*`, versions 0.0 to 1.0, or star's.
    Pax,
}

/// An entry. Names are bytes as they are stated: no encoding is promised, and no path rule was applied yet, see
/// [`crate::archive::path::clean`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path as it is stated.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Where a link leads.
    pub target: Option<Vec<u8>>,
    /// How large the file is once it is unpacked.
    pub size: u64,
    /// How many bytes of content follow the header: `size`, except for sparse files.
    pub stored: u64,
    /// How it is stored, where that is not byte by byte.
    pub sparse: Option<Sparse>,
    /// Permissions, setuid, setgid and sticky bit.
    pub mode: u32,
    /// The owner's number.
    pub uid: i64,
    /// The group's number.
    pub gid: i64,
    /// The owner's name; empty where none is stated.
    pub owner: Vec<u8>,
    /// The group's name; empty where none is stated.
    pub group: Vec<u8>,
    /// When the content was changed, in whole seconds since 1970.
    pub mtime: i64,
    /// Major and minor number of a device.
    pub device: (i64, i64),
    /// Where the content begins, in bytes from the start of the archive.
    pub offset: u64,
    /// What is odd about its header.
    pub findings: Vec<Finding>,
}
