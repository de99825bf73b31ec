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
  /**
   * In what a document or a registry lists: why this one cannot be used. Its other members are then the texts that stand
   * there, empty or 0 for none; it has no platform, and no call takes it.
   */
  problem?: string;
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
/**
 * Reads leniently: what is only carried along refuses nothing, `null` is absence, and a descriptor that cannot be used says
 * so in its `problem`. Refuses what is ambiguous (an index with layers, a mediaType that contradicts the content), too deep,
 * too large or not what `digest` promises.
 */
export function parseManifest(bytes: BytesLike | string, options?: { mediaType?: string; digest?: Digest }): Document;

export interface ImageConfig {
  /** As the config states it; empty texts for what it does not state. */
  readonly platform: Platform;
  /** In RFC 3339; absent where the config states something else. */
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

/**
 * Patches an index; entries that are not touched keep their JSON text, and so do members that are not known here. `from` is
 * the index, or the type of an empty one: an OCI index (the default) or a Docker list.
 *
 * The methods check their arguments at once (OPTION_INVALID, PLATFORM_INVALID, DESCRIPTOR_INVALID) and are applied in their
 * order by `build`, whose errors say under `details.operation` which of them failed, counted from 0.
 */
export function editIndex(from?: Document | { mediaType: string }): IndexEditor;
/** A digest, or the platform that exactly one image of the index is for; platforms are compared after normalisation. */
export type EntrySelector = Digest | Platform | string;
export interface EntryOptions {
  /** Takes the place of the entry's own. */
  platform?: Platform | string;
  /** Beside the entry's own. */
  annotations?: Record<string, string>;
}
export interface IndexEditor {
  /**
   * Adds an entry at the end; of a document its type, digest, size and type of artifact. A digest that is listed already stays
   * as it is. Where another image is for the platform: "refuse" (the default) is PLATFORM_DUPLICATE with both digests,
   * "replace" puts the entry in its place and removes its attestations, "keep" keeps both.
   * `build` throws INDEX_TOO_LARGE above 10,000 entries, and MEDIA_TYPE_UNSUPPORTED for what a Docker list cannot hold.
   */
  add(entry: Descriptor | Document, options?: EntryOptions & { onDuplicate?: "refuse" | "replace" | "keep" }): this;
  /** Puts an entry in the place of another, whose attestations go. Fails as `remove` and `add` do. */
  replace(selector: EntrySelector, entry: Descriptor | Document, options?: EntryOptions): this;
  /**
   * Removes an entry and the attestations about it. `build` throws ENTRY_UNKNOWN with the platforms that are `available`, and
   * PLATFORM_DUPLICATE where several images are for the platform.
   */
  remove(selector: EntrySelector): this;
  /**
   * Sets members of an entry's platform; an empty text or list takes a member away. Fails as `remove` does; `build` throws
   * PLATFORM_DUPLICATE where another image is for it, and PLATFORM_INVALID for one without os or architecture.
   */
  setPlatform(selector: EntrySelector, platform: Partial<Platform>): this;
  /**
   * Sets annotations of the index or of an entry; null removes one. Fails as `remove` does; `build` throws
   * MEDIA_TYPE_UNSUPPORTED for a Docker list, which cannot hold any.
   */
  annotate(target: "index" | EntrySelector, annotations: Record<string, string | null>): this;
  /** Orders the entries, so that the same ones make one digest: linux/amd64 first, attestations last. */
  order(by: "platform"): this;
  /** The manifest that the index is about; null for none. `build` throws MEDIA_TYPE_UNSUPPORTED for a Docker list. */
  subject(descriptor: Descriptor | Document | null): this;
  /** The type of artifact that the index is; null for none. `build` throws as for `subject`, and MEDIA_TYPE_INVALID. */
  artifactType(type: string | null): this;
  /**
   * Makes it an OCI index or a Docker list. `build` throws MEDIA_TYPE_UNSUPPORTED, naming the member, where a Docker list would
   * lose one, and NOT_AN_INDEX for another type.
   */
  convert(mediaType: string): this;
  /**
   * The index after the operations; may be called again. Throws NOT_AN_INDEX where `from` is none, DESCRIPTOR_INVALID for an
   * entry that cannot be used, as it would be published again, and what the methods say.
   */
  build(): Document;
}
/**
 * One index of entries, as the specification wants it, in the order given; of documents their types, digests and sizes. A
 * digest that comes twice is one entry. Throws as `add` and `build` of IndexEditor do: PLATFORM_DUPLICATE where two images are
 * for one platform and `onDuplicate` says nothing else, DESCRIPTOR_INVALID, MEDIA_TYPE_UNSUPPORTED for annotations on a
 * Docker list.
 */
export function buildIndex(entries: readonly IndexEntry[], options?: IndexOptions): Document;
export type IndexEntry =
  | Descriptor
  | Document
  | { descriptor: Descriptor | Document; platform?: Platform | string; annotations?: Record<string, string> };
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
 * index does not list is in no list. Throws NOT_AN_INDEX, and as `parseManifest` does.
 */
export function imagesOf(index: Document): ImageEntry[];
export interface ImageEntry {
  descriptor: Descriptor;
  /** That of the descriptor. */
  platform?: Platform;
  attestations: Descriptor[];
}
/** Whether an entry is an attestation as BuildKit puts it into an index: a manifest about an image, and no image. */
export function isAttestation(descriptor: Descriptor): boolean;

/**
 * Tags in a build or deployment file to index digests, and back: `alpine:3.20` becomes `alpine:3.20@sha256:…`. Comments,
 * quotes, line ends and layout are kept. In a Dockerfile, ARG defaults, stages and here-documents are followed; what cannot
 * be rewritten safely (a variable that is set elsewhere, an image that the file itself builds) is listed in `skipped`.
 *
 * Rejects with OPTION_INVALID for a text that is not of its kind, or whose kind nothing tells; with DIGEST_INVALID where
 * `resolve` returns no digest; and with whatever `resolve` rejects with. Nothing is changed then.
 *
 * ```js
 * const { text, changes } = await pin(dockerfile, {
 *   name: "Dockerfile",
 *   resolve: async (reference) => (await client.resolve(reference)).digest,
 * });
 * ```
 */
export function pin(text: string, options: PinOptions): Promise<Pinned>;
export interface PinOptions {
  /** The file's name, by which its kind is told; without one, and for YAML of any name, the text tells. */
  name?: string;
  kind?: PinKind;
  /** The digest that a reference with a tag stands for now; each is asked for once. "check" and "unpin" ask for none. */
  resolve?: (reference: string) => Promise<Digest> | Digest;
  /**
   * "pin" (the default) adds the digests that are missing, "update" renews the others too, "unpin" takes them away where a
   * tag stands beside them. "check" lists what is not pinned and changes nothing.
   */
  mode?: "pin" | "update" | "unpin" | "check";
}
export type PinKind = "dockerfile" | "compose" | "kubernetes" | "workflow" | "gitlab" | "devcontainer";
export interface Pinned {
  text: string;
  /** By line, counted from 1. References that share a line of the text, as an ARG does, are listed once. "check" has no `to`. */
  changes: { line: number; from: string; to?: string }[];
  /** References that stay as they are, and why. */
  skipped: { line: number; reference: string; reason: string }[];
}

// Registries.

/** Who asks. Of several, `registryToken` counts before `identityToken`, and that before the password. */
export interface Credentials {
  /** With `password`, for Basic and for token services. Any text without a colon: OPTION_INVALID for one with it. */
  username?: string;
  /** Any text, several lines too: Google's `_json_key` is a file. */
  password?: string;
  /** A refresh token of the registry's token service: docker's `identitytoken`. */
  identityToken?: string;
  /** A token that the registry itself takes as Bearer: docker's `registrytoken`. */
  registryToken?: string;
}
/**
 * The credentials for a registry: its domain as references have it, `docker.io` for Docker Hub. Undefined for none.
 *
 * Asked by every call to a registry that wants to know who asks, and by no other, so answers should be quick. Where the
 * registry names a token service that would get no credentials, it is asked only after the anonymous request was refused. A
 * token that they got serves further calls with the same credentials only: one client may serve many users. With `refused`, the
 * registry did not take what was answered to the same call; the call is sent once more if this answer is another one.
 * What it throws comes out of the call that asked, as it is.
 */
export type CredentialProvider = (
  registry: string,
  context: { repository?: string; actions: string[]; refused?: true },
) => Credentials | undefined | Promise<Credentials | undefined>;

export interface ClientOptions {
  /**
   * Default: the host's. Called as `fetch(url, init)` with a plain `init`; what it returns is read by its properties.
   *
   * The host's resolves names out of sight, in Node, Deno and Bun too: a registry on the internet can name one that leads
   * into the private network, and it is asked (without credentials). Servers that take references from strangers pass
   * `nodeFetch()` of `multiarch/node`, which refuses such addresses, and check the domains of the references themselves.
   */
  fetch?: FetchFunction;
  /** Default: anonymous. */
  credentials?: CredentialProvider;
  /** Plain http for all registries or for these domains. Loopback ones need no mention. */
  insecure?: boolean | string[];
  /**
   * Further token services that may see credentials: `domain`, `domain:port` or an origin. Without, those of the registry's
   * own machine, of the domain that its owner has registered (by the public suffix list), and of its zone in a private
   * network (`registry.lan`, `gitlab.lan`). REALM_REFUSED where a login was held back and nobody is let in without it.
   */
  trustedRealms?: string[];
  /**
   * Further places that a registry may have uploads sent to, by their location or by a redirect of a write: `domain`,
   * `domain:port` or an origin. They get the content, and no credentials. Default: an upload stays with its registry.
   */
  uploadOrigins?: string[];
  /** A multiarch proxy, for browsers; it never sees credentials. Relative to the page. */
  via?: string | URL;
  /**
   * How many requests to one origin wait for an answer at the same time; default 16. A client begins with 8, halves that when a
   * registry is too busy (429, 503) and adds one after 20 answers.
   */
  concurrency?: number;
  /**
   * What is sent again: requests that read, manifests that are put, uploads that are opened and token requests, after 408, 425,
   * 429, 499, 500, 502, 503, 504, 520 to 524 and failures of the network. Of other requests, those that 429 refused; uploads in
   * chunks go on where the registry is, and deletions and puts on a condition are made again where the registry shows that
   * they were not done, deletions once. The wait doubles from 250 ms to 10 s, with full jitter. Retry-After, in seconds or as a
   * date, holds back all requests of the client to that origin, and is never cut short: a wait of more than `maxDelayMs` fails at
   * once, with `retryAfterMs` in the details. Beyond the first ten, at most one request in five is an extra one.
   */
  retry?: {
    /** How often one request is sent at most; default 6, 1 for no second time. */
    attempts?: number;
    /** The longest wait that a registry may ask for, up to 2^31 - 1; default 60,000. */
    maxDelayMs?: number;
  };
  /**
   * Limits for one request, up to 2^31 - 1; `Infinity` for none. TIMEOUT says under `details.phase` which one it was.
   * Node's own fetch of this package tells connecting from waiting for headers; with any other, the two are one.
   */
  timeouts?: {
    /** Until there is a connection; default 10,000. */
    connectMs?: number;
    /** From there until the answer begins; default 30,000. */
    headersMs?: number;
    /** Between two parts of its body; default 30,000. */
    idleMs?: number;
  };
  /**
   * How long one call may take, with everything that it sends, up to 2^31 - 1. TIMEOUT after that; default: no limit, as
   * `Infinity`.
   */
  timeoutMs?: number;
  /** Ends every call of the client. */
  signal?: AbortSignal;
  /** Sent where the host allows it. */
  userAgent?: string;
  /**
   * Hears of every request and answer, and is waited for where it returns a promise. What it throws ends the call. URLs come
   * without the values of their query, and without what has no name in it.
   */
  onEvent?: (event: ClientEvent) => void;
}
/**
 * As the host's fetch, or less: `status`, `headers.get`, and `body` or `arrayBuffer()` are read of the answer. One that cannot
 * be read is NETWORK. Chunks are copied as they come, and empty ones are silence.
 */
export type FetchFunction = (url: string, init: RequestOptions) => Promise<ResponseLike>;
export interface RequestOptions {
  method: string;
  headers: Record<string, string>;
  /** A Uint8Array, which the DOM's types of different TypeScript versions call by different names. */
  body?: any;
  redirect: "manual" | "follow";
  signal?: AbortSignal;
  /** The client's own, for a fetch function that can tell the phases of a request apart. */
  timeouts?: ClientOptions["timeouts"];
  /**
   * The domain of the registry that chose this URL: a token service, a redirect. A fetch function that sees addresses should
   * refuse those of private networks unless the registry is in one too, as `nodeFetch` does; others cannot.
   */
  namedBy?: string;
}
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body?: unknown;
  arrayBuffer?(): Promise<ArrayBuffer>;
}

