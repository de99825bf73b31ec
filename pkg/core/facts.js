/**
 * What Rust and JavaScript both have to know. Generated from the sources of the core by
 * `UPDATE=1 cargo test --test core facts`; the same test fails when this file is stale.
 */

/** Errors that are raised before or instead of the core. */
export const FACADE_ERRORS = {
  REFERENCE_INVALID: {
    retryable: false,
    hint: "Write [domain/]path[:tag][@digest], for example alpine:3.20 or ghcr.io/owner/app@sha256:….",
  },
  DIGEST_INVALID: {
    retryable: false,
    hint: "Write algorithm:encoded, for example sha256: and 64 lower-case hexadecimal digits.",
  },
  PLATFORM_INVALID: {
    retryable: false,
    hint: "Write os/architecture[/variant], for example linux/arm64 or windows(10.0.20348)/amd64.",
  },
  OPTION_INVALID: {
    retryable: false,
    hint: "See the documentation of this call for what the option takes.",
  },
  LOAD_FAILED: {
    retryable: true,
    hint: "The WebAssembly module could not be loaded: check that multiarch_bg.wasm is served and that the CSP allows 'wasm-unsafe-eval'.",
  },
  NOT_LOADED: {
    retryable: false,
    hint: "Await init() before the first synchronous call in this host.",
  },
  INTERNAL: {
    retryable: false,
    hint: "This is a defect in multiarch; please report it with what you called.",
  },
};

/** Errors that are raised by stores of drafts. */
export const DRAFT_ERRORS = {
  DRAFT_COLLISION: {
    retryable: false,
    hint: "Two names share one file in docker's folder; use another tag or repository for one of them.",
  },
  DRAFT_LOCKED: {
    retryable: true,
    hint: "Another process works on the list; try again when it is done.",
  },
  DRAFT_UNAVAILABLE: {
    retryable: false,
    hint: "Check the folder of the drafts: its permissions, and the space that is left.",
  },
};

/** Errors that are raised while stored credentials are read or written. */
export const CREDENTIAL_ERRORS = {
  CREDENTIALS_INVALID: {
    retryable: false,
    hint: "Repair what the message names, or move it away and log in again with `multiarch login`.",
  },
  CREDENTIALS_UNAVAILABLE: {
    retryable: false,
    hint: "Check the file of the credentials: its permissions, and the space that is left.",
  },
  HELPER_INVALID: {
    retryable: false,
    hint: "A credential helper is named by letters, digits, dots, dashes and underscores, without its path.",
  },
  HELPER_MISSING: {
    retryable: false,
    hint: "Install the credential helper, or take its name out of the file that names it.",
  },
  HELPER_FAILED: {
    retryable: false,
    hint: "Run the credential helper by hand to see what it says: all of its output may hold secrets, so at most a line is shown.",
  },
  HELPER_TIMEOUT: {
    retryable: true,
    hint: "The credential helper may wait for a keychain to be unlocked: unlock it, and try again.",
  },
};

/** Errors that are raised while specifications of lists are read and followed. */
export const SPEC_ERRORS = {
  SPEC_INVALID: {
    retryable: false,
    hint: "Correct the line that the message names; docs/specs.md lists what a specification has.",
  },
  LOCK_INVALID: {
    retryable: false,
    hint: "The lock is damaged or of another version: make the lists again without it, and keep the new one.",
  },
  LOCK_MISMATCH: {
    retryable: false,
    hint: "Make the lists again without the lock, and keep the new one; or go back to the specification that it was made of.",
  },
  MANIFEST_UNKNOWN: {
    retryable: false,
    hint: "Check the tag or digest; `multiarch tags` lists the tags that exist.",
  },
};

/** Errors that are raised while archives are read and written. */
export const ARCHIVE_ERRORS = {
  ARCHIVE_INVALID: {
    retryable: false,
    hint: "The archive is damaged, or is none: make it again.",
  },
  ARCHIVE_TRUNCATED: {
    retryable: false,
    hint: "The archive was cut off: download or make it again.",
  },
  ARCHIVE_LIMIT: {
    retryable: false,
    hint: "No real archive is this large; the message names the limit.",
  },
  ARCHIVE_UNSUPPORTED: {
    retryable: false,
    hint: "Make the archive again with docker, podman or skopeo.",
  },
  ARCHIVE_IMAGE_UNKNOWN: {
    retryable: false,
    hint: "Name one of the images that the archive has, or write @ and its digest.",
  },
  MANIFEST_TOO_LARGE: {
    retryable: false,
    hint: "Registries accept up to 4 MiB.",
  },
  FILE_UNREADABLE: {
    retryable: false,
    hint: "Check the path and its permissions.",
  },
  FILE_UNWRITABLE: {
    retryable: false,
    hint: "Check the permissions of the file and its folder, and the space on the disk.",
  },
};

