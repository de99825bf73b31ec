/**
 * multiarch: multi-platform images without Docker. Every async call takes `signal`; every failure is a MultiarchError.
 * Needs the types of WebAssembly, streams, fetch and AbortSignal only: the DOM library, Node's types and workers' have them.
 */

// Loading.

/**
 * Loads the module. Automatic in Node, Deno, Bun and at the edge; in browsers every async call awaits it, so calling it is
 * optional except before a synchronous function. Idempotent; a failed load can be retried. Rejects with LOAD_FAILED.
 */
export function init(source?: ModuleSource | Promise<ModuleSource>): Promise<void>;
/** A compiled `WebAssembly.Module`, the binary's bytes, a response with them, or their URL. */
export type ModuleSource = object | ArrayBuffer | ArrayBufferView | URL | string;

/** The package's version, as in package.json. */
export const version: string;

// Nouns.

/** `sha256:` and 64 lower-case hexadecimal digits, or another registered algorithm. */
export type Digest = string;

/** A parsed image reference, by the grammar of distribution/reference. */
export interface Reference {
  /** `docker.io`, `ghcr.io`, `localhost:5000` */
  readonly domain: string;
  /** `library/alpine` */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
  /** `docker.io/library/alpine` */
  readonly name: string;
  /** `alpine:3.20`, as people write it */
  readonly familiar: string;
  /** `docker.io/library/alpine:3.20@sha256:…` */
  readonly canonical: string;
}
/** Parses and normalises a reference as docker does; adds no tag. Throws REFERENCE_INVALID with the exact reason. */
export function parseReference(text: string): Reference;

/** A platform with Go's names, as in the platform of an OCI descriptor (image-spec, "OCI Image Index"). */
export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
  osVersion?: string;
  osFeatures?: string[];
}
/**
 * Parses containerd's grammar (`linux/arm/v7`, `windows(10.0.20348)/amd64`), `os/arch:osversion`, `linux/arm64,osver=…`, and
 * the spellings of uname and Node. `host` fills the missing parts. Throws PLATFORM_INVALID.
 */
export function parsePlatform(specifier: string, options?: { host?: Platform }): Platform;
/** containerd's normal form, for comparison. An empty os stays empty unless `host` states one. */
export function normalizePlatform(platform: Platform, options?: { host?: Platform }): Platform;
/** The specifier of a platform, which parsePlatform reads. */
export function formatPlatform(platform: Platform): string;

/** An OCI content descriptor (image-spec, "OCI Content Descriptors"). */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  /** In bytes. */
  size: number;
  platform?: Platform;
  artifactType?: string;
  annotations?: Record<string, string>;
  urls?: string[];
  /** The content itself in base64, where the document embeds it. */
  data?: string;
  /**
   * Why this entry of a document or of a registry's listing cannot be used. Its other members are then the texts as they are
   * listed, empty or 0 for none; it has no platform, and no call takes it.
   */
  problem?: string;
}

/** The digest of bytes, or of a text as UTF-8; `sha256` by default. Throws DIGEST_UNSUPPORTED. */
export function digest(data: BytesLike | string, algorithm?: Algorithm): Digest;
/** Splits a digest; also one of an algorithm that cannot be computed here. Throws DIGEST_INVALID. */
export function parseDigest(text: string): { readonly algorithm: string; readonly encoded: string };
/** Computes a digest in chunks; `digest` may be called in between. Throws DIGEST_UNSUPPORTED. */
export function createDigester(algorithm?: Algorithm): { update(chunk: BytesLike | string): void; digest(): Digest };
/**
 * Forwards bytes, and fails before the end with DIGEST_MISMATCH or SIZE_MISMATCH; never forwards more than `size` bytes.
 * Uses the host's own hash where that can stream. Throws DIGEST_INVALID and DIGEST_UNSUPPORTED.
 */
export function verifyStream(expected: { digest: Digest; size?: number }): TransformStream<Uint8Array, Uint8Array>;
/** The algorithms that the package computes. */
export type Algorithm = "sha256" | "sha384" | "sha512";
/** Bytes, in any of the forms in which JavaScript has them. */
export type BytesLike = ArrayBuffer | ArrayBufferView;

/** Makes a registry's text safe for a terminal: control and bidirectional characters become visible. */
export function printable(text: string): string;

// Documents.

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
/** Whether an entry is one of BuildKit's attestations: a manifest about an image, and no image itself. */
export function isAttestation(descriptor: Descriptor): boolean;

/**
 * What an attestation, a signature or a bill of materials states: in-toto statements, alone, in DSSE envelopes or in bundles of
 * Sigstore, SLSA's provenance, SPDX and CycloneDX. JSON lines give one result for each line, up to 100. Nothing is checked: a
 * signature may be wrong, and what is stated may be a lie. A part that cannot be read has a `problem`; more than 32 MiB are not.
 *
 * ```js
 * const [{ kind, provenance }] = await describeAttestation(bytes);
 * ```
 */
