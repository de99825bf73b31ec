/** Routes a request: the endpoint of its path, and the scopes that it needs. */

import { answer, refuse } from "./answers.js";
import { createBlobRoutes, createUploadRoutes, isUploadStore } from "./blobs.js";
import { createManifestRoutes, createReferrerRoutes, createTagRoutes } from "./manifests.js";
import { createRefusals } from "./refusals.js";
import { isRepository } from "./storage.js";

/** Endpoints, the most specific first: `(.+)` for repositories is greedy, and names may contain any of these words. */
const PATHS = [
  ["session", /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/],
  ["collection", /^\/v2\/(.+)\/blobs\/uploads\/?$/],
  ["blob", /^\/v2\/(.+)\/blobs\/([^/]+)$/],
  ["manifest", /^\/v2\/(.+)\/manifests\/([^/]+)$/],
  ["referrers", /^\/v2\/(.+)\/referrers\/([^/]+)$/],
  ["tags", /^\/v2\/(.+)\/tags\/list$/],
  ["storage", /^\/storage\/(.+)\/blobs\/([^/]+)$/],
];

const ACTIONS = { GET: ["pull"], HEAD: ["pull"], DELETE: ["delete"] };
const WRITE = ["pull", "push"];

/**
 * @returns {(request: object) => Promise<Response>} answers one request: authentication, then the endpoint
 */
export function createRouter({ storage, quirks, authorizer }) {
  const blobs = createBlobRoutes(storage, quirks);
  const uploads = createUploadRoutes(storage, quirks);
  const endpoints = {
    session: uploads.session,
    collection: uploads.collection,
    blob: blobs.registry,
    storage: blobs.storage,
    manifest: createManifestRoutes(storage, quirks),
    referrers: createReferrerRoutes(storage, quirks),
    tags: createTagRoutes(storage, quirks),
  };

  const refusals = createRefusals(storage, quirks);

  return async function route(request) {
    if (request.path === "/token") return refusals.token(request, await authorizer.token(request));
    if (request.path === "/v2/" || request.path === "/v2") return base(request, authorizer);
    const found = match(request.path);
    if (!found) return refuse(404, "UNSUPPORTED", "there is no such endpoint");
    const { name, repository, reference } = found;
    if (!isRepository(repository))
      return refuse(400, "NAME_INVALID", "that is not a repository's name", { detail: { name: repository } });
    const endpoint = endpoints[name][request.method];
    if (!endpoint) {
      const allow = Object.keys(endpoints[name]).join(", ");
      return refuse(405, "UNSUPPORTED", "the endpoint does not take this method", { headers: { allow } });
    }
    // The object stores check a signature, and refuse Authorization.
    const isStored = name === "session" && quirks.uploadsElsewhere && isUploadStore(request.url);
    if (name === "storage" || isStored) return endpoint(request, { repository, reference });
    const scopes = scopesFor(name, repository, request);
    const grant = authorizer.authorize(request, scopes);
    if (grant instanceof Response) return grant;
    const refusal = await refusals.endpoint(name, request, { repository, reference });
    if (quirks.hiddenMissing && !storage.find(repository) && request.method !== "POST" && request.method !== "PUT") {
      // As without credentials: the answer must not show that the repository does not exist.
      const challenge = authorizer.authorize({ ...request, headers: new Headers() }, scopes);
      if (challenge instanceof Response) return challenge;
    }
    return refusal ?? endpoint(request, { repository, reference, grant });
  };
}

function base(request, authorizer) {
  const grant = authorizer.authorize(request, []);
  if (grant instanceof Response) return grant;
  return answer(200, { "content-type": "application/json" }, "{}");
}

function match(path) {
  for (const [name, pattern] of PATHS) {
    const [, repository, reference] = pattern.exec(path) ?? [];
    if (repository !== undefined) return { name, repository, reference };
  }
  return undefined;
}

/** The scope that the request needs; for a mount, also the one that allows it on the source repository. */
function scopesFor(name, repository, { method, url }) {
  const uploading = name === "session" || name === "collection";
  const scopes = [{ repository, actions: (!uploading && ACTIONS[method]) || WRITE }];
  const from = name === "collection" ? url.searchParams.get("from") : null;
  if (from !== null && from !== repository && isRepository(from))
    scopes.push({ repository: from, actions: ["pull"] });
  return scopes;
}
