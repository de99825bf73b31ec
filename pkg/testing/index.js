/**
 * `multiarch/testing`: an OCI registry in memory, as a fetch function, for tests of registry clients.
 *
 * It follows OCI distribution-spec 1.1: manifests, blobs (with Range), uploads in one piece and in chunks,
 * mounts, tags in pages, referrers, deletion; sha256, sha384 and sha512. Web standards only. It answers at every
 * domain.
 *
 * ```js
 * import { createMemoryRegistry } from "multiarch/testing";
 *
 * const registry = createMemoryRegistry({
 *   auth: { type: "bearer", users: { ada: "secret" }, anonymous: ["pull"] },
 *   faults: [{ match: { method: "GET", path: /\/manifests\//, times: 1 }, answer: { status: 503 } }],
 *   quirks: ["oneTagPerPage"], // or a registry's name: ["dockerHub"], see PROFILES
 * });
 * const { digest } = await registry.putManifest("team/app", "1.0", manifest);
 * const client = createClient({ fetch: registry.fetch });
 * await client.resolve("registry.example/team/app:1.0");
 * registry.requests; // [{ method: "HEAD", url: "https://registry.example/v2/…", status: 401, headers: … }, …]
 *
 * registry.faults.push({ match: { method: "GET" }, answer: "gzipBomb" }); // see ATTACKS
 *
 * import { serve } from "multiarch/node";
 * const { url, close } = await serve(registry.fetch); // for docker, skopeo and other clients that need a port
 * ```
 */

import { createAuthorizer } from "./auth.js";
import { withAppearance } from "./appearance.js";
import { createFaults, withFault } from "./faults.js";
import { readAuth, readQuirks } from "./quirks.js";
import { createRouter } from "./routes.js";
import { withoutBody } from "./answers.js";
import { bytesOf, createStorage, digestOf, isDigest, isRepository } from "./storage.js";

export { ATTACKS } from "./attacks.js";
export { PROFILES } from "./profiles.js";
export { QUIRKS } from "./quirks.js";

/**
 * @typedef {import("./auth.js").Auth} Auth
 * @typedef {import("./faults.js").Fault} Fault
 * @typedef {import("./faults.js").FaultFunction} FaultFunction
 *
 * @typedef {object} LoggedRequest
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} headers with secrets replaced by `***`; the scheme of Authorization stays
 * @property {number} [status] of the answer; absent before it, and when the connection broke
 *
 * @typedef {object} MemoryRegistry
 * @property {typeof fetch} fetch
 * @property {LoggedRequest[]} requests every request in order of arrival; empty it by `length = 0`
 * @property {Fault[] | FaultFunction} faults the live list
 * @property {(repository: string, content: Uint8Array | string | object) => Promise<{ digest: string, size:
 *   number }>} putBlob
 * @property {(repository: string, reference: string | undefined, content: Uint8Array | string | object,
 *   options?: { mediaType?: string }) => Promise<{ mediaType: string, digest: string, size: number }>}
 *   putManifest stores a document without a request and unchecked: under a tag, under a digest (even another one
 *   than its own), or, without a reference, under its own digest
 * @property {(repository: string, reference: string) => { bytes: Uint8Array, digest: string, mediaType:
 *   string } | undefined} manifest
 * @property {(repository: string, digest: string) => Uint8Array | undefined} blob
 * @property {(repository: string) => string[]} tags sorted
 * @property {() => string[]} repositories sorted
 */

/**
 * @param {object} [options]
 * @param {Auth} [options.auth] default: every action is allowed
 * @param {Fault[] | FaultFunction} [options.faults] which requests fail, and how
 * @param {string[]} [options.quirks] names out of {@link QUIRKS}, and of {@link PROFILES} for all quirks of a registry;
 *   an unknown one throws a TypeError
 * @param {() => number} [options.now] milliseconds since 1970, for the expiry of tokens; default: the host's
 *   clock
 * @returns {MemoryRegistry}
 */