export function describeAttestation(
  content: BytesLike | string,
  options?: { mediaType?: string },
): Promise<AttestationContent[]>;
/** What one attestation states. Texts are cut at 4,096 characters, lists at 50,000 elements. */
export interface AttestationContent {
  kind: "provenance" | "sbom" | "signature" | "statement" | "unknown";
  /** Always: a caller that relies on it checks the signature with cosign, Notation or the like. */
  signature: "not checked";
  mediaType?: string;
  /** How many signatures the envelope has, and the type of what it holds. */
  signatures?: number;
  payloadType?: string;
  /** Of an in-toto statement. */
  predicateType?: string;
  subjects?: { name?: string; digest: Record<string, string> }[];
  /** In the result of `attestationsOf`: whether one of the subjects is the manifest that it stands with. */
  isAboutSubject?: boolean;
  provenance?: Provenance;
  sbom?: BillOfMaterials;
  /** Why it could not be read. */
  problem?: { code: string; message: string };
}
/** SLSA's provenance, as far as it is stated. */
export interface Provenance {
  /** Of SLSA's format: 0.2, 1. */
  version: string;
  builder?: string;
  buildType?: string;
  /** The repository. */
  source?: string;
  commit?: string;
  startedOn?: string;
  finishedOn?: string;
  /** How many materials or dependencies are listed. */
  materials: number;
}
/** SPDX or CycloneDX. */
export interface BillOfMaterials {
  format: "spdx" | "cyclonedx";
  version?: string;
  name?: string;
  created?: string;
  packages: { name: string; version?: string; purl?: string; license?: string }[];
  /** All, also those beyond the limit of the list. */
  packageCount: number;
}
/**
 * What refers to a manifest and to everything that it lists, as a tree: by the referrers API or its tags, by BuildKit's entries of
 * an index and by cosign's tags; with what each states. Up to 64 manifests are looked at, up to 64 attestations read. What cannot
 * be read has a `problem`. Rejects as `manifest` does when the document itself cannot be read, and with OPTION_INVALID.
 */
export function attestationsOf(reference: string, options: AttestationOptions): Promise<AttestationTree>;
/** Options of `attestationsOf`. */
export interface AttestationOptions extends CallOptions {
  client: Client;
  /** Only referrers of this type, and none of cosign's tags. */
  artifactType?: string;
  /** Whether attestations are read; a function gets their number, each a GET that some registries count as a pull. */
  contents?: boolean | ((count: number) => boolean | Promise<boolean>);
}
/** The result of `attestationsOf`. */
export interface AttestationTree {
  reference: string;
  signatures: "not checked";
  root: AttestationNode;
  /** How many manifests were not looked at. */
  unread?: number;
}
/** A manifest of the tree, with what is about it. */
export interface AttestationNode {
  /** To the node above: listed by it, referring to it, BuildKit's attestation about it, or under a tag of cosign's for it. */
  relation: "root" | "child" | "referrer" | "attestation" | "cosign";
  descriptor: Descriptor;
  /** Cosign's. */
  tag?: string;
  /** What its layers state, where they were read. */
  contents?: AttestationContent[];
  problem?: { code: string; message: string };
  nodes: AttestationNode[];
}

/**
 * Pins tags in a build or deployment file to index digests, and back: `alpine:3.20` becomes `alpine:3.20@sha256:…`. Comments,
 * quotes, line ends and layout are kept. In a Dockerfile, ARG defaults, stages and here-documents are followed; references
 * that cannot be rewritten safely (a variable that is set elsewhere, an image that the file itself builds) are listed in
 * `skipped`.
 *
 * Rejects with OPTION_INVALID for a text that is not of its kind, or whose kind is unknown; with DIGEST_INVALID when
 * `resolve` returns no digest; and with the error of `resolve`. There is no result then.
 *
 * ```js
 * const { text, changes } = await pin(dockerfile, {
 *   name: "Dockerfile",
 *   resolve: async (reference) => (await client.resolve(reference)).digest,
 * });
 * ```
 */
export function pin(text: string, options: PinOptions): Promise<Pinned>;
/** Which file it is, what is done with its references, and how tags are resolved. */
export interface PinOptions {
  /** The file's name, which determines its kind; without one, and for YAML of any name, the text does. */
  name?: string;
  kind?: PinKind;
  /** The current digest of a reference with a tag; called once for each. "check" and "unpin" do not call it. */
  resolve?: (reference: string) => Promise<Digest> | Digest;
  /**
   * "pin" (the default) adds the missing digests, "update" renews the others too, "unpin" removes digests beside a tag.
   * "check" lists references that are not pinned, and changes nothing.
   */
  mode?: "pin" | "update" | "unpin" | "check";
}
/** The kinds of files in which references are found. */
export type PinKind = "dockerfile" | "compose" | "kubernetes" | "workflow" | "gitlab" | "devcontainer";
/** The new text, and what changed in it. */
export interface Pinned {
  text: string;
  /** By line, counted from 1. References that share a line of the text, as with an ARG, are listed once. No `to` for "check". */
  changes: { line: number; from: string; to?: string }[];
  /** References that stay unchanged, and why. */
  skipped: { line: number; reference: string; reason: string }[];
}

// Layers.

