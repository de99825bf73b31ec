/** The client of registries. */

import type { Descriptor, Digest, Platform } from "./nouns.js";
import type { Document, ImageConfig, Selection, SelectionPolicy } from "./documents.js";
import type { CreateIndexOptions, DeletionPlan, EditOptions, IndexSource, Published, RegistryIndexEditor } from "./lists.js";
import type { CheckOptions, Checked } from "./findings.js";

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
   * The largest number of concurrent requests to one origin; default 16. A client begins with 8 and adds one after each
   * answer; when a registry is too busy (429, 503), it halves that, and adds one after 20 answers from then on.
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
 * The calls to registries that read. Each may reject with REFERENCE_INVALID, OPTION_INVALID, ABORTED, TIMEOUT, the codes of the network
 * (NETWORK, HOST_NOT_FOUND, CONNECTION_REFUSED, TLS_FAILED, …), those of authentication (UNAUTHORIZED, DENIED, REALM_REFUSED,
 * …) and those of the registry (NAME_UNKNOWN, MANIFEST_UNKNOWN, TOO_MANY_REQUESTS, REGISTRY_UNAVAILABLE, REGISTRY_ERROR, …).
 */
export interface Reader {
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
   * Asks a registry, by its domain, whether it accepts this client's credentials; UNAUTHORIZED when it does not. False when it
   * asked for none, so that they were not checked.
   */
  login(registry: string, options?: CallOptions): Promise<boolean>;
}

/** The calls to registries: those of `Reader`, and those that write. */
export interface Client extends Reader {
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
}
