/** Indexes: read, built, edited, and what the client does to those of a registry. */

import type { Descriptor, Digest, Platform } from "./nouns.js";
import type { Document } from "./documents.js";
import type { CallOptions } from "./client.js";

/** What an index is created from; see `client.create`. */
export type IndexSource = string | Document | { reference: string; descriptor?: Partial<Descriptor> };

/** How `client.create` makes an index, and when it writes. */
export interface CreateIndexOptions extends IndexOptions {
  /** What to annotate, in buildx's words: `index:KEY=VALUE`, `manifest-descriptor[linux/arm64]:KEY=VALUE`. */
  annotate?: readonly string[];
  /** Only the images for these platforms, compared after normalisation, with their attestations. */
  platforms?: readonly (Platform | string)[];
  /** `false` leaves BuildKit's attestations out. */
  attestations?: boolean;
  artifactType?: string;
  /** The manifest that the index is about. */
  subject?: Descriptor | Document;
  /** Adds to the index that the first target points at; MANIFEST_UNKNOWN where there is none, unless `expect` is null. */
  append?: boolean;
  /**
   * What the index is put in place of: a digest that every target points at, or null for no such tag. Where a target points at
   * something else by then, what others changed since `expect` is merged, as `edit` does it; null without `append` merges
   * nothing: PRECONDITION_FAILED.
   */
  expect?: Digest | null;
  /** False: PRECONDITION_FAILED in place of a merge. */
  merge?: boolean;
  /** Writes nothing; the digest and the steps are those of the run. */
  dryRun?: boolean;
  signal?: AbortSignal;
}

/** What `client.planDeletion` found. */
export interface DeletionPlan {
  readonly reference: string;
  /** In the order of deletion; empty where only the tag goes, because others point at the same manifest. */
  readonly deletes: readonly { readonly digest: Digest; readonly kind: "root" | "index" | "image" | "attestation" | "referrer" }[];
  /** The tags that go. */
  readonly tags: readonly string[];
  /** What stays, and the tags that need it. */
  readonly keeps: readonly { readonly digest: Digest; readonly tags: readonly string[] }[];
}

/** An index that was published. */
export interface Published {
  /** Its names, each with the digest. */
  references: string[];
  descriptor: Descriptor;
  document: Document;
  /** What was written, or would be: `copy SOURCE to REPOSITORY`, `put DIGEST as NAME`. */
  steps: string[];
  /** What of the sources was left out, and what other writers did meanwhile, in words. */
  conflicts: string[];
}

/**
 * Edits an index; unchanged entries and unknown members keep their JSON text. `from` is the index, or the type of an empty
 * one: an OCI index (the default) or a Docker list.
 *
 * The methods check their arguments at once (OPTION_INVALID, PLATFORM_INVALID, DESCRIPTOR_INVALID). `build` applies them in
 * their order; its errors state under `details.operation` which of them failed, counted from 0.
 */
export function editIndex(from?: Document | { mediaType: string }): IndexEditor;

/** A digest, or the platform of exactly one image of the index; platforms are compared after normalisation. */
export type EntrySelector = Digest | Platform | string;

/** Changes to an entry that is added. */
export interface EntryOptions {
  /** Replaces the entry's own. */
  platform?: Platform | string;
  /** Added to the entry's own. */
  annotations?: Record<string, string>;
}

/** The operations on an index; each returns the editor, and `build` the new document. */
export interface IndexEditor {
  /**
   * Adds an entry at the end; of a document its type, digest, size and type of artifact. A digest that is listed already
   * stays unchanged. When another image has the same platform: "refuse" (the default) is PLATFORM_DUPLICATE with both digests,
   * "replace" replaces that image and removes its attestations, "keep" keeps both.
   * `build` throws INDEX_TOO_LARGE above 10,000 entries, and MEDIA_TYPE_UNSUPPORTED for members that a Docker list cannot
   * have.
   */
  add(entry: Descriptor | Document, options?: EntryOptions & { onDuplicate?: "refuse" | "replace" | "keep" }): this;
  /** Replaces an entry by another and removes its attestations. Fails as `remove` and `add` do. */
  replace(selector: EntrySelector, entry: Descriptor | Document, options?: EntryOptions): this;
  /**
   * Removes an entry and its attestations. `build` throws ENTRY_UNKNOWN with the platforms that are `available`, and
   * PLATFORM_DUPLICATE when several images have the platform.
   */
  remove(selector: EntrySelector): this;
  /**
   * Sets members of an entry's platform; an empty text or list removes a member. Fails as `remove` does; `build` throws
   * PLATFORM_DUPLICATE when another image has that platform, and PLATFORM_INVALID for one without os or architecture.
   */
  setPlatform(selector: EntrySelector, platform: Partial<Platform>): this;
  /**
   * Sets annotations of the index or of an entry; null removes one. Fails as `remove` does; `build` throws
   * MEDIA_TYPE_UNSUPPORTED for a Docker list, which cannot have any.
   */
  annotate(target: "index" | EntrySelector, annotations: Record<string, string | null>): this;
  /** Sorts the entries, so that equal sets give one digest: linux/amd64 first, attestations last. */
  order(by: "platform"): this;
  /** Sets the manifest that the index refers to; null removes it. `build` throws MEDIA_TYPE_UNSUPPORTED for a Docker list. */
  subject(descriptor: Descriptor | Document | null): this;
  /** Sets the index's type of artifact; null removes it. `build` throws as for `subject`, and MEDIA_TYPE_INVALID. */
  artifactType(type: string | null): this;
  /**
   * Converts to an OCI index or a Docker list. `build` throws MEDIA_TYPE_UNSUPPORTED, with the member's name, when a Docker
   * list would lose one, and NOT_AN_INDEX for another type.
   */
  convert(mediaType: string): this;
  /**
   * The index after the operations; may be called again. Throws NOT_AN_INDEX when `from` is none, DESCRIPTOR_INVALID for an
   * entry that cannot be used, because it would be published again, and the errors that the methods list.
   */
  build(): Document;
}

