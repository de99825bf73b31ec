/** Layers and the files in them. */

import type { Descriptor, Digest } from "./nouns.js";
import type { Document, ImageConfig } from "./documents.js";
import type { CallOptions, PlatformOptions } from "./client.js";
import type { MultiarchError } from "./errors.js";

/** What a layer is read from: a stream, or what gives one, as a Blob does. */
export type LayerSource = ReadableStream<Uint8Array> | { stream(): ReadableStream<Uint8Array> };

/**
 * The entries of a layer, in its order, while it streams: gzip, zstd or none, by the first bytes. The
 * layer is never held in memory, and it is cancelled when the loop ends. Entries before a fault are given, then it throws.
 *
 * Throws ARCHIVE_INVALID, ARCHIVE_TRUNCATED, ARCHIVE_AMBIGUOUS (tools would read two different layers), ARCHIVE_LIMIT, LAYER_UNSUPPORTED
 * (`details.reason`: encrypted, or the name of a compression), ABORTED, and, at the end, DIGEST_MISMATCH and SIZE_MISMATCH.
 */
export function listLayer(layer: LayerSource, mediaType: string, options?: LayerOptions): LayerListing;

/** What a layer is held against, and what it may cost. */
export interface LayerOptions extends CallOptions {
  /** Of the layer as it is stored; verified. */
  digest?: Digest;
  size?: number;
  /** Of the layer unpacked, as the config states it in `rootfs.diff_ids`; verified. */
  diffId?: Digest;
  /** How many bytes the layer may unpack to; default 64 GiB. Beyond: ARCHIVE_LIMIT. */
  maxBytes?: number;
}

/** The entries of a layer as they stream by. */
export interface LayerListing extends AsyncIterableIterator<LayerEntry> {
  /** Known when the loop has come to the end. */
  readonly summary?: LayerSummary;
}

/** What a layer was as a whole. */
export interface LayerSummary {
  readonly compression: "none" | "gzip" | "zstd";
  readonly size: number;
  readonly unpackedSize: number;
  readonly entries: number;
  /** TAR_END_MISSING, TAR_TRAILING_DATA. */
  readonly findings: readonly string[];
}

/** An entry of a layer: a file that it adds or replaces, or a path that it takes away. */
export interface LayerEntry {
  /** From the root, without a slash at either end. Of a whiteout what goes, of an opaque folder the folder. Bytes that are no UTF-8 are U+FFFD. */
  readonly path: string;
  /** The path in base64, where it is no UTF-8. */
  readonly rawPath?: string;
  /** `whiteout` takes a path of lower layers away, `opaque` all that they have in a folder; `other` is not used. */
  readonly type: "file" | "folder" | "link" | "symlink" | "device" | "fifo" | "whiteout" | "opaque" | "other";
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner?: string;
  readonly group?: string;
  /** In seconds since 1970. */
  readonly mtime: number;
  /** Where a link leads. */
  readonly target?: string;
  readonly device?: { readonly kind: "character" | "block"; readonly major: number; readonly minor: number };
  /** Where the content begins in the unpacked layer; absent for a sparse file. */
  readonly offset?: number;
  /** Codes of what is odd about it; docs/layers.md lists them. */
  readonly findings?: readonly string[];
}

/** What a media type says of a layer. Foreign ones are those that registries need not hold. */
export function layerType(mediaType: string): LayerType;

/** What a layer is, and how its type says that it is compressed. */
export interface LayerType {
  readonly kind: "layer" | "foreign" | "encrypted" | "unknown";
  readonly compression: "none" | "gzip" | "zstd";
}

/**
 * One image of a client or an archive: its layers, joined to the history, and its files. With an index, `platform` chooses.
 * Rejects as `client.manifest`, and with OPTION_INVALID for an index without a platform.
 */
export function openImage(source: ImageSource, reference: string, options?: PlatformOptions): Promise<Image>;

