/** The table of quirks, and the reader of the option `quirks`. */

import { PROFILES } from "./profiles.js";

/**
 * Differences of real registries from the specification, each off unless it is named. The table is also the
 * documentation: one line per quirk, with a registry that has it.
 */
export const QUIRKS = {
  absoluteLocations: "Location and Link are absolute URLs (distribution)",
  capitalSchemes: "challenges name their scheme in capitals: BASIC (Nexus)",
  challengeless401:
    "a 401 carries no WWW-Authenticate, except the answer to GET /v2/ (Google Artifact Registry)",
  childrenRequired:
    "a manifest whose blobs, or an index whose manifests, are missing is refused (distribution 3, Nexus)",
  chunkedOnly: "PUT of an upload with its content answers 404: content comes by PATCH (Artifactory 6)",
  deleteDisabled: "DELETE of manifests and blobs answers 405 UNSUPPORTED (distribution as it is installed)",
  escapedErrors: "errors are JSON escaped as if it stood in a page (Nexus)",
  headFails: "HEAD of a manifest answers 500 (Nexus 3.96)",
  headNotAllowed: "HEAD of a manifest answers 405 (some proxies)",
  hiddenMissing: "a repository that does not exist is answered like a private one: 401, where there is `auth` (Docker Hub)",
  htmlErrors: "errors are HTML pages (proxies and login pages)",
  largeChunks: "OCI-Chunk-Min-Length is 9 MiB, and only the last chunk may be smaller (registries on object stores)",
  lateTags: "the first read of a tag after its push does not find it (Docker Hub, GHCR)",
  latin1Json: "JSON comes with charset=ISO-8859-1 (Artifactory)",
  mountRefused: "a mount never happens: an upload session opens instead, 202 (Amazon ECR, Artifactory)",
  noConditions: "If-Match and If-None-Match are ignored on PUT of a manifest (nearly all)",
  noDigestHeader: "no answer carries Docker-Content-Digest (some proxies)",
  noMonolithicUpload: "POST with a digest opens a session instead of storing the body (distribution)",
  noReferrers: "the referrers API answers 404, and OCI-Subject is never sent (distribution, GHCR)",
  noReferrersFilter: "the referrers API lists all artifact types, whatever is asked for",
  noTagDelete: "DELETE of a tag answers 400 DIGEST_INVALID (distribution 2.8)",
  noTagParameter: "`?tag=` on PUT of a manifest by digest is ignored (nearly all)",
  noTokenForDelete: "a token for a scope with delete opens nothing (Quay)",
  noTokenPost: "the token endpoint knows GET only (Google Artifact Registry, Azure)",
  ociChildrenOnly: "an OCI index that lists a manifest of Docker's types is refused (Quay)",
  oddTags: "tag listings also hold null, an empty text and digests (Nexus, Artifactory)",
  oneReferrerPerPage: "referrers come one a page",
  oneTagPerPage: "tag listings come one tag a page, whatever `n` asks for",
  ownErrorCodes: "all that is missing is NOT_FOUND (Harbor)",
  patchCreated: "PATCH of an upload answers 201 (Amazon ECR)",
  platformFallback:
    "a tag that holds a Docker list is answered with its linux/amd64 child where Accept lacks the list type, " +
    "and an OCI document with 404 where Accept lacks its type (distribution 3)",
  rateHeaders: "answers about manifests tell of a rate limit (Docker Hub)",
  redirectBlobs:
    "blobs are redirected to a signed URL on another origin that refuses Authorization " +
    "(S3 behind most registries)",
  repositoriesFirst: "nothing is pushed into a repository that does not exist: NAME_UNKNOWN (Amazon ECR)",
  sessionCookie: "answers set a cookie (Harbor)",
  strictPages: "`n` above 1000 is refused (Amazon ECR)",
  taggedStay: "DELETE of a digest that a tag points at answers 400 (Google Artifact Registry)",
  talkativeTags: "tag listings hold further members, `child` and `manifest` (Google Artifact Registry)",
  tokenForAnybody: "callers without credentials get a token that opens nothing, not a refusal (Docker Hub)",
  uploadsElsewhere: "uploads go on at another origin that refuses Authorization (registries on object stores)",
};

/**
 * @param {string[]} given quirks, and profiles for all of their quirks
 * @returns {Record<string, boolean>} every quirk, true where it is named; an unknown name throws a TypeError
 */
export function readQuirks(given = []) {
  const names = given.flatMap((name) => (isProfile(name) ? PROFILES[name].quirks : [name]));
  for (const name of names) {
    if (!Object.hasOwn(QUIRKS, name)) {
      throw new TypeError(
        `${JSON.stringify(name)} is not a quirk; known are ${Object.keys(QUIRKS).join(", ")}, ` +
          `and the profiles ${Object.keys(PROFILES).join(", ")}`,
      );
    }
  }
  return Object.fromEntries(Object.keys(QUIRKS).map((name) => [name, names.includes(name)]));
}

/** The option `auth`, with the type of the first profile among `names` where the caller leaves it out. */
export function readAuth(auth, names = []) {
  const profile = names.find(isProfile);
  return auth && profile ? { type: PROFILES[profile].auth, ...auth } : auth;
}

const isProfile = (name) => Object.hasOwn(PROFILES, name);
