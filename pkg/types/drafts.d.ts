/** Docker's drafts of lists, where they are stored, and docker's verbs on them. */

import type { Descriptor, Digest, Platform } from "./nouns.js";
import type { Document } from "./documents.js";
import type { RegistryIndexEditor } from "./lists.js";
import type { CallOptions, Client } from "./client.js";
import type { MultiarchError } from "./errors.js";

/** One image of a draft; a draft is a list that was not pushed yet. */
export interface DraftEntry {
  /** The image's reference, canonical: docker.io/library/alpine:3.20. */
  ref: string;
  /** Its manifest's type, digest and size, and the platform that the list will state. */
  descriptor: Descriptor;
  /** The manifest's exact bytes; empty in files of docker before 23.0. */
  raw: Uint8Array;
  /**
   * The manifest as docker's file embeds it, where that differs from `raw`: in files of docker before 23.0, and of other
   * programs. Empty where none is embedded.
   */
  manifest?: string;
  /** What the index says of it, of an image that was taken out of one. Docker's file has one more member for it. */
  listing?: DraftListing;
}

/** What an index says of an image that `create` took out of it. */
export interface DraftListing {
  /** The image's entry in the index, as JSON text. A push writes it, with what was changed in `descriptor` since. */
  entry: string;
  /** What the image was taken out of, each under the reference that was given to `create`. */
  sources: { ref: string; digest: Digest; annotations?: Record<string, string> }[];
}

/** A store of drafts, each under the canonical reference of its list. */
export interface Store {
  /** The canonical references of all drafts, sorted; an empty draft is one as well. */
  list(): Promise<string[]>;
  /** All images of a draft, in any order; undefined when there is no such draft. The caller may change the result. */
  read(list: string): Promise<DraftEntry[] | undefined>;
  /** Replaces all images of a draft; after a failure the draft is unchanged. */
  write(list: string, entries: DraftEntry[]): Promise<void>;
  /** Removes a draft; whether there was one. */
  remove(list: string): Promise<boolean>;
  /** One image of a draft, for a store that can read it alone, even when other images are damaged. */
  readEntry?(list: string, reference: string): Promise<DraftEntry | undefined>;
  /** Adds an image to a draft, or replaces the one of that `ref`, and leaves the others alone. */
  writeEntry?(list: string, entry: DraftEntry): Promise<void>;
  /** Runs `action` while no other process changes the draft. */
  lock?<T>(list: string, action: () => Promise<T>): Promise<T>;
}

/** A store in memory. */
export function memoryStore(): Store;

/** A store in a browser's IndexedDB, shared by all pages and workers of the origin; `name` of the database, "multiarch". */
export function browserStore(options?: { name?: string }): Store;

/** Docker's file for an entry, byte for byte. Throws OPTION_INVALID, also for an entry that decodeDraft would refuse. */
export function encodeDraft(entry: DraftEntry): string;

/** The entry in docker's file; `path` is the file's, for the error. Throws DRAFT_CORRUPT. */
export function decodeDraft(bytes: Uint8Array | string, options?: { path?: string }): DraftEntry;

/** Docker's file name for a reference. Not injective: `a/b:1` and `a_b:1` share one. */
export function draftFileName(reference: string): string;

/** What a push does. */
export interface PushPlan {
  /** Of the list. */
  digest: Digest;
  mediaType: string;
  /** In bytes. */
  size: number;
  /** The list's text. */
  body: string;
  /** The tags under which the list is put, or its digest. */
  names: string[];
  /** Images of other repositories, in the draft's order: domain/path@digest. */
  pushed: string[];
  /** What is odd about the list, in words: two images for one platform, an attestation of an image that it does not have. */
  warnings: string[];
  /** With `dryRun`: the requests in words and in order; images are checked for before they are written. */
  steps?: string[];
}

/** Options of `create`. */
export interface CreateOptions extends CallOptions {
  /** Adds to an existing draft; images that it has are not read again. */
  amend?: boolean;
  /** Replaces an existing draft. */
  replace?: boolean;
  /** Adds to an existing draft and reads its tags again, not its digests; `moved` lists the tags that have moved. */
  refresh?: boolean;
  /** Pushes the list at once, without a draft. */
  push?: boolean;
  /** Further tags of the list's repository, with `push`. */
  tags?: string[];
  /** Writes nothing; `plan` states what a push would do. */
  dryRun?: boolean;
  /** Only images for one of these platforms, with their attestations; PLATFORM_NOT_FOUND for one that no source has. */
  platforms?: readonly (Platform | string)[];
  /** False leaves BuildKit's attestations out. */
  attestations?: boolean;
  /** With `push` or `dryRun`: the list's type. Unless it is given, the first image decides, as with docker; what only an OCI index can hold makes one. */
  type?: "oci" | "docker";
  /** With `push`: what becomes of two images for one platform. "refuse" unless it is given. */
  onDuplicate?: "refuse" | "replace" | "keep";
}