/** What images are read from: a client, an archive. */
export interface ImageSource {
  /** The document that a reference names; with `platform`, the one of the entry for it. */
  manifest(reference: string, options?: PlatformOptions): Promise<Document>;
  /** A blob as a stream that fails before its end when the content is not what `digest` promises. */
  blob(reference: string, digest: Digest, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
}

/** One image, opened. */
export interface Image {
  readonly manifest: Document;
  /** Absent where there is none that can be read. */
  readonly config?: ImageConfig;
  /** The lowest first. */
  readonly layers: readonly ImageLayer[];
  /** The history, in its order. */
  readonly steps: readonly HistoryStep[];
  /** Whether the history has as many steps with a layer as there are layers; else no layer has a step. */
  readonly historyMatches: boolean;
  /** The entries of one layer, by its number from 0. */
  listLayer(index: number, options?: FilesOptions): AsyncIterableIterator<LayerEntry>;
  /** All layers merged: what a container sees. Every layer is read once, and verified against its digest and diff_id. */
  files(options?: FilesOptions): Promise<ImageFiles>;
  /**
   * One file. Links are followed inside of the image, forty at most. The stream fails before its end where the layer is not what
   * it should be. Rejects with PATH_UNKNOWN and PATH_NOT_A_FILE.
   */
  readFile(path: string, options?: FilesOptions): Promise<{ entry: LayerEntry & { readonly layer: number }; stream: ReadableStream<Uint8Array> }>;
}

/** A layer of an image, with the step that made it where the history tells. */
export interface ImageLayer extends Descriptor, LayerType {
  readonly index: number;
  readonly diffId?: Digest;
  readonly step?: HistoryStep;
}

/** A step of the history, as the config states it. */
export interface HistoryStep {
  /** Whether it made no layer. */
  readonly isEmpty: boolean;
  readonly layer?: number;
  readonly createdBy?: string;
  readonly created?: string;
  readonly comment?: string;
  readonly author?: string;
}

/** What reading the layers of an image may cost, and what is said meanwhile. */
export interface FilesOptions extends CallOptions {
  /** As for `listLayer`, for each layer. */
  maxBytes?: number;
  /** How many files, folders and links the merged view may hold; default 1,000,000. Beyond: ARCHIVE_LIMIT. */
  maxEntries?: number;
  /** Called before a layer is read. */
  onLayer?: (layer: { index: number; digest: Digest; size: number }) => void;
  /** Called for every entry that adds, replaces or removes a path. */
  onChange?: (change: "added" | "replaced" | "removed", entry: LayerEntry, layer: number) => void;
}

/** The layers of an image merged: what a container sees. */
export interface ImageFiles {
  readonly root: ImageFile;
  /** What each layer does. */
  readonly layers: readonly LayerChanges[];
  /** Bytes of files that a higher layer replaces or removes. */
  readonly wastedBytes: number;
  /** Layers that are encrypted or foreign, and left out. */
  readonly unread: readonly { readonly index: number; readonly digest: Digest; readonly error: MultiarchError }[];
  /** What is at a path; links are followed, the last one unless `follow` is false. */
  find(path: string, options?: { follow?: boolean }): ImageFile | undefined;
  /** All that is below, folders before what is in them. */
  below(from?: ImageFile): IterableIterator<ImageFile>;
}

/** A place in the merged view. */
export interface ImageFile {
  readonly path: string;
  /** Absent for a folder that no layer states. */
  readonly entry?: LayerEntry;
  readonly isFolder: boolean;
  /** The layer that it is from. */
  readonly layer: number;
  readonly parent?: ImageFile;
  readonly children: ReadonlyMap<string, ImageFile>;
}

/** What a layer does to those below it, counted. */
export interface LayerChanges {
  readonly entries: number;
  readonly added: number;
  readonly replaced: number;
  readonly removed: number;
  /** Entries that are not used: of unknown types, or with paths that lead out. */
  readonly ignored: number;
  /** Of its files. */
  readonly bytes: number;
  /** Of lower layers, which it replaces or removes. */
  readonly wastedBytes: number;
}
