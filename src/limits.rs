//! Every cap in one place, each with the precedent that it follows. All of them count decoded bytes.

/// The largest manifest or index that is read. Registries accept 4 MiB (distribution, Docker Hub); regclient
/// reads twice that, and so do we.
pub const MANIFEST_BYTES: usize = 8 << 20;

/// The largest image config that is read: 4 MiB, as in containers/image.
pub const CONFIG_BYTES: usize = 4 << 20;

/// The largest blob that is copied by way of memory where a registry does not mount it.
pub const BLOB_BYTES: usize = 512 << 20;

/// How many requests of one verb wait for an answer at the same time; a host may let fewer through.
pub const PARALLEL: usize = 16;

/// The largest answer of a token service: 64 KiB, as in go-containerregistry.
pub const TOKEN_BYTES: usize = 64 << 10;

/// How much of an error body is read: 64 KiB, as in go-containerregistry and containerd.
pub const ERROR_BYTES: usize = 64 << 10;

/// How much of a registry's own message is shown.
pub const ERROR_SHOWN: usize = 1 << 10;

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

/// The longest that a token is used, whatever its `expires_in` says: one hour, in milliseconds.
pub const TOKEN_LIFETIME_MS: u64 = 3_600_000;

/// The highest level of an architecture whose lower levels are listed as compatible. Real ones stay below 10.
pub const VARIANT_LEVEL: u32 = 1_000;
