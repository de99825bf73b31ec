/** The proxy's handler over a client, whose options say which registries may be asked: a question, its answer, a cache. */

import { openBlob } from "../client/blobs.js";
import { runnerOf, sharing } from "../client/reading.js";
import { OCI_INDEX } from "../core/facts.js";
import { fact } from "../core/foreign.js";
import { init } from "../core/load.js";
import { answer, failed, opened, preflight, Refusal, withoutBody } from "./answers.js";
import { BUDGET_BYTES, ofLength, passedOn } from "./blobs.js";
import { lenient } from "./cache.js";
import { createGuard } from "./guard.js";
import { FIGURES, hearing } from "./limits.js";
import { linkTo, pageOfReferrers, pageOfTags } from "./pages.js";
import { readQuestion } from "./path.js";

/** How many of a registry's pages one answer asks for: below the 50 requests that the smallest hosts allow, with some for tokens. */
const REQUESTS = 40;

const IMMUTABLE = "max-age=31536000, immutable";

/**
 * The handler over a client.
 *
 * @param {object} client of `createClient`
 * @param {{ path?: string, origins?: string[], layerBudget?: number, requests?: number, cache?: import("./cache.js").Cache,
 *   onError?: (error: unknown) => void }} options `requests`: how many pages of a registry's listing one answer asks for
 */
export function proxyOf(client, { path = "/", origins = [], layerBudget = BUDGET_BYTES, requests = REQUESTS, cache, onError = () => {} }) {
  const guard = createGuard(origins);
  const base = `/${path}/`.replace(/\/+/g, "/");
  const run = runnerOf(client);
  const kept = lenient(cache);
  const answers = createAnswers(client, { layerBudget, requests });

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
function createAnswers(client, { layerBudget, requests }) {
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
    const { bytes, stream } = await passedOn(blob, layerBudget);
    const response = blobAnswer(digest, bytes?.length ?? blob.size, bytes ?? ofLength(stream, blob.size));
    return { response, isVerified: bytes !== undefined };
  }

  async function tags({ name, reference, page }, { signal }) {
    const ask = async (at) => JSON.parse(await run({ signal }, (call) => call.ask("tags", { reference, page: at })));
    const { tags: found, next } = await pageOfTags(ask, page, requests);
    const [, ...repository] = name.split("/");
    const body = JSON.stringify({ name: repository.join("/"), tags: found });
    return { response: answer(200, { ...linkTo(next), "content-type": "application/json", "cache-control": "no-store" }, body) };
  }

  /** As an index, also where the registry lists its referrers in another way. */
  async function referrers({ reference, page }, { signal }) {
    const { artifactType } = page;
    const ask = async (at) => JSON.parse(await run({ signal }, (call) => call.ask("referrers", { reference, artifactType, page: at })));
    const { referrers: found, next } = await pageOfReferrers(ask, page, requests);
    const manifests = found.filter(({ problem }) => problem === undefined).map(entryOf);
    const body = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    return { response: answer(200, { ...linkTo(next), "content-type": OCI_INDEX, "cache-control": "no-store" }, body) };
  }

  return { manifests, blobs, referrers, tags };
}

const entryOf = ({ mediaType, digest, size, artifactType, annotations }) => ({ mediaType, digest, size, artifactType, annotations });

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