/** What a layer is read from: a stream, or what gives one, as a Blob does. */
export type LayerSource = ReadableStream<Uint8Array> | { stream(): ReadableStream<Uint8Array> };
/**
 * The entries of a layer, in its order, while it streams: gzip, zstd where the host has it, or none, by the first bytes. The
 * layer is never held whole, and it is let go of when the loop ends. Entries before a fault are given, then it throws.
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

// Registries.

/** Credentials for a registry. Of several, `registryToken` counts before `identityToken`, and that before the password. */
export interface Credentials {
  /** With `password`, for Basic and for token services. A text without a colon; with one, OPTION_INVALID. */
  username?: string;
  /** Any text, of several lines too: Google's `_json_key` is a file. */
  password?: string;
  /** A refresh token of the registry's token service: docker's `identitytoken`. */
  identityToken?: string;
  /** A token that the registry itself accepts as Bearer: docker's `registrytoken`. */
  registryToken?: string;
}
/**
 * Returns the credentials for a registry, named by its domain as in references, `docker.io` for Docker Hub; undefined for
 * none.
 *
 * Every call to a registry that requires authentication asks it, and no other call does, so it should answer quickly. For a
 * token service that would get no credentials, it is asked only after the anonymous request was refused. A token that the
 * credentials got serves calls with the same credentials only: one client may serve many users. With `refused`, the registry
 * refused this call's last credentials; the call is sent once more if the new ones differ. An error that it throws is that of
 * the call, unchanged.
 */
export type CredentialProvider = (
  registry: string,
  context: { repository?: string; actions: string[]; refused?: true },
) => Credentials | undefined | Promise<Credentials | undefined>;

/** How a client reaches registries, with which credentials, and within which limits. */
export interface ClientOptions {
  /**
   * Default: the host's. Called as `fetch(url, init)` with a plain `init`; its result is read by its properties.
   *
   * The host's own resolves names internally, in Node, Deno and Bun too: a registry on the internet can name a host with an
   * address of a private network, and that is asked (without credentials). Servers that take references from strangers pass
   * `nodeFetch()` of `multiarch/node`, which refuses such addresses, with `registries` or `privateAddresses`.
   */
  fetch?: FetchFunction;
  /** Default: anonymous. */
  credentials?: CredentialProvider;
  /**
   * Which registries may be asked; default all. A list of domains as references have them, `ghcr.io`, `localhost:5000`,
   * `docker.io` for Docker Hub, or `*.example.com` for all names below one (not that one itself); or a function, which gets
   * the domain in lower case for each call. Anything else is REGISTRY_REFUSED before the first request.
   */
  registries?: string[] | ((domain: string) => boolean | Promise<boolean>);
  /**
   * Whether private networks may be asked; default true. `false`: neither loopback, link-local, private, shared and other
   * special addresses in any spelling, nor cloud metadata, nor names without a dot and below `localhost`, `local`, `internal`,
   * `lan` and their like; REGISTRY_REFUSED. Nor does anything lead there: a redirect, a token service, an upload.
   * `"listed"`: the same, except for registries that `registries` names in full and realms in `trustedRealms`.
   *
   * By name; where `fetch` is `nodeFetch()` of `multiarch/node`, also by the address that a name resolves to.
   */
  privateAddresses?: boolean | "listed";
  /** Plain http for all registries or for these domains. Loopback domains need not be listed. */
  insecure?: boolean | string[];
  /**
   * Further token services that may get credentials: `domain`, `domain:port` or an origin. Default: those on the registry's
   * own host, under its registrable domain (by the public suffix list), and in its zone of a private network (`registry.lan`,
   * `gitlab.lan`). REALM_REFUSED when a login was not sent and the anonymous request is refused.
   */
  trustedRealms?: string[];
  /**
   * Further hosts to which a registry may send uploads, by Location or by a redirect of a write: `domain`, `domain:port` or
   * an origin. They get the content, and no credentials. Default: the registry itself only.
   */
  uploadOrigins?: string[];
  /** The URL of a multiarch proxy, for browsers; it never gets credentials. Relative to the page. */
  via?: string | URL;
  /**
   * The largest number of concurrent requests to one origin; default 16. A client begins with 8, halves that when a registry
   * is too busy (429, 503) and adds one after 20 answers.
   */
  concurrency?: number;
  /**
   * Retries: of reads, puts of manifests, starts of uploads and token requests, after 408, 425, 429, 499, 500, 502, 503, 504,
   * 520 to 524 and failures of the network; of other requests, after 429. Uploads in chunks continue at the registry's
   * offset; deletions and conditional puts are sent again when the registry shows that they were not done, deletions once. The
   * delay doubles from 250 ms to 10 s, with full jitter. Retry-After, in seconds or as a date, delays all requests of the
   * client to that origin, and is never shortened: a delay of more than `maxDelayMs` fails at once, with `retryAfterMs` in the
   * details. Beyond the first ten, at most one request in five is a retry.
   */
  retry?: {
    /** How often one request is sent at most; default 6, 1 for no retry. */
    attempts?: number;
    /**
     * The longest delay in milliseconds that a registry may ask for, by a time or by the pace that it takes, up to
     * 2^31 - 1; default 60,000. TOO_MANY_REQUESTS at once where it is longer.
     */
    maxDelayMs?: number;
  };
  /**
   * Limits for one request in milliseconds, up to 2^31 - 1; `Infinity` for none. TIMEOUT states under `details.phase` which
   * one was reached. `nodeFetch` has a limit for each; with any other fetch function, the first two are one.
   */
  timeouts?: {
    /** Until the connection is open; default 10,000. */
    connectMs?: number;
    /** From there until the answer begins; default 30,000. */
    headersMs?: number;
    /** Between two parts of its body; default 30,000. */
    idleMs?: number;
  };
  /**
   * The limit of one call in milliseconds, with all of its requests, up to 2^31 - 1. TIMEOUT after that; default: no limit,
   * as `Infinity`.
   */
  timeoutMs?: number;
  /** Ends every call of the client. */
  signal?: AbortSignal;
  /** Sent where the host allows it. */
  userAgent?: string;
  /**
   * Gets an event for every request and answer; a promise that it returns is awaited, and an error that it throws ends the
   * call. URLs are stated without the values of their query, and without its parts that have no name.
   */
  onEvent?: (event: ClientEvent) => void;
}
/**
 * As the host's fetch, or less: of the answer, `status`, `headers.get`, and `body` or `arrayBuffer()` are read. NETWORK for an
 * answer that cannot be read. Chunks are copied on arrival; empty ones do not reset the idle timeout.
 */
