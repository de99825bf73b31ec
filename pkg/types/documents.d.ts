/** Documents, what they hold, and how an entry of an index is chosen. */

import type { BytesLike, Descriptor, Digest, Platform } from "./nouns.js";

/** The kind of a document. Schema 1 is refused (SCHEMA1_UNSUPPORTED), so no document has that kind yet. */
export type DocumentKind = "index" | "image" | "artifact" | "schema1" | "unknown";

/** A manifest-endpoint body: the exact bytes, and a view of them. Frozen. */
export interface Document {
  readonly kind: DocumentKind;
  readonly mediaType: string;
  /** The document's own copy. */
  readonly bytes: Uint8Array;
  /** Computed from the bytes. */
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  /** As JSON.parse returns it; undefined for a type that is not JSON. */
  readonly json: unknown;
  /** The entries of an index, else empty. */
  readonly manifests: Descriptor[];
  /** The layers of an image, or the blobs of an artifact; else empty. */
  readonly layers: Descriptor[];
  readonly config?: Descriptor;
  readonly annotations: Record<string, string>;
  readonly subject?: Descriptor;
  readonly artifactType?: string;
}

/**
 * Parses leniently: members that are not used are not checked, `null` counts as absent, and a descriptor that cannot be used
 * has a `problem`. Throws JSON_INVALID, JSON_TOO_DEEP, JSON_DUPLICATE_KEY, MANIFEST_INVALID, MANIFEST_AMBIGUOUS (an index
 * with layers, a mediaType that contradicts the content: CVE-2021-41190), MANIFEST_TOO_LARGE, INDEX_TOO_LARGE,
 * MEDIA_TYPE_MISMATCH, SCHEMA1_UNSUPPORTED, and DIGEST_MISMATCH for another digest than `digest`.
 */
export function parseManifest(bytes: BytesLike | string, options?: { mediaType?: string; digest?: Digest }): Document;

/** The config of an image (image-spec, "OCI Image Configuration"). */
export interface ImageConfig {
  /** As the config states it, with empty texts for missing members. */
  readonly platform: Platform;
  /** In RFC 3339; absent where the config's value is not. */
  readonly created?: string;
  readonly config?: unknown;
  readonly history?: unknown[];
  readonly rootfs?: unknown;
  readonly json: unknown;
}

/** Parses the config of an image; with `digest`, verifies it. Throws JSON_INVALID, CONFIG_INVALID and DIGEST_MISMATCH. */
export function parseImageConfig(bytes: BytesLike | string, options?: { digest?: Digest }): ImageConfig;

/**
 * How an entry is chosen: "containerd" ranks compatible entries (docker, kubernetes, buildkit); "strict" wants equality after
 * normalisation; "first" takes the first that satisfies (crane, oras, the OCI text); "podman" follows containers/image.
 */
export type SelectionPolicy = "containerd" | "strict" | "first" | "podman";

/** The result of a selection, and its reasons. */
export interface Selection {
  readonly descriptor?: Descriptor;
  /** The chosen entry's position; absent where none was chosen, and for a single image. */
  readonly index?: number;
  readonly policy: SelectionPolicy;
  /** Every entry: the chosen one first, then by rank, then the rest in the order of the index. */
  readonly candidates: readonly {
    readonly descriptor: Descriptor;
    readonly index: number;
    /** 0 for the best; absent where the entry does not match. */
    readonly rank?: number;
    readonly reason: string;
  }[];
  /** In the result of `client.resolve`: the position that was chosen in each index, from the root down. */
  readonly path?: number[];
}

/**
 * Chooses the entry for a platform. `host` is the requesting machine; its os replaces an entry's empty os. Throws NOT_AN_INDEX
 * and PLATFORM_INVALID; an index without a matching entry gives a selection without `descriptor`.
 */
export function selectPlatform(
  index: Document,
  platform: Platform | string,
  options?: { policy?: SelectionPolicy; host?: Platform },
): Selection;
