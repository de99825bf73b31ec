/** Errors: one class, a code for each kind, and details by code. */

import type { Digest } from "./nouns.js";
import type { SelectionPolicy } from "./documents.js";

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
