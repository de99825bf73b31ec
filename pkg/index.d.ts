/**
 * multiarch: multi-platform images without Docker. Every async call takes `signal`; whatever fails is a MultiarchError.
 * Needs the types of WebAssembly, streams, fetch and AbortSignal only: the DOM library, Node's types and workers' all have
 * them.
 */

// Loading.

/**
 * Loads the module. Automatic in Node, Deno, Bun and at the edge; in browsers every async call awaits it, so calling it is
 * optional except before a synchronous function. Idempotent; a failed load can be retried. Rejects with LOAD_FAILED.
 */
export function init(source?: ModuleSource | Promise<ModuleSource>): Promise<void>;
/** A compiled `WebAssembly.Module`, the binary's bytes, a response that carries them, or where they are. */
export type ModuleSource = object | ArrayBuffer | ArrayBufferView | URL | string;

export const version: string;

// Nouns.

/** `sha256:` and 64 lower-case hexadecimal digits, or another registered algorithm. */
export type Digest = string;

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
/** Docker's normalising parse; adds no tag. Throws REFERENCE_INVALID with the exact reason. */
export function parseReference(text: string): Reference;

export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
  osVersion?: string;
  osFeatures?: string[];
}
/**
 * containerd's grammar (`linux/arm/v7`, `windows(10.0.20348)/amd64`), `os/arch:osversion`, `linux/arm64,osver=…`, and the
 * spellings of uname and Node. `host` fills what is missing. Throws PLATFORM_INVALID.
 */
export function parsePlatform(specifier: string, options?: { host?: Platform }): Platform;
/** containerd's normal form, in which platforms compare. An empty os stays empty unless `host` names one. */
export function normalizePlatform(platform: Platform, options?: { host?: Platform }): Platform;
/** The specifier, as parsePlatform reads it. */
export function formatPlatform(platform: Platform): string;

export interface Descriptor {
  mediaType: string;
  digest: Digest;
  size: number;
  platform?: Platform;
  artifactType?: string;
  annotations?: Record<string, string>;
  urls?: string[];
  /** The content itself in base64, as the document embeds it. */
  data?: string;
}

/** A digest's value, or that of a text as UTF-8. Throws DIGEST_UNSUPPORTED. */
export function digest(data: BytesLike | string, algorithm?: Algorithm): Digest;
/** Throws DIGEST_INVALID. Algorithms that cannot be computed here are parsed all the same. */
export function parseDigest(text: string): { readonly algorithm: string; readonly encoded: string };
/** `digest` may be asked for in between. Throws DIGEST_UNSUPPORTED. */
export function createDigester(algorithm?: Algorithm): { update(chunk: BytesLike | string): void; digest(): Digest };
/**
 * Passes bytes through and fails before the end with DIGEST_MISMATCH or SIZE_MISMATCH; never passes more than `size` bytes.
 * Uses the host's own hash where it can stream.
 */
export function verifyStream(expected: { digest: Digest; size?: number }): TransformStream<Uint8Array, Uint8Array>;
export type Algorithm = "sha256" | "sha384" | "sha512";
export type BytesLike = ArrayBuffer | ArrayBufferView;

/** Text from a registry made safe for a terminal: controls and bidirectional marks become visible. */
export function printable(text: string): string;

// Documents.

/** Schema 1 is refused (SCHEMA1_UNSUPPORTED), so no document has that kind yet. */
export type DocumentKind = "index" | "image" | "artifact" | "schema1" | "unknown";

