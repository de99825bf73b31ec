//! Every cap in one place, each with the precedent that it follows. All of them count decoded bytes.
//!
//! Not here: how often something is sent again (`http::retry`) and how fast an origin is asked (`http::pace`).

/// The largest manifest or index that is read. Registries accept 4 MiB (distribution, Docker Hub); regclient
/// reads twice that, and so do we.
pub const MANIFEST_BYTES: usize = 8 << 20;

/// The longest text that `inspect` lays out: eight of the largest documents. Go's layout makes more of deep nesting
/// than it takes in a document, thirty times as much and beyond.
pub const PRINTED_BYTES: usize = 64 << 20;

/// The largest image config that is read: 4 MiB, as in containers/image.
pub const CONFIG_BYTES: usize = 4 << 20;

/// The largest file of a draft that is read: a manifest twice, once of it in base64, with room to spare.
pub const DRAFT_BYTES: usize = 32 << 20;

/// How much of a blob is held at a time while it is sent. A blob up to this size goes in one piece, a larger one
/// in chunks of this size.
pub const CHUNK_BYTES: usize = 8 << 20;

/// The largest chunk that a registry may ask for with `OCI-Chunk-Min-Length`.
pub const CHUNK_LIMIT: usize = 64 << 20;

/// How many bytes the manifests of one level of an index may have together when it is copied: 10,000 of 6 KiB.
pub const COPY_BYTES: u64 = 64 << 20;

/// How many blobs are copied at the same time; each holds a chunk.
pub const PARALLEL_BLOBS: usize = 4;

/// How many requests of one verb wait for an answer at the same time; a host may let fewer through.
pub const PARALLEL: usize = 16;

/// The largest answer of a token service: 64 KiB, as in go-containerregistry.
pub const TOKEN_BYTES: usize = 64 << 10;

/// How much of an error body is read: 64 KiB, as in go-containerregistry and containerd.
pub const ERROR_BYTES: usize = 64 << 10;

/// How much of a registry's own message is shown.
pub const ERROR_SHOWN: usize = 1 << 10;

/// How much of a text is shown in an error, in bytes: of its message, its hint and each of its details. What a
/// document or a caller says may be megabytes, and control characters print as six times as much.
pub const SHOWN: usize = 2_000;

/// How many platforms an error lists that has the platforms which exist. The largest real indexes have a few dozen.
pub const PLATFORMS_SHOWN: usize = 256;

/// The largest page of a tag listing: 1,000 tags of 128 characters with room to spare.
pub const TAGS_BYTES: usize = 1 << 20;

/// How many pages of a listing are followed.
pub const PAGES: usize = 1_000;

/// How many entries an index may have. The largest real ones have a few dozen.
pub const INDEX_ENTRIES: usize = 10_000;

/// How many indexes may stand inside one another.
pub const INDEX_DEPTH: usize = 4;

/// How deep a JSON document may nest: half of what serde_json's recursion guard allows, far above any manifest.
pub const JSON_DEPTH: usize = 64;

/// How many redirects one request follows.
pub const REDIRECTS: usize = 5;

/// The longest `WWW-Authenticate` or `Link` value that is parsed: the header block of common servers.
pub const HEADER_BYTES: usize = 8 << 10;

/// The largest size a descriptor may state: 2^53 - 1 bytes, above which JavaScript numbers are not exact.
pub const SIZE: u64 = (1 << 53) - 1;

/// The longest repository path in bytes, the domain not counted (distribution/reference 0.6).
pub const PATH_BYTES: usize = 255;

/// The longest tag in characters (distribution-spec).
pub const TAG_CHARS: usize = 128;

/// Registries, scopes and origins of which something is remembered, of each kind: a client may run for months.
pub const REMEMBERED: usize = 256;

/// The longest that a token is used, whatever its `expires_in` says: one hour, in milliseconds.
pub const TOKEN_LIFETIME_MS: u64 = 3_600_000;

/// The highest level of an architecture whose lower levels are listed as compatible. Real ones stay below 10.
pub const VARIANT_LEVEL: u32 = 1_000;

/// How long a host waits for a connection, in milliseconds, where no option says otherwise. Applied by the package's
/// JavaScript, as the two below.
pub const CONNECT_MS: u64 = 10_000;

/// How long a host waits from there until the answer begins, in milliseconds.
pub const HEADERS_MS: u64 = 30_000;

/// How long a host waits between two parts of a body, in milliseconds.
pub const IDLE_MS: u64 = 30_000;

/// How many headers of a tar are read, those of long names and pax records among them.
pub const ARCHIVE_ENTRIES: u64 = 1_000_000;

/// The largest pax header or GNU long name that is read: 1 MiB, as in Go's archive/tar.
pub const TAR_HEADER_BYTES: usize = 1 << 20;

/// The longest path or target of a link in an archive that is read at all, sixteen times what Linux takes.
pub const ARCHIVE_NAME_BYTES: usize = 64 << 10;

/// The longest path in an archive that is used: `PATH_MAX` of Linux.
pub const PATH_TOTAL_BYTES: usize = 4096;

/// The longest component of a path that is used: `NAME_MAX` of Linux and of most file systems.
pub const PATH_COMPONENT_BYTES: usize = 255;

/// How many components a path may have that is used.
pub const PATH_COMPONENTS: usize = 256;

/// How many members of an archive of images are kept. The largest images have some hundred layers; a layout of a whole
/// mirror has tens of thousands of blobs.
pub const ARCHIVE_MEMBERS: usize = 200_000;

/// How many bytes the paths of these members may have together.
pub const ARCHIVE_PATHS: usize = 32 << 20;

/// How many bytes a layer may have once it is unpacked, where no option says otherwise: 64 GiB.
pub const LAYER_BYTES: u64 = 64 << 30;

/// How many files, folders and links a merged view of layers holds.
pub const MERGED_ENTRIES: u64 = 1_000_000;

/// How many symbolic links are followed to a file: as many as Linux follows.
pub const SYMLINKS: u64 = 40;
