/** `multiarch/archive`: OCI layouts and what `docker save` writes, read like registries: by ranges, never whole. */

import type { CallOptions, Descriptor, Digest, Document, ImageConfig, PlatformOptions, Selection } from "multiarch";

/**
 * Opens an OCI layout (a folder, a tar), what `docker save`, podman, kaniko, bazel or nix write for `docker load`, or the
 * folder of one image that skopeo calls `dir:`. One that is compressed as a whole is decompressed once: in Node to a temporary file, elsewhere to a Blob. gzip can be read
 * and zstd everywhere but in hosts that compile no WebAssembly at run time, which read no zstd.
 *
 * Rejects with ARCHIVE_INVALID for what is no archive of images, ARCHIVE_TRUNCATED, ARCHIVE_AMBIGUOUS, ARCHIVE_LIMIT,
 * ARCHIVE_UNSUPPORTED, with the codes of documents for its index, and with FILE_UNREADABLE. What is wrong with one image
 * spoils that alone: see `findings`.
 */
export function openArchive(from: ArchiveInput, options?: ArchiveOptions): Promise<Archive>;

/** The options of opening an archive. */
export interface ArchiveOptions extends CallOptions {
  /** Called while an archive is decompressed, with how many of its bytes have been read. */
  onProgress?: (done: number, total: number) => void;
}

/** A `Blob` or `File`, an object that reads ranges, a folder, or in Node the path of a file or folder. */
export type ArchiveInput = Blob | RangeInput | DirectoryInput | string;

/** A file of which any part can be read. */
export interface RangeInput {
  readonly size: number;
  /** The bytes from `offset` on, at most `length` of them. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A folder whose files are Blobs, such as one that was dropped on a page. */
export interface DirectoryInput {
  /** The names in a folder. */
  list?(path: string): Promise<string[]>;
  /** The file at a path with `/` between folders; undefined where there is none. */
  open(path: string): Promise<Blob | undefined>;
}

/**
 * An opened archive. A reference is the name of an image as the archive or docker writes it (`alpine` is
 * `docker.io/library/alpine:latest`), `@` and a digest, or nothing where the archive has one image. One that is not there
 * rejects with ARCHIVE_IMAGE_UNKNOWN, whose `details.available` has the names that are.
 */
export interface Archive {
  readonly kind: "oci-layout" | "docker-archive" | "dir";
  /** Names and descriptors at the root, in the archive's order. */
  readonly images: readonly { readonly name?: string; readonly descriptor: Descriptor }[];
  /** What is wrong with the archive, without being a reason to refuse the rest; and that manifests had to be made. */
  readonly findings: readonly ArchiveFinding[];
  /** As `Client.resolve`; the reference of the answer is `@` and the digest. */
  resolve(reference?: string, options?: PlatformOptions): Promise<Descriptor & { reference: string; selection?: Selection }>;
  /** As `Client.manifest`: verified against its digest. */
  manifest(reference?: string, options?: PlatformOptions): Promise<Document>;
  /** As `Client.config`. */
  config(reference?: string, options?: PlatformOptions): Promise<ImageConfig>;
  /** As `Client.blob`: a stream that fails before its end when the content is not what the digest promises. */
  blob(reference: string | undefined, digest: Digest, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
  /** The reference of an image for a client with {@link archiveFetch}. */
  reference(name?: string): string;
  /** Closes the file, and removes what it was decompressed to. */
  close(): Promise<void>;
}

/** Something that is wrong with an archive, without being a reason to refuse the rest of it. */
export interface ArchiveFinding {
  code: ArchiveFindingCode;
  severity: "error" | "warning" | "note";
  /** May hold text that the archive chose; control characters in it are made visible. */
  message: string;
  /** The path of the member that it is about. */
  path?: string;
  digest?: Digest;
}

/** What kind of thing is wrong: docs/archives.md lists them. */
export type ArchiveFindingCode =
  | "MEMBER_PATH" | "MEMBER_DUPLICATE" | "MEMBER_LINK" | "MEMBER_UNREADABLE" | "MEMBER_CUT" | "NAME_DUPLICATE"
  | "ENTRY_INVALID" | "BLOB_MISSING" | "BLOB_SIZE" | "BLOB_DIGEST" | "LISTS_DIFFER" | "MANIFEST_MADE" | "MORE_FINDINGS";

/**
 * A fetch function that answers for archives itself, and asks the other one (default: the host's) for everything else: with
 * it every call of a client takes archives, by `archive.reference(name)`.
 *
 * ```js
 * const archive = await openArchive("app.tar");
 * const client = createClient({ fetch: archiveFetch([archive]) });
 * await client.copy(archive.reference("app:1.0"), "ghcr.io/ada/app:1.0");
 * ```
 */
export function archiveFetch(archives: readonly Archive[], ask?: typeof fetch): typeof fetch;