/** The result of `create`. */
export interface Created {
  /** The list, canonical. */
  list: string;
  entries: DraftEntry[];
  /** Images from the draft, for which the registry was not asked. */
  reused: string[];
  /**
   * With `refresh`: the tags that point at another image now. Annotated members stay where the new image states none; an
   * image for another os, architecture or variant gets its own platform, and `dropped` is the one that the draft stated.
   */
  moved: { ref: string; from: Digest; to: Digest; dropped?: Platform }[];
  /** The images that were indexes, and the references of what they became. */
  flattened: { ref: string; digest: Digest; entries: string[] }[];
  /** What is odd about them, in words: an image whose config is for another platform than its index states. */
  warnings: string[];
  /** With `push` or `dryRun`. */
  plan?: PushPlan;
  /** With `dryRun` and without `push`, in place of `plan`: the error that a push of the draft would reject with. */
  refused?: MultiarchError;
}

/** Changes to the platform of a draft's image. */
export interface PlatformChanges {
  os?: string;
  arch?: string;
  variant?: string;
  osVersion?: string;
  /** Those that are not set yet are added. */
  osFeatures?: string[];
  /** Removed first. */
  unset?: ("variant" | "osVersion" | "osFeatures")[];
}

/**
 * `docker manifest`, in any runtime. The messages of its errors are docker's; an invalid name rejects with
 * REFERENCE_INVALID, and errors of the store and of the registry keep their codes. The default store is in memory.
 */
export function createManifests(options: { client: Client; store?: Store }): Manifests;

/** The verbs of `docker manifest`, over a client and a store of drafts. */
export interface Manifests {
  /**
   * Makes a draft of images in registries; when one cannot be read, nothing is written. An index becomes what it lists: each
   * image and each attestation under `repository@digest`. `:tag`, `@sha256:…` and a bare `sha256:…` are of the list's own
   * repository. Without images it makes an empty draft, or leaves an existing one unchanged. Rejects with DRAFT_EXISTS unless
   * it may amend, replace or refresh, DRAFT_COLLISION for names that share one of docker's files, MEDIA_TYPE_UNSUPPORTED for
   * an entry that no draft can hold, PLATFORM_DUPLICATE with `push`, and DIGEST_MISMATCH when the registry states another
   * digest than that of the content it sends.
   */
  create(list: string, images: string[], options?: CreateOptions): Promise<Created>;
  /**
   * Changes the platform that a draft states for an image; empty texts change nothing. The image is named as in `create`, or
   * by its digest, its platform or the index that it came from, where that is one image. `known`: whether docker's own
   * `annotate` would accept the result. Rejects with DRAFT_UNKNOWN and PLATFORM_INVALID.
   */
  annotate(list: string, image: string, changes: PlatformChanges): Promise<{ entry: DraftEntry; known: boolean }>;
  /**
   * Changes a draft by the operations that change an index in a registry; nothing is written where nothing changes. An entry is a
   * reference, read as `create` reads it; which one is meant is said by its digest, its platform, its own reference, or that of
   * the index that it was taken out of. Annotations of an image stand in docker's file for it, those of the list beside what the
   * indexes say: `push` writes both, and docker neither. Rejects with DRAFT_UNKNOWN, with the errors of IndexEditor's methods, and
   * with OPTION_INVALID for what a draft does not hold: an order, a subject, a type of artifact, a media type.
   */
  edit(
    list: string,
    change: (index: RegistryIndexEditor, document: Document) => unknown,
    options?: CallOptions & { dryRun?: boolean; ignoreMissing?: boolean; onDuplicate?: "refuse" | "replace" | "keep" },
  ): Promise<{ list: string; entries: DraftEntry[]; steps: string[] }>;
  /**
   * Docker's own text, byte for byte: of a draft, or else of the registry's manifest; with `list`, of one image of that
   * draft. Rejects with DRAFT_UNKNOWN when the draft has no such image.
   */
  inspect(reference: string, options?: CallOptions & { list?: string; verbose?: boolean }): Promise<string>;
  /**
   * Pushes a draft: first the images of other repositories and registries, then the list. With `purge`, removes the draft
   * afterwards, unless it was changed meanwhile (`purged`). Rejects with DRAFT_UNKNOWN, PLATFORM_INVALID for an image without
   * a platform, MEDIA_TYPE_UNSUPPORTED for what a list of that `type` cannot hold, and DIGEST_MISMATCH when the registry states another digest; `details.pushed` lists the images that are in the
   * registry by then.
   */
  push(
    list: string,
    options?: CallOptions & { purge?: boolean; tags?: string[]; dryRun?: boolean; type?: "oci" | "docker" },
  ): Promise<PushPlan & { purged?: boolean }>;
  /** Removes drafts, as many as possible; sends no request. Rejects with DRAFT_UNKNOWN. */
  rm(lists: string[]): Promise<void>;
  /** The references of all drafts, sorted. */
  ls(): Promise<string[]>;
}
