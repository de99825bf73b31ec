/**
 * Profiles of real registries: the kind of authentication, and the quirks by which each differs from the specification. A
 * profile's name among `quirks` stands for all of its quirks, and gives `auth` its `type`.
 */

/** Only a few of the newest registries know conditional writes, or several tags in one request. */
const USUAL = ["noConditions", "noTagParameter"];

/** @type {Record<string, { about: string, auth: "basic" | "bearer", quirks: string[] }>} */
export const PROFILES = {
  acr: {
    about: "Azure Container Registry: tokens by GET, blobs from a store of their own",
    auth: "bearer",
    quirks: [...USUAL, "noTokenPost", "redirectBlobs"],
  },
  artifactory: {
    about: "JFrog Artifactory: mounts nothing, wants chunks, lists odd tags, names a charset",
    auth: "bearer",
    quirks: [...USUAL, "chunkedOnly", "latin1Json", "mountRefused", "noMonolithicUpload", "noTokenPost", "oddTags"],
  },
  distribution2: {
    about: "distribution 2.8 as it is installed: deletes nothing, knows no referrers",
    auth: "basic",
    quirks: [...USUAL, "absoluteLocations", "deleteDisabled", "noMonolithicUpload", "noReferrers", "noTagDelete"],
  },
  distribution3: {
    about: "distribution 3: reads Accept strictly, takes an index only after its manifests",
    auth: "basic",
    quirks: [...USUAL, "absoluteLocations", "childrenRequired", "noMonolithicUpload", "noReferrers", "platformFallback"],
  },
  dockerHub: {
    about: "Docker Hub: tokens for anybody, missing repositories look private, a rate limit, tags that show late",
    auth: "bearer",
    quirks: [...USUAL, "hiddenMissing", "lateTags", "noReferrers", "rateHeaders", "redirectBlobs", "tokenForAnybody"],
  },
  ecr: {
    about: "Amazon ECR: Basic, repositories that must exist, mounts that do not happen, PATCH that answers 201",
    auth: "basic",
    quirks: [...USUAL, "mountRefused", "patchCreated", "redirectBlobs", "repositoriesFirst", "strictPages"],
  },
  gar: {
    about: "Google Artifact Registry: 401 without a challenge, digests that stay while a tag points at them",
    auth: "bearer",
    quirks: [...USUAL, "challengeless401", "noTokenPost", "redirectBlobs", "taggedStay", "talkativeTags"],
  },
  ghcr: {
    about: "GitHub's registry: no referrers API, nothing deleted, tags that show late",
    auth: "bearer",
    quirks: [...USUAL, "deleteDisabled", "lateTags", "noReferrers", "redirectBlobs"],
  },
  gitlab: {
    about: "GitLab's registry: no referrers API, tags that cannot be deleted by name",
    auth: "bearer",
    quirks: [...USUAL, "noReferrers", "noTagDelete", "redirectBlobs"],
  },
  harbor: {
    about: "Harbor: a session cookie, NOT_FOUND for all that is missing",
    auth: "bearer",
    quirks: [...USUAL, "ownErrorCodes", "sessionCookie"],
  },
  nexus: {
    about: "Sonatype Nexus: BASIC in capitals, errors escaped as HTML, HEAD that fails, null among the tags",
    auth: "basic",
    quirks: [...USUAL, "capitalSchemes", "childrenRequired", "escapedErrors", "headFails", "oddTags"],
  },
  quay: {
    about: "Quay: no token for a scope with delete, indexes of OCI manifests only",
    auth: "bearer",
    quirks: [...USUAL, "noTokenForDelete", "ociChildrenOnly", "redirectBlobs"],
  },
  zot: {
    about: "zot: the specification, nearly word for word",
    auth: "basic",
    quirks: [...USUAL],
  },
};
