/** `multiarch/testing`: an OCI registry in memory, as a fetch function. */

import type { Digest } from "multiarch";

/** What a user may do in a repository, as in a token's scope. */
export type Action = "pull" | "push" | "delete";

/** The registry's authentication: Basic (RFC 7617), or Bearer (RFC 6750) with distribution's token endpoint. */
export interface Auth {
  /** Default: that of the first profile among `quirks`. */
  type?: "basic" | "bearer";
  /** By name; a text is a password that allows every action. */
  users?: Record<string, string | { password: string; actions: Action[] }>;
  /** The actions of callers without credentials; default: none when there are users, else all. */
  anonymous?: Action[];
  /** The token endpoint's URL as challenges name it; default: `/token` on the origin of the request. */
  realm?: string;
  /** The service that challenges name; default "multiarch-testing". */
  service?: string;
  /** Lifetime of tokens in seconds, default 300; null leaves `expires_in` out, which means 60. */
  expiresIn?: number | null;
}

/** Which requests get a fault; a member that is left out matches all. */
export interface Match {
  /** In any letter case. */
  method?: string;
  /** The URL's path: equal, matching, or by the function's result. */
  path?: string | RegExp | ((path: string) => boolean);
  /** How many matching requests succeed first; default 0. */
  skip?: number;
  /** How many requests get the fault; default: all. */
  times?: number;
}
/** A change of the answer. With `status` the registry never gets the request; without it the request is executed first. */
export interface Change {
  /** Waits first, in milliseconds. */
  delayMs?: number;
  status?: number;
  /** Set on the answer; null removes a header. */
  headers?: Record<string, string | null>;
  /** Replaces the body; an object becomes JSON. */
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
 * `reset`: the connection breaks before the request is executed. `lost`: it breaks afterwards. `stall`: no answer ever
 * comes. Or an attack by its name.
 */
export type Outcome = "reset" | "lost" | "stall" | Attack | Change;
/** A failure, and the requests that get it. */
export interface Fault {
  match?: Match;
  answer: Outcome;
}
/** Returns the outcome for a request; undefined for the registry's own answer. */
export type FaultFunction = (request: {
  method: string;
  path: string;
  url: URL;
  headers: Headers;
}) => Outcome | undefined;

/** Differences of real registries from the specification: name to description. */
export const QUIRKS: Readonly<Record<Quirk, string>>;
/** The names of QUIRKS. */
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

/** Profiles of real registries: the kind of authentication, and the quirks by which they differ. */
export const PROFILES: Readonly<Record<Profile, { about: string; auth: "basic" | "bearer"; quirks: Quirk[] }>>;
/** The names of PROFILES. */
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

/** The answers of a hostile or broken registry, for `faults`: name to description. */
export const ATTACKS: Readonly<Record<Attack, string>>;
/** The names of ATTACKS. */
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

/** A request that the registry got. */
export interface LoggedRequest {
  method: string;
  url: string;
  /** Secrets are replaced by `***`. */
  headers: Record<string, string>;
  /** Of the answer; absent before it, and when the connection broke. */
  status?: number;
}

/** A registry in memory: its fetch function, what it was asked, and what it holds. */
export interface MemoryRegistry {
  /** As the host's `fetch`; answers at every domain. */
  fetch: typeof fetch;
  /** Every request in order of arrival; empty it by `length = 0`. */
  requests: LoggedRequest[];
  /** The live list: faults that are pushed later count too. */
  faults: Fault[] | FaultFunction;
  /** Stores a blob without a request. Rejects with a TypeError for an invalid repository, as `putManifest` does. */
  putBlob(repository: string, content: Uint8Array | string | object): Promise<{ digest: Digest; size: number }>;
  /**
   * Stores a document without a request and unchecked: under a tag, under a digest (even another one than its own), or
   * without a reference under its own digest.
   */
  putManifest(
    repository: string,
    reference: string | undefined,
    content: Uint8Array | string | object,
    options?: { mediaType?: string },
  ): Promise<{ mediaType: string; digest: Digest; size: number }>;
  /** The manifest under a tag or a digest; undefined when there is none. */
  manifest(repository: string, reference: string): { bytes: Uint8Array; digest: Digest; mediaType: string } | undefined;
  /** The blob's bytes; undefined when there is none. */
  blob(repository: string, digest: Digest): Uint8Array | undefined;
  /** Sorted. */
  tags(repository: string): string[];
  /** Sorted. */
  repositories(): string[];
}

/** Throws a TypeError for an unknown quirk, profile, fault or type of authentication. */
export function createMemoryRegistry(options?: {
  /** Default: every action is allowed. */
  auth?: Auth;
  /** Default: none. */
  faults?: Fault[] | FaultFunction;
  /** A profile stands for all of its quirks. */
  quirks?: (Quirk | Profile)[];
  /** Milliseconds since 1970, for the expiry of tokens; default `Date.now`. */
  now?: () => number;
}): MemoryRegistry;
