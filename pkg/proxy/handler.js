/** The proxy's handler over a client, whose options say which registries may be asked: a question, its answer, a cache. */

import { runnerOf } from "../client/client.js";
import { fact } from "../core/foreign.js";
import { init } from "../core/load.js";
import { answer, failed, opened, preflight, Refusal, withoutBody } from "./answers.js";
import { lenient } from "./cache.js";
import { createGuard } from "./guard.js";
import { readQuestion } from "./path.js";

/** The largest blob that is passed on: 4 MiB, the cap of image configs. Layers do not belong in a page. */
const BLOB_BYTES = 4 << 20;
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
 * @param {{ path?: string, origins?: string[], cache?: import("./cache.js").Cache, onError?: (error: unknown) => void }} options
 */
export function proxyOf(client, { path = "/", origins = [], cache, onError = () => {} }) {
  const guard = createGuard(origins);
  const base = `/${path}/`.replace(/\/+/g, "/");
  const run = runnerOf(client);
  const kept = lenient(cache);
  const answers = createAnswers(client);

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
    const response = await answers[question.kind](question, request);
    if (cache && key && response.body) await kept.put(key, shared(response.clone()));
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

/** One function for each kind of question. */
function createAnswers(client) {
  async function manifests({ reference, digest }, { method, signal }) {
    const found = await (method === "HEAD"
      ? client.resolve(reference, { signal })
      : client.manifest(reference, { signal }));
    // A document may call itself anything; only what no browser runs may stand in Content-Type.
    if (!/[/+]json$/.test(found.mediaType))
      throw new Refusal("PROXY_CONTENT", "the document is of a type that is not passed on");
    const headers = { "content-type": found.mediaType, "content-length": String(found.size) };
    return content(headers, digest, digest ?? found.digest, found.bytes);
  }

  async function blobs({ name, digest }, { signal }) {
    const bytes = await readAll(await client.blob(name, digest, { signal }));
    const headers = {
      "content-type": "application/octet-stream",
      "content-disposition": "attachment",
      "content-length": String(bytes.length),
    };
    return content(headers, digest, digest, bytes);
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
    return answer(200, { ...next, "content-type": "application/json", "cache-control": "no-store" }, body);
  }

  /** As an index, also where the registry lists its referrers in another way. */
  async function referrers({ reference }, { signal }) {
    const manifests = [];
    for await (const { mediaType, digest, size, artifactType, annotations, problem } of client.referrers(reference, { signal })) {
      if (problem === undefined) manifests.push({ mediaType, digest, size, artifactType, annotations });
      if (manifests.length === REFERRERS) break;
    }
    const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
    return answer(200, { "content-type": INDEX, "cache-control": "no-store" }, body);
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

/** For the cache of the edge, which keeps nothing that is private. */
function shared(response) {
  response.headers.set("cache-control", `public, ${IMMUTABLE}`);
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

/** The stream as bytes, up to the cap. It has been verified when its end is reached. */
async function readAll(stream) {
  const reader = stream.getReader();
  const parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    parts.push(part.value);
    if (size > BLOB_BYTES) {
      await reader.cancel();
      throw new Refusal("PROXY_LIMIT", "blobs above 4 MiB are not passed on");
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