/** Errors that are raised while layers are read. */
export const LAYER_ERRORS = {
  ARCHIVE_INVALID: {
    retryable: false,
    hint: "The archive is damaged, or is none: make it again.",
  },
  ARCHIVE_TRUNCATED: {
    retryable: false,
    hint: "The archive was cut off: download or make it again.",
  },
  ARCHIVE_LIMIT: {
    retryable: false,
    hint: "No real archive is this large; the message names the limit.",
  },
  LAYER_UNSUPPORTED: {
    retryable: false,
    hint: "The layer's size and digest are known, its files are not.",
  },
  PATH_UNKNOWN: {
    retryable: false,
    hint: "`multiarch files` lists the files of an image.",
  },
  PATH_NOT_A_FILE: {
    retryable: false,
    hint: "`multiarch files` lists what is in a folder.",
  },
};

/** Errors that are raised by the command line and the page. */
export const VIEW_ERRORS = {
  FILE_UNREADABLE: {
    retryable: false,
    hint: "Check the path and its permissions.",
  },
  FILE_UNWRITABLE: {
    retryable: false,
    hint: "Check the permissions of the file and its folder, and the space on the disk.",
  },
  PLATFORM_NOT_FOUND: {
    retryable: false,
    hint: "Ask for one of the platforms that exist, or add the missing one to the index.",
  },
};

/** The policies by which an entry is selected, the default first. */
export const POLICIES = ["containerd", "strict", "first", "podman"];

/** The digest algorithms that are computed, the default first. */
export const ALGORITHMS = ["sha256", "sha384", "sha512"];

/** The headers of an answer that the core reads. */
export const RESPONSE_HEADERS = ["content-encoding", "content-length", "content-range", "content-type", "docker-content-digest", "docker-distribution-api-version", "link", "location", "oci-chunk-min-length", "oci-filters-applied", "oci-subject", "oci-tag", "range", "ratelimit-limit", "ratelimit-remaining", "docker-ratelimit-source", "retry-after", "www-authenticate"];

/** The waits before what was just written is looked for again, in milliseconds. */
export const VISIBLE_MS = [250, 750, 1500, 2500, 5000];

/** How many entries an index may have. */
export const INDEX_ENTRIES = 10000;

/** How many indexes inside one another are followed. */
export const INDEX_DEPTH = 4;

/** The largest manifest or index that is read. */
export const MANIFEST_BYTES = 8388608;

/** The largest file of a draft that is read. */
export const DRAFT_BYTES = 33554432;

/** How much of a text is shown in an error. */
export const SHOWN = 2000;

/** How many bytes a layer may have once it is unpacked, where no option says otherwise. */
export const LAYER_BYTES = 68719476736;

/** How many files, folders and links a merged view of layers holds. */
export const MERGED_ENTRIES = 1000000;

/** How many symbolic links are followed to a file. */
export const SYMLINKS = 40;

/** How many of each kind are remembered. */
export const REMEMBERED = 256;

/** Until a connection stands, from there until the answer begins, and between two parts of a body. */
export const TIMEOUTS = { connectMs: 10000, headersMs: 30000, idleMs: 30000 };

/** What is odd about archives and their entries, without being an error. */
export const ARCHIVE_FINDINGS = {
  PATH_ABSOLUTE: "the path begins with a slash: it is taken from the root of the archive",
  PATH_UPWARDS: "the path has a component \"..\": it may lead out of the archive, and no file of it is used",
  PATH_NUL: "the path has a NUL, at which some tools end it",
  PATH_EMPTY: "the entry has no path",
  PATH_TOO_LONG: "the path, or a component of it, is longer than a file system takes",
  PATH_TOO_DEEP: "the path has more components than are followed",
  TAR_NUMBER_INVALID: "mode, owner, group, time or device is no number: 0 stands for it",
  TAR_LINK_SIZE: "a hard link states a size, and no content follows it",
  TAR_SPARSE: "the file is stored with its holes left out: what is stored is not what it holds",
  TAR_TYPE_UNKNOWN: "the type of the entry is not known: it is carried, and not used",
  WHITEOUT_INVALID: "a whiteout that takes nothing away, or a name that AUFS keeps for itself: it is not used",
  ENTRY_DUPLICATE: "the layer has an entry of this path before: the last one counts",
  TAR_END_MISSING: "the archive ends without the two empty blocks that end it",
  TAR_TRAILING_DATA: "bytes follow the end of the archive: tools do not read them",
};

/** The version of the package. */
export const version = "0.1.0";

/** The media type of an OCI image index. */
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";

/** The media type of an OCI image manifest. */
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** The media type of a Docker manifest list. */
export const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

/** The media type of a Docker image manifest. */
export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

/** BuildKit's annotation for what an entry is. */
export const REFERENCE_TYPE = "vnd.docker.reference.type";

/** BuildKit's annotation for the image that an entry is about. */
export const REFERENCE_DIGEST = "vnd.docker.reference.digest";

/** What BuildKit calls an attestation. */
export const ATTESTATION = "attestation-manifest";

/** Podman's annotation for an image with layers of zstd. */
export const ZSTD = "io.github.containers.compression.zstd";
