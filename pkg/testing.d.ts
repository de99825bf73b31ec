/** `multiarch/testing`: an OCI registry in memory, as a fetch function. */

import type { Digest } from "multiarch";

export type Action = "pull" | "push" | "delete";

export interface Auth {
  /** Default: that of the first profile among `quirks`. */
  type?: "basic" | "bearer";
  /** By name; a text is a password that opens everything. */
  users?: Record<string, string | { password: string; actions: Action[] }>;
  /** What is open to callers without credentials; default: nothing when there are users, else everything. */
  anonymous?: Action[];
  /** The token endpoint's URL as challenges name it; default: `/token` on the origin of the request. */
  realm?: string;
  service?: string;
  /** Lifetime of tokens in seconds, default 300; null leaves `expires_in` out. */
  expiresIn?: number | null;
}

/** Which requests a fault meets; what is left out matches everything. */
export interface Match {
  method?: string;
  path?: string | RegExp | ((path: string) => boolean);
  /** So many matching requests pass first; default 0. */
  skip?: number;
  /** How many requests are met before the fault is spent; default: all. */
  times?: number;
}
/** With `status` the registry never sees the request; without it the request is carried out and its answer is changed. */
export interface Change {
  delayMs?: number;
  status?: number;
  headers?: Record<string, string | null>;
  body?: string | Uint8Array | object;
  /** Flips one bit in the body's byte at this position. */
  corrupt?: number;
  /** The body ends after so many bytes; Content-Length stays as it was. */
  truncate?: number;
  /** The connection breaks after so many bytes of the body. */
  resetAfter?: number;
  /** The body stops after so many bytes and stays open. */
  stallAfter?: number;
}
/**
 * `reset`: nothing happened. `lost`: it happened, but no answer comes. `stall`: no answer ever comes. Or an attack by its
 * name.
 */
export type Outcome = "reset" | "lost" | "stall" | Attack | Change;
export interface Fault {
  match?: Match;
  answer: Outcome;
}
export type FaultFunction = (request: {
  method: string;
  path: string;
  url: URL;
  headers: Headers;
}) => Outcome | undefined;

/** Ways in which real registries differ: name to description. */
export const QUIRKS: Readonly<Record<Quirk, string>>;
export type Quirk =
  | "absoluteLocations"
  | "capitalSchemes"
  | "challengeless401"
  | "childrenRequired"
  | "chunkedOnly"
  | "deleteDisabled"
  | "escapedErrors"
  | "headFails"
  | "headNotAllowed"
  | "hiddenMissing"
  | "htmlErrors"
  | "largeChunks"
  | "lateTags"
  | "latin1Json"
  | "mountRefused"
  | "noConditions"
  | "noDigestHeader"
  | "noMonolithicUpload"
  | "noReferrers"
  | "noReferrersFilter"
  | "noTagDelete"
  | "noTagParameter"
  | "noTokenForDelete"
  | "noTokenPost"
  | "ociChildrenOnly"
  | "oddTags"
  | "oneReferrerPerPage"
  | "oneTagPerPage"
  | "ownErrorCodes"
  | "patchCreated"
  | "platformFallback"
  | "rateHeaders"
  | "redirectBlobs"
  | "repositoriesFirst"
  | "sessionCookie"
  | "strictPages"
  | "taggedStay"
  | "talkativeTags"
  | "tokenForAnybody"
  | "uploadsElsewhere";

/** Registries as one meets them: the kind of authentication, and the quirks that make them differ. */
export const PROFILES: Readonly<Record<Profile, { about: string; auth: "basic" | "bearer"; quirks: Quirk[] }>>;
export type Profile =
  | "acr"
  | "artifactory"
  | "distribution2"
  | "distribution3"
  | "dockerHub"
  | "ecr"
  | "gar"
  | "ghcr"
  | "gitlab"
  | "harbor"
  | "nexus"
  | "quay"
  | "zot";

/** What a hostile or broken registry answers: name to description. For `faults`. */
export const ATTACKS: Readonly<Record<Attack, string>>;
export type Attack =
  | "bidiErrors"
  | "brokenDigestHeader"
  | "brokenGzip"
  | "brokenTypeHeader"
  | "caseKeys"
  | "challengeLoop"
  | "deepErrors"
  | "deepJson"
  | "duplicateKeys"
  | "echo"
  | "emptyBody"
  | "endless"
  | "escapeErrors"
  | "gzipBomb"
  | "htmlPage"
  | "hugeErrors"
  | "hugeHeader"
  | "longDocument"
  | "lyingDigest"
  | "lyingLength"
  | "lyingType"
  | "nestedGzip"
  | "noType"
  | "notUtf8"
  | "nullTags"
  | "otherDocument"
  | "protoKeys"
  | "redirectLoop"
  | "redirectNowhere"
  | "shortBody"
  | "shorterBody"
  | "slow"
  | "trailingBytes"
  | "wrongBit";

export interface LoggedRequest {
  method: string;
  url: string;
  /** Secrets are replaced by `***`. */
  headers: Record<string, string>;
  /** Of the answer; absent while there is none, and where the connection broke. */
  status?: number;
}

export interface MemoryRegistry {
  fetch: typeof fetch;
  /** Every request in order of arrival; empty it by `length = 0`. */
  requests: LoggedRequest[];
  /** The live list. */
  faults: Fault[] | FaultFunction;
  putBlob(repository: string, content: Uint8Array | string | object): Promise<{ digest: Digest; size: number }>;
  /** By the back door, unchecked: under a tag, under a digest, or without a reference under its own digest. */
  putManifest(
    repository: string,
    reference: string | undefined,
    content: Uint8Array | string | object,
    options?: { mediaType?: string },
  ): Promise<{ mediaType: string; digest: Digest; size: number }>;
  manifest(repository: string, reference: string): { bytes: Uint8Array; digest: Digest; mediaType: string } | undefined;
  blob(repository: string, digest: Digest): Uint8Array | undefined;
  tags(repository: string): string[];
  repositories(): string[];
}

/** Answers under every domain. */
export function createMemoryRegistry(options?: {
  auth?: Auth;
  faults?: Fault[] | FaultFunction;
  /** A profile stands for all of its quirks. */
  quirks?: (Quirk | Profile)[];
  /** Milliseconds since 1970, for the expiry of tokens. */
  now?: () => number;
}): MemoryRegistry;