export type FetchFunction = (url: string, init: RequestOptions) => Promise<ResponseLike>;
/** What the client passes to a fetch function. */
export interface RequestOptions {
  method: string;
  headers: Record<string, string>;
  /** A Uint8Array, whose type has different names in the DOM's types of TypeScript versions. */
  body?: any;
  redirect: "manual" | "follow";
  signal?: AbortSignal;
  /** The client's own, for a fetch function that distinguishes the phases of a request. */
  timeouts?: ClientOptions["timeouts"];
  /**
   * The domain of the registry that chose this URL: a token service, a redirect. A fetch function that resolves names should
   * refuse addresses of private networks unless the registry is in one too, as `nodeFetch` does.
   */
  namedBy?: string;
}
/** The part of a Response that the client reads. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body?: unknown;
  arrayBuffer?(): Promise<ArrayBuffer>;
}

/** What `onEvent` gets; `ms` and `delayMs` are milliseconds. */
export type ClientEvent =
  /** `done` of `total` bytes of a blob are transferred. */
  | { type: "progress"; digest: Digest; done: number; total: number }
  /** `attempt` counts from 1. */
  | { type: "request"; method: string; url: string; attempt: number }
  | { type: "response"; method: string; url: string; attempt: number; status: number; ms: number }
  /** The request is sent again after `delayMs` at the earliest; `reason` is a status, or the code of an error. */
  | { type: "retry"; method: string; url: string; attempt: number; reason: string; delayMs: number };