/**
 * Makes an index of entries (image-spec, "OCI Image Index") in the given order; of documents their types, digests and sizes. A
 * repeated digest is one entry. Throws as `add` and `build` of IndexEditor do: PLATFORM_DUPLICATE when two images have one
 * platform, unless `onDuplicate` says otherwise, DESCRIPTOR_INVALID, MEDIA_TYPE_UNSUPPORTED for annotations on a
 * Docker list.
 */
export function buildIndex(entries: readonly IndexEntry[], options?: IndexOptions): Document;

/** What an index lists: a descriptor, or a document, with a platform and annotations of its own. */
export type IndexEntry =
  | Descriptor
  | Document
  | { descriptor: Descriptor | Document; platform?: Platform | string; annotations?: Record<string, string> };

/** What an index says of itself. */
export interface IndexOptions {
  /** An OCI index (the default) or a Docker list. */
  type?: "oci" | "docker";
  /** Of the index itself. */
  annotations?: Record<string, string>;
  /** "platform" sorts by platform, linux/amd64 first: the same entries in any order give one digest. */
  order?: "given" | "platform";
  onDuplicate?: "refuse" | "replace" | "keep";
}

/**
 * The images of an index in its order, each with BuildKit's attestations about it. An attestation about an image that the
 * index does not list is left out. Throws NOT_AN_INDEX, and as `parseManifest` does.
 */
export function imagesOf(index: Document): ImageEntry[];

/** An image of an index, with the attestations about it. */
export interface ImageEntry {
  descriptor: Descriptor;
  /** The descriptor's platform. */
  platform?: Platform;
  attestations: Descriptor[];
}

/** Options of `edit`. */
export interface EditOptions extends CallOptions {
  /**
   * The state that the change was made for: a digest, or null for a tag that need not exist, where the change begins with an
   * empty index. When the tag points at something else by then, both changes are merged. Default: what it points at now.
   */
  expect?: Digest | null;
  /** False: PRECONDITION_FAILED in place of a merge. */
  merge?: boolean;
  /**
   * A tag of the same repository, or a reference: where the result is put, and the edited reference stays as it is. `expect` and
   * `merge` are for what is there then: what others write there during the edit is merged.
   */
  to?: string;
  /** Writes nothing; `document` is the result, and `steps` what would be done. */
  dryRun?: boolean;
  /** A single image becomes an index with that image as its only entry. */
  wrap?: boolean;
  /** Whether an entry to remove may be missing. */
  ignoreMissing?: boolean;
  /** For every `add` that does not state it itself. */
  onDuplicate?: "refuse" | "replace" | "keep";
}

/**
 * An editor of an index in a registry: an entry may be a reference, and so may the entry that is meant. `sha256:…`, `@sha256:…`
 * and `:tag` are in the index's repository.
 */
export interface RegistryIndexEditor extends IndexEditor {
  /**
   * Adds an image, or all images of an index (nested ones too), each with its attestations and as it is listed there. An image
   * gets the platform of its config. A document is pushed, a descriptor must be in the repository.
   */
  add(entry: Descriptor | Document | string, options?: EntryOptions & { onDuplicate?: "refuse" | "replace" | "keep" }): this;
  /** Replaces an entry by an image and its attestations; of an index, by the image for the same platform. */
  replace(selector: EntrySelector, entry: Descriptor | Document | string, options?: EntryOptions): this;
  /** As that of IndexEditor; a reference with a domain or a digest means what it points at, or the images that it lists. */
  remove(selector: EntrySelector): this;
  /** As that of IndexEditor; a text is a reference. */
  subject(descriptor: Descriptor | Document | string | null): this;
}