/** A manifest-endpoint body: the exact bytes, and a view of them. Frozen. */
export interface Document {
  readonly kind: DocumentKind;
  readonly mediaType: string;
  /** The document's own copy. */
  readonly bytes: Uint8Array;
  /** Computed from the bytes. */
  readonly digest: Digest;
  readonly size: number;
  /** As JSON.parse gives it; undefined for a type that is not JSON. */
  readonly json: unknown;
  /** Entries of an index, else empty. */
  readonly manifests: Descriptor[];
  /** Of an image, or the blobs of an artifact; else empty. */
  readonly layers: Descriptor[];
  readonly config?: Descriptor;
  readonly annotations: Record<string, string>;
  readonly subject?: Descriptor;
  readonly artifactType?: string;
}
/** Refuses what is ambiguous (an index with layers, a mediaType that contradicts the content), too deep, too large or not what `digest` promises. */
export function parseManifest(bytes: BytesLike | string, options?: { mediaType?: string; digest?: Digest }): Document;

export interface ImageConfig {
  /** As the config states it. */
  readonly platform: Platform;
  readonly created?: string;
  readonly config?: unknown;
  readonly history?: unknown[];
  readonly rootfs?: unknown;
  readonly json: unknown;
}
/** Throws CONFIG_INVALID. */
export function parseImageConfig(bytes: BytesLike | string, options?: { digest?: Digest }): ImageConfig;

/**
 * How an entry is chosen: "containerd" ranks compatible entries (docker, kubernetes, buildkit); "strict" wants equality after
 * normalisation; "first" takes the first that satisfies (crane, oras, the OCI text); "podman" follows containers/image.
 */
export type SelectionPolicy = "containerd" | "strict" | "first" | "podman";

export interface Selection {
  readonly descriptor?: Descriptor;
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
  /** On what `client.resolve` returns: the position chosen in each index, from the root down. */
  readonly path?: number[];
}
/** `host` is the machine that asks; its os stands in where an entry leaves the os empty. Throws NOT_AN_INDEX. */
export function selectPlatform(
  index: Document,
  platform: Platform | string,
  options?: { policy?: SelectionPolicy; host?: Platform },
): Selection;

// Registries.

export interface Credentials {
  username?: string;
  password?: string;
  identityToken?: string;
  registryToken?: string;
}
/** What it throws comes out of the call that asked, as it is. */
export type CredentialProvider = (
  registry: string,
  context: { repository?: string; actions: string[] },
) => Credentials | undefined | Promise<Credentials | undefined>;

export interface ClientOptions {
  /** Default: the host's. Called as `fetch(url, init)` with a plain `init`; what it returns is read by its properties. */
  fetch?: FetchFunction;
  /** Default: anonymous. */
  credentials?: CredentialProvider;
  /** Plain http for all registries or for these domains. Loopback ones need no mention. */
  insecure?: boolean | string[];
  /** Further hosts that may see credentials. */
  trustedRealms?: string[];
  /** A multiarch proxy, for browsers; it never sees credentials. Relative to the page. */
  via?: string | URL;
  /** How many requests wait for an answer at the same time; default 16. */
  concurrency?: number;
  /** How long one call may take, with everything that it sends. TIMEOUT after that; default: no limit. */
  timeoutMs?: number;
  /** Sent where the host allows it. */
  userAgent?: string;
  /** Hears of every request and answer. URLs come without the values of their query. */
  onEvent?: (event: ClientEvent) => void;
}
/** As the host's fetch, or less: `status`, `headers.get`, and `body` or `arrayBuffer()` are read of the answer. */
export type FetchFunction = (url: string, init: RequestOptions) => Promise<ResponseLike>;
export interface RequestOptions {
  method: string;
  headers: Record<string, string>;
  redirect: "manual" | "follow";
  signal?: AbortSignal;
}
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body?: unknown;
  arrayBuffer?(): Promise<ArrayBuffer>;
}

export type ClientEvent =
  | { type: "request"; method: string; url: string; attempt: number }
  | { type: "response"; method: string; url: string; attempt: number; status: number; ms: number };

export interface CallOptions {
  signal?: AbortSignal;
}
export interface PlatformOptions extends CallOptions {
  platform?: Platform | string;
  policy?: SelectionPolicy;
  /** The machine that asks. */
  host?: Platform;
}