export function createMemoryRegistry({ auth, faults = [], quirks: names, now = () => Date.now() } = {}) {
  const quirks = readQuirks(names);
  const storage = createStorage();
  const route = createRouter({ storage, quirks, authorizer: createAuthorizer(readAuth(auth, names), now) });
  const faultFor = createFaults(faults);
  const requests = [];

  async function answerOnce(webRequest) {
    const request = incoming(webRequest);
    const entry = { method: request.method, url: webRequest.url, headers: loggable(request.headers) };
    requests.push(entry);
    request.signal.throwIfAborted();
    const proceed = async () => {
      const response = await withAppearance(await route(request), request, quirks);
      response.headers.set("docker-distribution-api-version", "registry/2.0");
      return request.method === "HEAD" ? withoutBody(response) : response;
    };
    const outcome = faultFor(request);
    const response = await (outcome === undefined ? proceed() : withFault(outcome, request, proceed));
    request.signal.throwIfAborted();
    entry.status = response.status;
    return response;
  }

  /** As `fetch`: takes a URL or a Request, follows redirects unless `redirect` says otherwise, and honours `signal`. */
  async function fetch(input, init) {
    let request = new Request(
      input,
      init?.body instanceof ReadableStream ? { duplex: "half", ...init } : init,
    );
    const mode = init?.redirect ?? request.redirect;
    for (let hops = 0; hops < 20; hops++) {
      const response = await answerOnce(request);
      if (mode === "manual" || !isRedirect(response)) return response;
      if (mode === "error" || !["GET", "HEAD"].includes(request.method)) break;
      request = redirected(request, response.headers.get("location"));
    }
    throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
  }

  async function putBlob(repository, content) {
    const bytes = bytesOf(content);
    const digest = await digestOf(bytes);
    storage.open(named(repository)).blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  async function putManifest(repository, reference, content, { mediaType } = {}) {
    const bytes = bytesOf(content);
    const digest = reference !== undefined && isDigest(reference) ? reference : await digestOf(bytes);
    const tag = digest === reference ? undefined : reference;
    storage.putManifest(named(repository), { bytes, digest, mediaType, tag });
    const stored = storage.findManifest(repository, digest);
    stored.mediaType ??= stored.json?.mediaType ?? "application/octet-stream";
    return { mediaType: stored.mediaType, digest, size: bytes.length };
  }

  function manifest(repository, reference) {
    const stored = storage.findManifest(repository, reference);
    return stored && { bytes: stored.bytes, digest: stored.digest, mediaType: stored.mediaType };
  }

  return {
    fetch,
    requests,
    faults,
    putBlob,
    putManifest,
    manifest,
    blob: (repository, digest) => storage.find(repository)?.blobs.get(digest),
    tags: (repository) => [...(storage.find(repository)?.tags.keys() ?? [])].sort(),
    repositories: storage.paths,
  };
}

/** A Request with its URL parsed and its path decoded once, for the modules here. */
function incoming(request) {
  const url = new URL(request.url);
  let content;
  const bytes = async () => new Uint8Array(await (content ??= request.arrayBuffer()));
  return {
    method: request.method,
    url,
    path: decoded(url.pathname),
    headers: request.headers,
    signal: request.signal,
    bytes,
  };
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const isRedirect = ({ status, headers }) =>
  [301, 302, 303, 307, 308].includes(status) && headers.has("location");

/** The next request, without Authorization on another origin (fetch standard, HTTP-redirect fetch). */
function redirected(request, location) {
  const url = new URL(location, request.url);
  const headers = new Headers(request.headers);
  if (url.origin !== new URL(request.url).origin) headers.delete("authorization");
  return new Request(url, { method: request.method, headers, signal: request.signal });
}

function loggable(headers) {
  const shown = Object.fromEntries(headers);
  if (shown.authorization) shown.authorization = `${shown.authorization.split(" ")[0]} ***`;
  for (const name of ["cookie", "proxy-authorization"]) if (shown[name]) shown[name] = "***";
  return shown;
}

function named(repository) {
  if (!isRepository(repository))
    throw new TypeError(`${JSON.stringify(repository)} does not name a repository`);
  return repository;
}