/** Options of every call to a registry. */
export interface CallOptions {
  /** Ends the call. */
  signal?: AbortSignal;
}
/** Options of calls that choose an entry of an index. */
export interface PlatformOptions extends CallOptions {
  platform?: Platform | string;
  policy?: SelectionPolicy;
  /** The requesting machine; its os replaces an entry's empty os. */
  host?: Platform;
}

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
export type DiffSide = string | Document | { from: Client; reference: string };
/** What is compared, and through which client. */
export interface DiffOptions extends CallOptions {
  /** For sides that are references alone. */
  client?: Client;
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

/** A registry's rate limit; a member that the registry does not state is absent. */
export interface RateLimit {
  limit?: number;
  remaining?: number;
  windowSeconds?: number;
  /** The counted client: an address, or a user's id. */
  source?: string;
}

/**
 * Makes a client. Its calls may run concurrently; they share tokens and what the client knows of each registry. In Workers
 * and edge functions, a client may be made per request or once for the module: calls wait for no other call there, so
 * `concurrency` limits none, and concurrent calls that need the same token each ask for it. Throws OPTION_INVALID.
 */
export function createClient(options?: ClientOptions): Client;
/**
 * The calls to registries. Each may reject with REFERENCE_INVALID, OPTION_INVALID, ABORTED, TIMEOUT, the codes of the network
 * (NETWORK, HOST_NOT_FOUND, CONNECTION_REFUSED, TLS_FAILED, …), those of authentication (UNAUTHORIZED, DENIED, REALM_REFUSED,
 * …) and those of the registry (NAME_UNKNOWN, MANIFEST_UNKNOWN, TOO_MANY_REQUESTS, REGISTRY_UNAVAILABLE, REGISTRY_ERROR, …).
 */
export interface Client {
  /**
   * Resolves a tag to a descriptor, with a HEAD where that is enough. With `platform`, resolves to the entry for it: nested
   * indexes are followed, and entries without a platform are matched by their config, each as the policy's own implementation
   * does. `selection` states the reasons; that of a single image has the image as its one candidate.
   */
  resolve(
    reference: string,
    options: PlatformOptions & { platform: Platform | string },
  ): Promise<Descriptor & { reference: string; selection: Selection }>;
  resolve(
    reference: string,
    options?: PlatformOptions,
  ): Promise<Descriptor & { reference: string; selection?: Selection }>;
  /** The document itself, verified; with `platform`, that of the entry for it. */
  manifest(reference: string, options?: PlatformOptions): Promise<Document>;
  /**
   * The exact bytes of that document, also of one that `manifest` refuses, schema 1 among them. They match the digest of the
   * reference, or else the one that the registry states.
   */
  raw(reference: string, options?: PlatformOptions): Promise<Uint8Array>;
  /** The config of an image, verified. */
  config(reference: string, options?: PlatformOptions): Promise<ImageConfig>;
  /** A blob, verified while it is read: the stream fails before its end with DIGEST_MISMATCH. */
  blob(reference: string, digest: Digest, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
  /**
   * Whether a repository has a blob: a HEAD, or a GET without the content where the registry or its store refuses HEAD. Rejects
   * with DIGEST_INVALID.
   */
  has(repository: string, digest: Digest, options?: CallOptions): Promise<boolean>;
  /**
   * Checks an index or an image: the platforms that are required, duplicates, and whether all that it lists is there and as
   * stated. One GET for the document and a HEAD for each manifest that it lists; what `configs` and `blobs` cost, they say. What
   * is wrong with an entry, and a request that fails for it, is a finding and no error. Rejects as `manifest` does when the
   * document itself cannot be read, with OPTION_INVALID and with PLATFORM_INVALID.
   *
   * ```js
   * const { ok, findings } = await client.check("ghcr.io/ada/app:1", { platforms: ["linux/amd64", "linux/arm64/v8"] });
   * ```
   */
  check(reference: string, options?: CallOptions & CheckOptions): Promise<Checked>;
  /**
   * Resolves many references, each once: results in the order of the references, with an error in place of a failed one.
   * OPTION_INVALID for anything but a list of texts.
   */
  resolveAll(
    references: readonly string[],
    options?: PlatformOptions,
  ): Promise<((Descriptor & { reference: string; selection?: Selection }) | Error)[]>;
  /**
   * The tags of a repository that point at a digest (`index` is that digest then), or at an index that lists it, with the
   * platform it is listed for; in the registry's order. Sends a HEAD for each tag and one GET for each index. An error is
   * thrown after all other tags have been read.
   */
  find(
    digest: Digest,
    repository: string,
    options?: CallOptions,
  ): AsyncIterableIterator<{ tag: string; index: Digest; platform?: Platform }>;
  /** The tags in the registry's order; pages are read on demand. */
  tags(repository: string, options?: CallOptions): AsyncIterableIterator<string>;
  /**
   * How many requests the registry allows and how many are left, from the answer to a HEAD, which Docker Hub does not count.
   * Docker Hub states nothing to users without a limit.
   */
  rateLimit(reference: string, options?: CallOptions): Promise<RateLimit>;
  /**
   * The manifests that refer to a manifest: signatures, attestations, bills of materials; of one artifact type or of any. For
   * a registry without the referrers API, from the fallback tag (distribution-spec, "Referrers Tag Schema").
   */
  referrers(
    reference: string,
    options?: CallOptions & { artifactType?: string },
  ): AsyncIterableIterator<Descriptor>;
  /**
   * Puts a document under one or several references of one repository: under their tags, or under its digest without tags.
   * Several tags take one request where the registry supports that. The repository must have the content that it refers to.
   *
   * A document with a `subject` is added to that manifest's referrers, also when the registry does not do so itself.
   *
   * `expect` guards against lost updates: the tag must point at that digest, or must not exist for `null`, else
   * PRECONDITION_FAILED. All tags are checked before the first is written; OPTION_INVALID without a tag. It is exact where the
   * registry honours If-Match, else a best effort: the tag is read just before and just after the write, and TAG_MOVED means
   * that another client wrote in between.
   *
   * With `wait`, resolves when the registry shows the pushed tags or digest; NOT_YET_VISIBLE after ten seconds.
   */
  push(
    document: Document,
    reference: string | readonly string[],
    options?: CallOptions & { expect?: Digest | null; wait?: boolean },
  ): Promise<Descriptor>;
  /**
   * Changes an index and puts it back: `change` gets an editor, in which a reference may stand for an entry and for the entry
   * that is meant, and the index that it begins with. What an added image needs is copied from its repository first.
   * Attestations come and go with their images; `steps` says so. An edit that changes nothing writes nothing.
   *
   * No update is lost: where another writer was faster, and where one has overwritten this change (which few registries
   * prevent: the tag is read again a moment after the write), both changes are merged and written again, and `conflicts` says
   * so. UPDATE_CONFLICT when both changed the same platform, entry or annotation differently, with all `conflicts` in its
   * details, and when others go on writing.
   *
   * Rejects with NOT_AN_INDEX for a single image (see `wrap`), with the errors of IndexEditor's methods, PLATFORM_NOT_FOUND
   * when what is put in the place of a platform's image has none for it, OPTION_INVALID for a reference that means several
   * images where one is needed, those of `manifest`, `copy` and `push`, and with an error of `change`, unchanged.
   *
   * ```js
   * await client.edit("ghcr.io/ada/app:1", (index) =>
   *   index.add("ghcr.io/ada/app:1-riscv64").remove("linux/s390x").annotate("index", { note: "rebuilt" }));
   * ```
   */
  edit(
    reference: string,
    change: (index: RegistryIndexEditor, document: Document) => unknown,
    options?: EditOptions,
  ): Promise<Published>;
  /**
   * Asks a registry to mount a blob from another of its repositories. False when it did not, and for repositories of
   * different registries: then `upload` it.
   */
  mount(digest: Digest, from: string, to: string, options?: CallOptions): Promise<boolean>;
  /**
   * Sends a blob, unless the repository has it. Up to 8 MiB are sent in one request, more in chunks of 8 MiB, of which one is
   * in memory at a time; lost chunks are sent again. Content that does not match `digest` and `size` is never completed:
   * DIGEST_MISMATCH, SIZE_MISMATCH. A call that fails or is aborted cancels its upload, and the stream.
   */
  upload(
    repository: string,
    body: Uint8Array | ReadableStream<Uint8Array>,
    descriptor: { digest: Digest; size: number },
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Creates an index of images and indexes under every target, in any number of repositories and registries. Indexes among the
   * sources are flattened: images come with their attestations, and no member of an entry is lost. A text names a reference;
   * `sha256:…`, `@sha256:…` and `:tag` name a manifest of the first target's repository. A `descriptor` is laid over the entry
   * of a single manifest, or of the only image of an index; one with the digest of the index is the index's own. A single
   * source that is an index stays byte for byte where nothing is changed; else the bytes are
   * those of `docker buildx imagetools create` wherever that keeps everything.
   *
   * What a target's repository lacks is mounted or copied, then the names are put; what is there already is not written again.
   * With `append`, or `expect` and a digest, no update is lost: what others write under the same tags at the same time is merged,
   * as by `edit`. Otherwise the index takes the place of whatever is there.
   *
   * Rejects before the first write with PLATFORM_DUPLICATE (`details.references` and `details.digests` of both) unless
   * `onDuplicate` says otherwise, MEDIA_TYPE_UNSUPPORTED for what the type of index cannot hold, PLATFORM_NOT_FOUND,
   * ENTRY_UNKNOWN for an annotation of a platform that no entry is for, INDEX_TOO_DEEP, DIGEST_MISMATCH, PRECONDITION_FAILED,
   * UPDATE_CONFLICT; and as `manifest`, `copy` and `push` do.
   */
  create(
    targets: string | readonly string[],
    sources: readonly IndexSource[],
    options?: CreateIndexOptions,
  ): Promise<Published>;
  /**
   * Copies a reference with everything below it, within a registry or between two, to the tag of `to`, or else of `from`.
   * Content is sent before the manifest that refers to it, the tag last. Content that the target has is not sent, so a second
   * call finishes an interrupted copy.
   *
   * With `platforms`, an index of those entries and their attestations: a new document with a digest of its own, so that
   * `preserved` is false. One platform without attestations, or with `attestations: false`, is the image itself under its own
   * digest. `attestations: false` leaves out the attestations that the index lists beside its images (BuildKit's), for
   * instance when the source does not serve them. With `sparse`, the index stays as it is, and lists what is not there;
   * registries may refuse that.
   *
   * With `referrers`, what refers to the documents that are copied comes along, and what refers to that: by the referrers API or
   * its tags, and by cosign's tags; the result lists the digests.
   *
   * An immutable tag that points at the document already counts as written; TAG_IMMUTABLE when it points at another one.
   */
  copy(
    from: string,
    to: string,
    options?: CallOptions & {
      platforms?: readonly (Platform | string)[];
      policy?: SelectionPolicy;
      attestations?: boolean;
      sparse?: boolean;
      referrers?: boolean;
    },
  ): Promise<Descriptor & { preserved: boolean; referrers?: Digest[] }>;
  /**
   * Deletes a tag; for a reference with a digest alone, that manifest and every tag that points at it; for a reference with
   * both, the tag, if it points at that digest (else TAG_MOVED). DELETE_UNSUPPORTED when the registry deletes nothing, or no
   * single tag: the digest is never deleted in its place. DELETE_REFUSED when other content needs the manifest.
   */
  delete(reference: string, options?: CallOptions): Promise<void>;
  /**
   * Deletes what a plan of `planDeletion` says: what only the index needed, then the index; what is gone already is no failure.
   * So a deletion that was interrupted is finished by planning it again. Where a registry keeps what an index lists
   * (DELETE_REFUSED), the index goes before that. An error states under `details.left` the digests that are still there.
   */
  delete(plan: DeletionPlan, options?: CallOptions): Promise<void>;
  /**
   * What can be deleted with a manifest: the manifests below it and what refers to any of them, without those that another tag
   * of the repository needs. All tags are read, with a HEAD each and a GET for each index. What nothing but a digest in
   * a file elsewhere points at is not known to the registry: such content is in the plan too.
   */
  planDeletion(reference: string, options?: CallOptions): Promise<DeletionPlan>;
  /**
   * Asks a registry, by its domain, whether it accepts this client's credentials; UNAUTHORIZED when it does not. False when it
   * asked for none, so that they were not checked.
   */
  login(registry: string, options?: CallOptions): Promise<boolean>;
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
// Docker manifest.

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

// Specifications of lists.

/** What a file says about lists: what they are made under, and what of. Plain data; `parseSpec` makes it of YAML or JSON. */
export interface Spec {
  lists: SpecList[];
  /** What was read and is not followed, with its place in the text. */
  notes?: { line: number; member: string; message: string }[];
}
/** A list of a specification: its names, and what it is made of. */
export interface SpecList extends IndexOptions {
  /** Everything that the list is made under, canonical with a tag. */
  references: string[];
  sources: SpecSource[];
  /** Only the images for these platforms. */
  platforms?: (Platform | string)[];
  /** `false` leaves out BuildKit's attestations. */
  attestations?: boolean;
  artifactType?: string;
  /** Sources that do not exist are left out. */
  ignoreMissing?: boolean;
}
/** An image that a list of a specification is made of. */
export interface SpecSource {
  /** Canonical, with a tag or a digest. */
  reference: string;
  /** Laid over the platform that the source states itself. */
  platform?: Platform | string;
  /** Of the entry. */
  annotations?: Record<string, string>;
}
/** The name and the variables of a specification. */
export interface SpecOptions {
  /** The file's name, for messages. */
  name?: string;
  /** The values of `${NAME}`. One that has none here is refused, unless the text gives a default: `${NAME:-default}`. */
  variables?: Record<string, string>;
}
/**
 * The lists that a text describes, YAML or JSON, of this package or of manifest-tool; docs/specs.md lists the members. Sends no
 * request. Rejects with SPEC_INVALID, which names the line, the member and what belongs there, also for unknown members,
 * keys that stand twice and variables without a value; `details` has `file`, `line`, `member` and `variable`.
 */
export function parseSpec(text: string, options?: SpecOptions): Promise<Spec>;

/** A list of images whose names follow a template, as manifest-tool takes it. */
export interface TemplateOptions extends Pick<IndexOptions, "annotations" | "type"> {
  /** `os/architecture[/variant]`, each for one image. */
  platforms: string[];
  /** What the list is made under. */
  target: string;
  /** Further tags of the target's repository. */
  tags?: string[];
  ignoreMissing?: boolean;
}
/**
 * A specification of one list, of images whose names follow a template: OS, ARCH and VARIANT stand for the parts of the
 * platform as they are written, VARIANT for nothing where there is none. Rejects with OPTION_INVALID when two platforms give
 * one name, PLATFORM_INVALID and REFERENCE_INVALID.
 */
export function specFromTemplate(template: string, options: TemplateOptions): Promise<Spec>;

/**
 * Makes the lists of a specification. Tags become digests first, and when there are several lists or a lock, all of them are
 * worked out before the first is written: what fails of one leaves the tags of all as they are.
 *
 * With `lock`, sources are those of the lock, wherever their tags point by now, and each list gets the digest that the lock
 * has; LOCK_MISMATCH for a lock of another specification and for sources that make another digest. A lock is a specification
 * itself: `applySpec(lock, { client, lock })`. Rejects with MANIFEST_UNKNOWN when a source does not exist, and with
 * `ignoreMissing` when none does; with SPEC_INVALID for a list that is made of another one; with LOCK_INVALID; and as
 * `client.create` does, with the references that were written by then in `details.written`.
 */
export function applySpec(spec: Spec | SpecLock, options: ApplyOptions): Promise<Applied>;
/** How the lists of a specification are made. */
export interface ApplyOptions extends CallOptions {
  client: Client;
  lock?: SpecLock;
  /** Leaves out sources that do not exist, of every list. */
  ignoreMissing?: boolean;
  /** Writes nothing. */
  dryRun?: boolean;
}
/** What became of a specification. */
export interface Applied {
  /** In the order of the specification. */
  lists: AppliedList[];
  /** To be kept as JSON, for another run with the same digests. */
  lock: SpecLock;
}
/** A list that was made, and what it was made of. */
export interface AppliedList extends Published {
  /** What it was made of. */
  sources: { reference: string; digest: Digest }[];
  /** The references that do not exist and were left out. */
  missing: string[];
}

/** A specification with the digests that its sources and lists had. JSON.stringify writes it, JSON.parse reads it. */
export interface SpecLock {
  version: 1;
  lists: LockedList[];
}
/** A list in a lock, with the digests that it was made of. */
export interface LockedList extends Omit<SpecList, "sources"> {
  digest: Digest;
  mediaType: string;
  /** In bytes. */
  size: number;
  /** Each with its digest, or `missing`. */
  sources: (SpecSource & { digest?: Digest; missing?: true })[];
}
/**
 * What is no longer as a lock says, in its order, without reading a document: SPEC_CHANGED where `spec` is another one by now,
 * SOURCE_MOVED, SOURCE_MISSING, SOURCE_FOUND (one that the lock left out exists now), LIST_MOVED, LIST_MISSING. Rejects with
 * LOCK_INVALID.
 */
export function checkLock(lock: SpecLock, options: CheckLockOptions): Promise<LockFinding[]>;
/** What a lock is compared with. */
export interface CheckLockOptions extends CallOptions {
  client: Client;
  spec?: Spec;
}
/** Something that is no longer as the lock says. */
export interface LockFinding {
  code: "SPEC_CHANGED" | "SOURCE_MOVED" | "SOURCE_MISSING" | "SOURCE_FOUND" | "LIST_MOVED" | "LIST_MISSING";
  severity: "error";
  message: string;
  reference?: string;
  from?: Digest;
  to?: Digest;
}

// Errors.

/**
 * The error of every call. Arguments are checked and copied first: OPTION_INVALID names an argument of the wrong type, or one
 * that throws when it is read, and no other call is affected. An error of the caller's own function (credentials, `onEvent`,
 * the stream of an upload) is rethrown unchanged.
 *
 * INTERNAL is a defect in multiarch. It ends the other running calls as well, those with `retryable: true`: a second try runs
 * in a new core.
 */
export class MultiarchError extends Error {
  constructor(facts: {
    code: string;
    message: string;
    hint?: string;
    retryable?: boolean;
    status?: number;
    registry?: string;
    reference?: string;
    details?: unknown;
    cause?: unknown;
  });
  /** Stable: REFERENCE_INVALID, MANIFEST_UNKNOWN, DIGEST_MISMATCH, PLATFORM_NOT_FOUND, … */
  readonly code: string;
  /** What to do next. */
  readonly hint?: string;
  /** Whether the same call may succeed later without any change. */
  readonly retryable: boolean;
  readonly status?: number;
  readonly registry?: string;
  readonly reference?: string;
  /** Facts for programs: the platforms that exist, the registry's own code, … See {@link ErrorDetails}. */
  readonly details?: unknown;
}

/**
 * Whether a value is an error of this package; with `code`, whether it is that one, whose details have types then.
 *
 * ```js
 * if (isMultiarchError(error, "PLATFORM_NOT_FOUND")) console.log(error.details.available);
 * ```
 */
export function isMultiarchError(error: unknown): error is MultiarchError;
export function isMultiarchError<Code extends string>(
  error: unknown,
  code: Code,
): error is MultiarchError & {
  readonly code: Code;
  readonly details: Code extends keyof ErrorDetails ? ErrorDetails[Code] : unknown;
};

/** The details of the errors that have some by themselves, by their codes. All errors of a registry may have {@link RegistryDetails}. */
export interface ErrorDetails {
  /** `digest` is what was promised, where `expected` and `actual` are sizes of it. */
  DIGEST_MISMATCH: { expected: Digest; actual: Digest };
  SIZE_MISMATCH: { expected: number; actual: number; digest?: Digest };
  DIGEST_INVALID: { digest: string; reason: string };
  DIGEST_UNSUPPORTED: { algorithm: string };
  REFERENCE_INVALID: { reference?: string; reason?: string };
  PLATFORM_NOT_FOUND: { platform: string; policy: SelectionPolicy; available: string[] };
  PLATFORM_DUPLICATE: { digests?: Digest[]; references?: string[]; platform?: string; operation?: number };
  DRAFT_UNKNOWN: { entries?: string[]; failures?: string[] };
  ENTRY_UNKNOWN: { available: string[]; operation?: number };
  /** `declared` is the type that the answer states, `mediaType` the one in the document. */
  MEDIA_TYPE_MISMATCH: { declared?: string; mediaType?: string };
  MANIFEST_AMBIGUOUS: { path: string };
  /** Where in the text: a position in bytes, and the members that lead there. */
  JSON_INVALID: { position?: number; path?: string };
  UPDATE_CONFLICT: { conflicts: string[]; expected: Digest; actual?: Digest };
  PRECONDITION_FAILED: { expected: Digest | ""; actual?: Digest };
  TAG_MOVED: { expected?: Digest; actual?: Digest };
  TAG_IMMUTABLE: RegistryDetails & { actual: Digest };
  /** Where in the archive, in bytes. */
  ARCHIVE_INVALID: { offset?: number };
  ARCHIVE_AMBIGUOUS: { offset: number };
  ARCHIVE_TRUNCATED: { offset: number };
  /** Which limit: of `bytes`, `entries`, a `header`, a `name`, or of what is `merged`. */
  ARCHIVE_LIMIT: { limit: string; most: number; offset?: number };
  LAYER_UNSUPPORTED: { reason: "encrypted" | "foreign" | "zstd" | "bzip2" | "xz" };
  DRAFT_CORRUPT: { file?: string; expected?: Digest; actual?: Digest };
  DRAFT_COLLISION: { references: string[]; file: string };
  /** `attestationOf` is the image that the missing manifest is an attestation of. */
  MANIFEST_UNKNOWN: RegistryDetails & { attestationOf?: Digest };
  TOO_MANY_REQUESTS: RegistryDetails;
  REGISTRY_UNAVAILABLE: RegistryDetails;
  REGISTRY_ERROR: RegistryDetails;
  UNAUTHORIZED: RegistryDetails & { credentials?: "none" | "refused"; tokenService?: string };
  DENIED: RegistryDetails;
  /** `registryCode` is the proxy's own: PROXY_TARGET, PROXY_LIMIT, … */
  VIA_REFUSED: RegistryDetails;
  /** The origin that was not followed to, or that did not get the credentials. */
  REALM_REFUSED: { origin: string };
  REDIRECT_REFUSED: { origin?: string; uploadOrigin?: string };
  LOCATION_REFUSED: { origin?: string };
  NETWORK: { cause?: string; origin?: string; attempts?: number };
  TIMEOUT: { phase?: "headers" | "body"; cause?: string; origin?: string; attempts?: number };
}

/** What a registry said of a request that it refused. */
export interface RegistryDetails {
  /** The first code in its answer: MANIFEST_UNKNOWN, DENIED, … */
  registryCode?: string;
  /** Its first sentence, cut. */
  registryMessage?: string;
  /** Code and sentence of all errors in its answer, where there are several. */
  registryErrors?: string[];
  /** How often the request was sent, where more than once. */
  attempts?: number;
  /** How long it asks to wait, in milliseconds. */
  retryAfterMs?: number;
}