/** Any number of calls may be under way on one client; it shares tokens and what it learned of each registry among them. */
export function createClient(options?: ClientOptions): Client;
export interface Client {
  /**
   * Tag to descriptor, with a HEAD where that is enough. With `platform`, goes on to the entry for it: nested indexes are
   * followed, and entries that carry no platform are judged by their config, each as the policy's own implementation does.
   */
  resolve(
    reference: string,
    options?: PlatformOptions,
  ): Promise<Descriptor & { reference: string; selection?: Selection }>;
  /** The document itself, verified; with `platform`, that of the entry for it. */
  manifest(reference: string, options?: PlatformOptions): Promise<Document>;
  config(reference: string, options?: PlatformOptions): Promise<ImageConfig>;
  /** Verified while it is read: the stream fails before its end when the content is not what `digest` promises. */
  blob(reference: string, digest: Digest, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
  /** In the registry's order, a page at a time as they are asked for. */
  tags(repository: string, options?: CallOptions): AsyncIterableIterator<string>;
}

// Docker manifest.

/** One image of a draft: a list that was not pushed yet. */
export interface DraftEntry {
  /** Where it came from, canonical: docker.io/library/alpine:3.20. */
  ref: string;
  /** Its manifest's type, digest and size, and the platform that the list will state. */
  descriptor: Descriptor;
  /** The manifest's exact bytes; empty in files of docker before 23.0. */
  raw: Uint8Array;
  /**
   * The manifest as docker's file embeds it, where that is not `raw`: in files of docker before 23.0, and in files that
   * somebody else has written. Empty where nothing is embedded.
   */
  manifest?: string;
}

/** Where drafts live, each under the canonical reference of its list. */
export interface Store {
  /** The canonical references of all drafts, sorted; an empty draft is one as well. */
  list(): Promise<string[]>;
  /** All images of a draft, in any order; undefined when there is no such draft. What it returns is the caller's. */
  read(list: string): Promise<DraftEntry[] | undefined>;
  /** Replaces a draft whole: after a failure it is as before. */
  write(list: string, entries: DraftEntry[]): Promise<void>;
  /** Whether there was one. */
  remove(list: string): Promise<boolean>;
  /** One image of a draft, where a store can read it by itself: a damaged neighbour does not matter then. */
  readEntry?(list: string, reference: string): Promise<DraftEntry | undefined>;
  /** Adds an image to a draft, or replaces the one of that `ref`, and leaves the others alone. */
  writeEntry?(list: string, entry: DraftEntry): Promise<void>;
  /** Runs `action` while nobody else changes the draft. */
  lock?<T>(list: string, action: () => Promise<T>): Promise<T>;
}

/** Drafts that last as long as the store. */
export function memoryStore(): Store;
/** Drafts in a browser's IndexedDB, shared by all pages and workers of the origin; `name` of the database, "multiarch". */
export function browserStore(options?: { name?: string }): Store;

/** Docker's file for an entry, byte for byte. Throws DRAFT_CORRUPT. */
export function encodeDraft(entry: DraftEntry): string;
/** The entry in docker's file; `path` says where the file lies, for the error. Throws DRAFT_CORRUPT. */
export function decodeDraft(bytes: Uint8Array | string, options?: { path?: string }): DraftEntry;
/** The file name that docker gives to a reference. Not injective: `a/b:1` and `a_b:1` share one. */
export function draftFileName(reference: string): string;

/** What a push does. */
export interface PushPlan {
  /** Of the list. */
  digest: Digest;
  mediaType: string;
  size: number;
  /** The list as it is pushed. */
  body: string;
  /** What the list is put under: tags, or its digest. */
  names: string[];
  /** Images of other repositories, in the draft's order: domain/path@digest. */
  pushed: string[];
  /** With `dryRun`: what would be asked of the registry, in words and in order; images are looked for before they are written. */
  steps?: string[];
}

export interface CreateOptions extends CallOptions {
  /** Adds to a draft that exists; images that it has are not asked for again. */
  amend?: boolean;
  /** Starts over without a draft that exists. */
  replace?: boolean;
  /** Adds to a draft that exists and reads its tags again, not its digests; `moved` says which tags have moved. */
  refresh?: boolean;
  /** Pushes the list at once, without a draft. */
  push?: boolean;
  /** Further tags of the list's repository, with `push`. */
  tags?: string[];
  /** Writes nothing; `plan` says what a push would do. */
  dryRun?: boolean;
}

export interface Created {
  /** The list, canonical. */
  list: string;
  entries: DraftEntry[];
  /** Images that were taken from the draft without asking the registry. */
  reused: string[];
  /**
   * With `refresh`: the tags that name another image now. What was annotated stays where the new image says nothing;
   * one for another os, architecture or variant comes with its own platform, and `dropped` is what the draft stated.
   */
  moved: { ref: string; from: Digest; to: Digest; dropped?: Platform }[];
  /** With `push` or `dryRun`. */
  plan?: PushPlan;
  /** With `dryRun` and without `push`, in place of `plan`: what a push of the draft would be rejected with. */
  refused?: MultiarchError;
}

export interface PlatformChanges {
  os?: string;
  arch?: string;
  variant?: string;
  osVersion?: string;
  /** Added where they are not there yet. */
  osFeatures?: string[];
  /** Taken away first. */
  unset?: ("variant" | "osVersion" | "osFeatures")[];
}

/**
 * `docker manifest`, in any runtime. The messages of its errors are docker's sentences; a name that is none rejects with
 * REFERENCE_INVALID, and what a store or a registry refuses keeps its code. Without a store, drafts live in memory.
 */
export function createManifests(options: { client: Client; store?: Store }): Manifests;
export interface Manifests {
  /**
   * Makes a draft of single images in a registry; when one cannot be had, nothing is written. Without images it makes an
   * empty draft, or amends with nothing new. Rejects with DRAFT_EXISTS unless it may amend, replace or refresh,
   * DRAFT_COLLISION for names that share one of docker's files, and MEDIA_TYPE_UNSUPPORTED for an image that is a list
   * itself.
   */
  create(list: string, images: string[], options?: CreateOptions): Promise<Created>;
  /**
   * Changes the platform that a draft states for an image; empty texts change nothing. `known`: whether docker's own
   * `annotate` would take the result. Rejects with DRAFT_UNKNOWN and PLATFORM_INVALID.
   */
  annotate(list: string, image: string, changes: PlatformChanges): Promise<{ entry: DraftEntry; known: boolean }>;
  /**
   * Docker's own text, byte for byte: of a draft or else of what the registry has; with `list`, of one image of that draft.
   * Rejects with DRAFT_UNKNOWN when that has no such image.
   */
  inspect(reference: string, options?: CallOptions & { list?: string; verbose?: boolean }): Promise<string>;
  /**
   * Pushes a draft: first the images of other repositories, then the list. With `purge`, removes the draft when all is
   * done; not when somebody changed it meanwhile (`purged`). Rejects with DRAFT_UNKNOWN, CROSS_REGISTRY, PLATFORM_INVALID
   * for an image without one, and DIGEST_MISMATCH when the registry states another digest than ours; `details.pushed`
   * names the images that are there by then.
   */
  push(
    list: string,
    options?: CallOptions & { purge?: boolean; tags?: string[]; dryRun?: boolean },
  ): Promise<PushPlan & { purged?: boolean }>;
  /** Removes drafts, as many as can be; nothing happens in a registry. Rejects with DRAFT_UNKNOWN. */
  rm(lists: string[]): Promise<void>;
  /** The references of all drafts. */
  ls(): Promise<string[]>;
}

// Errors.

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
  /** Facts for programs: the platforms that exist, the registry's own code, … */
  readonly details?: unknown;
}
