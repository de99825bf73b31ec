/** The proxy's handler over a client, whose options say which registries may be asked: a question, its answer, a cache. */

import { openBlob } from "../client/blobs.js";
import { runnerOf, sharing } from "../client/reading.js";
import { fact } from "../core/foreign.js";
import { init } from "../core/load.js";
import { answer, failed, opened, preflight, Refusal, withoutBody } from "./answers.js";
import { BUDGET_BYTES, passedOn } from "./blobs.js";
import { lenient } from "./cache.js";
import { createGuard } from "./guard.js";
import { FIGURES, hearing } from "./limits.js";
import { readQuestion } from "./path.js";

/** How many tags one page holds at most: 5,000 of 128 characters stay below the 1 MiB that clients read. */
const TAGS = 5_000;

/** How many referrers are listed: an index of so many stays below what clients read. */
const REFERRERS = 1_000;
const INDEX = "application/vnd.oci.image.index.v1+json";

const IMMUTABLE = "max-age=31536000, immutable";

/**
 * The handler over a client.
 *
 * @param {object} client of `createClient`
 * @param {{ path?: string, origins?: string[], layerBudget?: number, cache?: import("./cache.js").Cache,
 *   onError?: (error: unknown) => void }} options
 */
export function proxyOf(client, { path = "/", origins = [], layerBudget = BUDGET_BYTES, cache, onError = () => {} }) {
  const guard = createGuard(origins);
  const base = `/${path}/`.replace(/\/+/g, "/");
  const run = runnerOf(client);
  const kept = lenient(cache);
  const answers = createAnswers(client, layerBudget);

  async function answered(request, url) {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new Refusal("PROXY_METHOD", "this proxy only reads", { allow: "GET, HEAD" });
    }
    await init();
    const question = readQuestion(url, base);
    await run({ signal: request.signal }, ({ ask }) => ask("mayAsk", { registry: question.registry }));
    const key = question.digest === undefined ? undefined : url.href;
    const found = key && (await kept.match(key));
    if (found) return restored(found);
    const { response, isVerified } = await answers[question.kind](question, request);
    if (cache && key && isVerified) await kept.put(key, shared(response.clone()));
    return response;
  }

  return async function proxy(request) {
    let foreign;
    let response;
    try {
      const url = new URL(request.url);
      foreign = guard(request, url);
      response = foreign !== undefined && isPreflight(request) ? preflight() : await answered(request, url);
    } catch (error) {
      response = failed(error, onError);
    }
    if (fact(request, "method") === "HEAD") response = withoutBody(response);
    return foreign === undefined ? response : opened(response, foreign);
  };
}

const isPreflight = ({ method, headers }) =>
  method === "OPTIONS" && headers.has("access-control-request-method");

/**
 * One function for each kind of question. `isVerified` says that the content is at hand and is what its digest promises: what a
 * cache may keep.
 */
function createAnswers(client, budget) {
  const run = runnerOf(client);
  // A stream takes as long as it takes: the time between its parts is limited, and that until it begins.
  const streaming = runnerOf(sharing(client, { timeoutMs: undefined }));

  async function manifests({ reference, digest }, { method, signal }) {
    const { client: own, figures } = hearing(client);
    const found = await (method === "HEAD" ? own.resolve(reference, { signal }) : own.manifest(reference, { signal }));
    // A document may call itself anything; only what no browser runs may stand in Content-Type.
    if (!/[/+]json$/.test(found.mediaType))
      throw new Refusal("PROXY_CONTENT", "the document is of a type that is not passed on");
    const headers = { ...figures(), "content-type": found.mediaType, "content-length": String(found.size) };
    const response = content(headers, digest, digest ?? found.digest, found.bytes);
    return { response, isVerified: found.bytes !== undefined };
  }

  async function blobs({ name, digest }, { method, signal }) {
    const given = { reference: name, digest };
    if (method === "HEAD") {
      const size = await run({ signal }, ({ ask }) => ask("blobSize", given));
      return { response: blobAnswer(digest, size, null), isVerified: false };
    }
    const blob = await openBlob(streaming, given, { signal });
    const { bytes, stream } = await passedOn(blob, budget);
    const response = blobAnswer(digest, bytes?.length ?? blob.size, bytes ?? stream);
    return { response, isVerified: bytes !== undefined };
  }

  async function tags({ name, reference, page: { n = TAGS, last } }, { signal }) {
    const size = Math.min(n, TAGS);
    const page = await pageAfter(last, size, client.tags(reference, { signal }));
    const [, ...repository] = name.split("/");
    const body = JSON.stringify({ name: repository.join("/"), tags: page.tags });
    // Relative to the listing itself: the proxy may be mounted anywhere.
    const next =
      page.more && size > 0
        ? { link: `<?n=${size}&last=${encodeURIComponent(page.tags.at(-1))}>; rel="next"` }
        : {};
    return { response: answer(200, { ...next, "content-type": "application/json", "cache-control": "no-store" }, body) };
  }

  /** As an index, also where the registry lists its referrers in another way. */
  async function referrers({ reference }, { signal }) {
    const manifests = [];
    for await (const { mediaType, digest, size, artifactType, annotations, problem } of client.referrers(reference, { signal })) {
      if (problem === undefined) manifests.push({ mediaType, digest, size, artifactType, annotations });
      if (manifests.length === REFERRERS) break;
    }
    const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
    return { response: answer(200, { "content-type": INDEX, "cache-control": "no-store" }, body) };
  }

  return { manifests, blobs, referrers, tags };
}

/**
 * @param {string | undefined} asked the digest that was asked for; without one the answer may change at any
 *   time
 */
function content(headers, asked, digest, bytes) {
  const lasting = asked === undefined ? "no-store" : `private, ${IMMUTABLE}`;
  return answer(200, { ...headers, "docker-content-digest": digest, "cache-control": lasting }, bytes);
}

/** A part of a blob cannot be verified: Range is not answered, and that is said. */
function blobAnswer(digest, size, body) {
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": "attachment",
    "accept-ranges": "none",
    ...(size !== undefined && { "content-length": String(size) }),
  };
  return content(headers, digest, digest, body);
}

/** For the cache of the edge, which keeps nothing that is private. */
function shared(response) {
  response.headers.set("cache-control", `public, ${IMMUTABLE}`);
  // They are what they were for one visitor at one time.
  for (const name of FIGURES) response.headers.delete(name);
  return response;
}

function restored({ status, headers, body }) {
  const response = answer(status, Object.fromEntries(headers), body);
  response.headers.set("cache-control", `private, ${IMMUTABLE}`);
  return response;
}

/** So many tags behind `last`, in the registry's own order, and whether there are more. */
async function pageAfter(last, size, listing) {
  const tags = [];
  let reached = last === undefined;
  for await (const tag of listing) {
    if (reached && tags.length === size) return { tags, more: true };
    if (reached) tags.push(tag);
    else reached = tag === last;
  }
  if (!reached) throw new Refusal("PROXY_PAGE", "the listing does not hold that tag any more; begin again");
  return { tags, more: false };
}
