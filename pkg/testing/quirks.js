/**
 * Ways in which real registries differ, each a switch that is off unless it is named. The table is also the
 * documentation: one line a quirk, with a registry that behaves so.
 */
export const QUIRKS = {
  absoluteLocations: "Location and Link are absolute URLs (distribution)",
  challengeless401:
    "a 401 carries no WWW-Authenticate, except the answer to GET /v2/ (Google Artifact Registry)",
  childrenRequired:
    "a manifest whose blobs, or an index whose manifests, are missing is refused (distribution 3, Nexus)",
  deleteDisabled: "DELETE of manifests and blobs answers 405 UNSUPPORTED (distribution as it is installed)",
  headNotAllowed: "HEAD of a manifest answers 405 (some proxies)",
  htmlErrors: "errors are HTML pages (proxies and login pages)",
  mountRefused: "a mount never happens: an upload session opens instead, 202 (Amazon ECR, Artifactory)",
  noDigestHeader: "no answer carries Docker-Content-Digest (some proxies)",
  noMonolithicUpload: "POST with a digest opens a session instead of storing the body (distribution)",
  noReferrers: "the referrers API answers 404, and OCI-Subject is never sent (distribution, GHCR)",
  noTagDelete: "DELETE of a tag answers 400 DIGEST_INVALID (distribution 2.8)",
  oddTags: "tag listings also hold null, an empty text and digests (Nexus, Artifactory)",
  oneTagPerPage: "tag listings come one tag a page, whatever `n` asks for",
  platformFallback:
    "a tag that holds a Docker list is answered with its linux/amd64 child where Accept lacks the list type, " +
    "and an OCI document with 404 where Accept lacks its type (distribution 3)",
  redirectBlobs:
    "blobs are redirected to a signed URL on another origin that refuses Authorization " +
    "(S3 behind most registries)",
};

/**
 * @param {string[]} names
 * @returns {Record<string, boolean>} every quirk, true where it is named; an unknown name throws a TypeError
 */
export function readQuirks(names = []) {
  for (const name of names) {
    if (!Object.hasOwn(QUIRKS, name)) {
      throw new TypeError(
        `${JSON.stringify(name)} is not a quirk; known are ${Object.keys(QUIRKS).join(", ")}`,
      );
    }
  }
  return Object.fromEntries(Object.keys(QUIRKS).map((name) => [name, names.includes(name)]));
}

/** The answer as a registry with these quirks would send it: what holds for every route alike. */
export function disguised(response, request, quirks) {
  const headers = new Headers(response.headers);
  if (quirks.noDigestHeader) headers.delete("docker-content-digest");
  if (quirks.absoluteLocations) makeAbsolute(headers, request.url.origin);
  if (quirks.challengeless401 && request.url.pathname !== "/v2/") headers.delete("www-authenticate");
  if (!quirks.htmlErrors || response.status < 400) {
    return new Response(response.body, { status: response.status, headers });
  }
  const page = `<!doctype html>\n<title>${response.status}</title>\n<h1>Error ${response.status}</h1>\n`;
  headers.set("content-type", "text/html; charset=utf-8");
  headers.set("content-length", String(page.length));
  return new Response(page, { status: response.status, headers });
}

function makeAbsolute(headers, origin) {
  const location = headers.get("location");
  if (location?.startsWith("/")) headers.set("location", origin + location);
  const link = headers.get("link");
  if (link?.startsWith("</")) headers.set("link", `<${origin}${link.slice(1)}`);
}
