/** Loading, and what everything else is made of: references, platforms, descriptors, digests. */

/**
 * Loads the module. Automatic in Node, Deno, Bun and at the edge; in browsers every async call awaits it, so calling it is
 * optional except before a synchronous function. Idempotent; a failed load can be retried. Rejects with LOAD_FAILED.
 */
export function init(source?: ModuleSource | Promise<ModuleSource>): Promise<void>;

/** A compiled `WebAssembly.Module`, the binary's bytes, a response with them, or their URL. */
export type ModuleSource = object | ArrayBuffer | ArrayBufferView | URL | string;

/** The package's version, as in package.json. */
export const version: string;

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
