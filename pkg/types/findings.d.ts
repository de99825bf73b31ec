/** What a check finds, and how two images differ. */

import type { Digest, Platform } from "./nouns.js";
import type { Document, DocumentKind } from "./documents.js";
import type { CallOptions, Reader } from "./client.js";

/** What `client.check` looks for besides what it always does. */
export interface CheckOptions {
  /** An image for each must be there; compared after normalisation: arm64 is arm64/v8. An os.version is a beginning. */
  platforms?: readonly (Platform | string)[];
  /** With `platforms`: no image for another platform may be there. */
  exact?: boolean;
  /** Each image must have one of BuildKit's attestations. */
  attestations?: boolean;
  /** Compares each image's platform with its config: two GETs for each image. */
  configs?: boolean;
  /** Looks for every config and layer: a GET for each manifest, and a HEAD for each blob. */
  blobs?: boolean;
}

/** The result of `client.check`. */
export interface Checked {
  /** Whether no finding is an error. */
  ok: boolean;
  reference: string;
  /** Of the document that the reference names; `mediaType`, `size` and `kind` too. */
  digest: Digest;
  mediaType: string;
  size: number;
  kind: DocumentKind;
  /** The images in the order of the index, those of nested indexes too, each with the number of its attestations. */
  images: { platform?: Platform; digest: Digest; mediaType: string; size: number; attestations: number }[];
  /** In the order of the images; what is about none of them stands at the end. */
  findings: Finding[];
}

/** What is wrong, or worth to know. */
export interface Finding {
  code: FindingCode;
  severity: "error" | "warning" | "note";
  /** Names the digest and the platform that it is about. May hold text that a registry chose. */
  message: string;
  /** What to do, with the command where there is one. */
  hint?: string;
  digest?: Digest;
  platform?: Platform;
  /** The other digests that a duplicate is about. */
  others?: Digest[];
  /** For NOT_CHECKED, REFERENCE_MISSING and CONTENT_INVALID: the code of the error behind it. */
  error?: string;
}

/** Stable, as the codes of errors are; docs/check.md says what each means. */
export type FindingCode =
  | "NOT_CHECKED"
  | "REFERENCE_MISSING"
  | "PLATFORM_MISSING"
  | "PLATFORM_UNEXPECTED"
  | "MANIFEST_MISSING"
  | "BLOB_MISSING"
  | "PLATFORM_DUPLICATE"
  | "DIGEST_DUPLICATE"
  | "PLATFORM_CONTRADICTION"
  | "SIZE_CONTRADICTION"
  | "MEDIA_TYPE_CONTRADICTION"
  | "CONTENT_INVALID"
  | "ENTRY_INVALID"
  | "PLATFORM_UNSTATED"
  | "ANNOTATIONS_IGNORED"
  | "INDEX_EMPTY"
  | "INDEX_NESTED"
  | "ATTESTATION_MISSING"
  | "ATTESTATION_ORPHANED";

/**
 * What changed from `a` to `b`, by meaning: platforms, and of each what an image is made of. References are read by `client`, or
 * each by the client beside it; of documents only what they say themselves is compared, so that the layers and configs of an
 * index's images stay unknown.
 *
 * Reads only what differs: a HEAD for each reference, and where the digests differ a GET for each document, for each manifest
 * of a pair that differs, and for each config of those. Rejects as `manifest` and `blob` of a client do, with OPTION_INVALID,
 * PLATFORM_INVALID, and PLATFORM_NOT_FOUND when neither has an image for `platform`.
 *
 * ```js
 * const { same, platforms, fetchBytes } = await diff("alpine:3.19", "alpine:3.20", { client });
 * ```
 */
export function diff(a: DiffSide, b: DiffSide, options?: DiffOptions): Promise<Difference>;

/** One side of a comparison: a reference, a document, or a reference with a client of its own. */
export type DiffSide = string | Document | { from: Reader; reference: string };

/** What is compared, and through which client. */
export interface DiffOptions extends CallOptions {
  /** For sides that are references alone. */
  client?: Reader;
  /** Compares the images for this platform only, by equality after normalisation. */
  platform?: Platform | string;
}

/** The result of `diff`. */
export interface Difference {
  /** Whether the two mean the same. */
  same: boolean;
  /** Whether they are the same document; nothing was read then, and `platforms` is empty. */
  sameBytes: boolean;
  /** Whether the same entries stand in another order, and nothing else differs. */
  orderOnly: boolean;
  from: { name: string; digest: Digest };
  to: { name: string; digest: Digest };
  /** Members of the index itself: `mediaType`, `annotations.KEY`, `subject.digest`, … */
  index: MemberChange[];
  /** The images of `a` in its order, then those that `b` has alone, then what is no image. */
  platforms: PlatformDifference[];
  /** The bytes of all configs and layers that `b` has and `a` has not, each once; absent where something was not read. */
  fetchBytes?: number;
}

/** A member that differs; without `from` it is new, without `to` it is gone. */
export interface MemberChange {
  path: string;
  from?: unknown;
  to?: unknown;
}

/** The difference of two images for one platform. Builds of one Windows release are compared with each other. */
export interface PlatformDifference {
  platform?: Platform;
  change: "added" | "removed" | "changed" | "same";
  /** The digests on both sides. */
  from?: Digest;
  to?: Digest;
  /** The bytes of configs and layers that the image in `b` has and that in `a` has not. */
  fetchBytes?: number;
  /** How many layers are the same, and which are not. */
  layers?: { same: number; added: DiffLayer[]; removed: DiffLayer[] };
  /** Members of the config, `config.Env.NAME` for the environment; not `history` and `rootfs`, of which the layers tell. */
  config?: MemberChange[];
  /** Of the entry in the index, and of the manifest. */
  annotations?: { of: "entry" | "manifest"; key: string; from?: unknown; to?: unknown }[];
  /** Other members of the entry: `platform.variant`, `artifactType`, … */
  entry?: MemberChange[];
  /** Other members of the manifest: `mediaType`, `subject.digest`, … */
  manifest?: MemberChange[];
  /** The attestations on both sides, where they differ. */
  attestations?: { from: Digest[]; to: Digest[] };
  /** Why a manifest, a config or a nested index could not be read, so that less is known of this one; the others are compared. */
  error?: { code: string; message: string };
}

/** A layer that one side has and the other has not. */
export interface DiffLayer {
  digest: Digest;
  size: number;
  mediaType: string;
}