export type ClientEvent =
  /** `done` of `total` bytes of a blob are where they belong. */
  | { type: "progress"; digest: Digest; done: number; total: number }
  /** `attempt` counts from 1. */
  | { type: "request"; method: string; url: string; attempt: number }
  | { type: "response"; method: string; url: string; attempt: number; status: number; ms: number }
  /** The request will be sent again, `delayMs` from now or later; `reason` is a status, or the code of an error. */
  | { type: "retry"; method: string; url: string; attempt: number; reason: string; delayMs: number };

export interface CallOptions {
  signal?: AbortSignal;
}
export interface PlatformOptions extends CallOptions {
  platform?: Platform | string;
  policy?: SelectionPolicy;
  /** The machine that asks. */
  host?: Platform;
}

export interface RateLimit {
  limit?: number;
  remaining?: number;
  windowSeconds?: number;
  /** Who is counted: an address, or a user's id. */
  source?: string;
}

/**
 * Any number of calls may be under way on one client; it shares tokens and what it learned of each registry among them. In
 * Workers and edge functions too, where it may be made per request or once for the module: calls wait for no other call
 * there, so `concurrency` bounds none, and calls that need the same token at the same moment each ask for it.
 */
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
  /**
   * The exact bytes of that document, whatever they say: documents come through that `manifest` refuses, schema 1 among
   * them. They are what the reference's digest, or else the registry, promises.
   */
  raw(reference: string, options?: PlatformOptions): Promise<Uint8Array>;
  config(reference: string, options?: PlatformOptions): Promise<ImageConfig>;
  /** Verified while it is read: the stream fails before its end when the content is not what `digest` promises. */
  blob(reference: string, digest: Digest, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
  /**
   * Many references, each resolved once: results in the order asked, errors in their places. OPTION_INVALID for what is no list
   * of texts.
   */
  resolveAll(
    references: readonly string[],
    options?: PlatformOptions,
  ): Promise<((Descriptor & { reference: string; selection?: Selection }) | Error)[]>;
  /**
   * The tags of a repository that point at a digest (`index` is that digest then), or at an index that lists it, with the
   * platform it is listed for; in the registry's order. A HEAD for each tag and a GET for each index once. What fails is
   * thrown when all other tags have been looked at.
   */
  find(
    digest: Digest,
    repository: string,
    options?: CallOptions,
  ): AsyncIterableIterator<{ tag: string; index: Digest; platform?: Platform }>;
  /** In the registry's order, a page at a time as they are asked for. */
  tags(repository: string, options?: CallOptions): AsyncIterableIterator<string>;
  /**
   * How many requests the registry allows and how many are left, read from the answer to a HEAD, which Docker Hub does not count.
   * What a registry does not tell is absent; Docker Hub tells nothing to who has no limit.
   */
  rateLimit(reference: string, options?: CallOptions): Promise<RateLimit>;
  /**
   * What refers to a manifest: signatures, attestations, bills of materials; of one artifact type or of any. A registry
   * without the referrers API is asked for the tag that stands in for it.
   */
  referrers(
    reference: string,
    options?: CallOptions & { artifactType?: string },
  ): AsyncIterableIterator<Descriptor>;
  /**
   * Puts a document under one or several references of one repository: under their tags, or under its digest where they have
   * none. Several tags take one request where the registry knows how. What it points at has to be there.
   *
   * A document with a `subject` is listed among that one's referrers, also where the registry does not do so by itself.
   *
   * `expect` guards against lost updates: the tag must point at that digest, or must not exist for `null`, else
   * PRECONDITION_FAILED. All tags are looked at before the first is written; OPTION_INVALID where there is none. It is a
   * best effort. Where a registry honours If-Match it is exact; elsewhere the tag is looked at just before and just after
   * the write, and TAG_MOVED tells of somebody who wrote in between.
   *
   * `wait` returns only when the registry shows the tags as pushed, or the digest; NOT_YET_VISIBLE after ten seconds.
   */
  push(
    document: Document,
    reference: string | readonly string[],
    options?: CallOptions & { expect?: Digest | null; wait?: boolean },
  ): Promise<Descriptor>;
  /**
   * Asks a registry to take a blob over from another of its repositories. False where it did not, and where the two
   * repositories are of different registries: then `upload` it.
   */
  mount(digest: Digest, from: string, to: string, options?: CallOptions): Promise<boolean>;
  /**
   * Sends a blob, unless the repository holds it. Up to 8 MiB go in one piece, more in chunks of 8 MiB, of which one is held at
   * a time; what did not get through is sent again. Content that is not what `digest` and `size` promise is never completed:
   * DIGEST_MISMATCH, SIZE_MISMATCH. A call that fails or is aborted cancels its upload, and the stream.
   */
  upload(
    repository: string,
    body: Uint8Array | ReadableStream<Uint8Array>,
    descriptor: { digest: Digest; size: number },
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Copies a reference with everything below it, within a registry or across two. Under the tag of `to`, without one under that
   * of `from`. Parts come before what points at them, the tag last; nothing is sent that the target holds, so an interrupted
   * copy is finished by making it again. Referrers are not copied.
   *
   * With one platform, the image for it, under its own digest; with several, an index of those entries and their attestations.
   * Such an index is a new document with a digest of its own: `preserved` is false then. So it is with `attestations: false`,
   * which leaves out the attestations that the index lists beside its images (BuildKit's), for instance where they are not served.
   *
   * A tag that cannot be overwritten and points at the document already is as good as written; TAG_IMMUTABLE where it points
   * at another one.
   */
  copy(
    from: string,
    to: string,
    options?: CallOptions & {
      platforms?: readonly (Platform | string)[];
      policy?: SelectionPolicy;
      attestations?: boolean;
    },
  ): Promise<Descriptor & { preserved: boolean }>;
  /**
   * Deletes a tag; for a reference with a digest alone, that manifest and every tag that points at it. For a reference with
   * both, the tag, where it points at that digest (else TAG_MOVED). DELETE_UNSUPPORTED where the registry deletes nothing, or
   * no single tag: the digest is never deleted in its place. DELETE_REFUSED where something else needs it.
   */
  delete(reference: string, options?: CallOptions): Promise<void>;
  /**
   * Asks a registry, by its domain, whether it takes this client's credentials; UNAUTHORIZED when it does not. False when it
   * asked for none, so that nothing is known of them.
   */
  login(registry: string, options?: CallOptions): Promise<boolean>;
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

/** Docker's file for an entry, byte for byte. Throws OPTION_INVALID, also for an entry that decodeDraft would refuse. */
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
   * DRAFT_COLLISION for names that share one of docker's files, MEDIA_TYPE_UNSUPPORTED for an image that is a list
   * itself, and DIGEST_MISMATCH where the registry states another digest than that of what it sends.
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

/**
 * The one error. What is passed in is checked and copied first: OPTION_INVALID names an argument that is not what the call takes,
 * or that throws when it is read, and no other call notices. What a caller's own function throws (credentials, `onEvent`, the
 * stream of an upload) comes out as it is.
 *
 * INTERNAL is a defect in multiarch. It ends the calls that were under way, theirs with `retryable: true`: made again, they run
 * in a core of their own.
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
  /** Facts for programs: the platforms that exist, the registry's own code, … */
  readonly details?: unknown;
}
