/**
 * Many visitors of one edge service: mixed questions to hundreds of registries that fail at random, visitors who leave, and
 * hostile ones. Every answer has a fitting status and form, and memory does not grow.
 *
 * `node tests/soak/edge.mjs [--requests=20000] [--seed=N]`
 */

import assert from "node:assert/strict";
import { parseArgs } from "node:util";

import { core, heap } from "../bench/memory.mjs";
import { samples } from "../support/images.mjs";
import { seeded } from "./chance.mjs";

const { createEdge } = await import("multiarch/edge");
const { createMemoryRegistry } = await import("multiarch/testing");

const { values } = parseArgs({ options: { requests: { type: "string" }, seed: { type: "string" } } });
const REQUESTS = Number(values.requests ?? 20_000);
const SEED = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const AT_ONCE = 40;
const DOMAINS = 400;
const REPOSITORIES = 40;
/** How much more there may be at the end than after the first quarter, in MiB. */
const ALLOWANCE = { heap: 6, core: 1.5 };

const { attested } = samples();
const random = seeded(SEED);
const draw = (most) => Math.floor(random() * most);
const oneOf = (list) => list[draw(list.length)];

let registry;
/** A registry that knows none of the tokens of the one before, and holds the same. */
async function begin() {
  registry = createMemoryRegistry({ auth: { type: "bearer", users: { ada: "secret" }, anonymous: ["pull"], expiresIn: 5 } });
  for (let at = 0; at < REPOSITORIES; at++) await put(`team/app${at}`, attested, "1.0");
}
async function put(repository, { blobs, children, bytes, mediaType }, tag) {
  for (const blob of blobs) await registry.putBlob(repository, blob.bytes);
  for (const child of children) await put(repository, child);
  await registry.putManifest(repository, tag, bytes, { mediaType });
}

/** One request in fifty fails in one of the ways in which registries do; those that make others wait are rare. */
async function fetch(url, init) {
  registry.requests.length = 0;
  const fault = draw(2_000);
  if (fault < 2) return new Response("", { status: 503 });
  if (fault < 4) return new Response('{"errors":[{"code":"TOOMANYREQUESTS"}]}', { status: 429, headers: { "retry-after": "1" } });
  if (fault < 15) return new Response("<html>", { status: 502, headers: { "content-type": "text/html" } });
  if (fault < 25) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
  if (fault < 35) return new Response("{", { headers: { "content-type": attested.mediaType } });
  if (fault < 45) return new Response(null, { status: 307, headers: { location: "http://169.254.169.254/" } });
  return registry.fetch(url, init);
}

/** The part of the Cache standard that is used, for so many answers. */
function boundedCache(most) {
  const kept = new Map();
  return {
    async match(url) {
      return kept.get(url)?.clone();
    },
    async put(url, response) {
      if (draw(100) === 0) throw new Error("the cache is full");
      kept.set(url, response);
      if (kept.size > most) kept.delete(kept.keys().next().value);
    },
  };
}

const edge = createEdge({ registries: ["*.registry.example"], fetch, cache: boundedCache(300), origins: ["https://page.example", "https://edge.example"] });

/** A path that a visitor asks for. */
function question() {
  const name = `r${draw(DOMAINS)}.registry.example/team/app${draw(REPOSITORIES)}`;
  const reference = oneOf([`${name}:1.0`, `${name}:1.0`, `${name}@${attested.digest}`, `${name}:${draw(1000)}`]);
  return oneOf([
    `resolve/${reference}?platform=${oneOf(["linux/amd64", "linux/arm64", "linux/s390x"])}`, `resolve/${reference}`, `platforms/${reference}`,
    `inspect/${reference}`, `inspect/${reference}?platform=linux/amd64`, `badge/${reference}.svg?show=${oneOf(["platforms", "size", "digest"])}`,
    `diff?from=${reference}&to=${name}:1.0`, `registry/${name.replace("/", "/v2/")}/manifests/1.0`,
    `resolve/other${draw(1e6)}.example/a`, `resolve/${name}?platform=${"x".repeat(draw(20_000))}`, `${draw(1e6)}`, "resolve/a%2f..%00",
  ]);
}

const counts = {};
async function visit() {
  const leaving = draw(50) === 0 ? new AbortController() : undefined;
  const path = question();
  const method = oneOf(["GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "POST"]);
  const headers = draw(10) === 0 ? { origin: "https://page.example", "if-none-match": "*" } : {};
  const asking = edge(new Request(`https://edge.example/${path}`, { method, headers, signal: leaving?.signal }));
  leaving?.abort();
  const response = await asking;
  const text = await response.text();
  const type = response.headers.get("content-type");
  assert.ok(response.status < 500 || [500, 502, 503, 504].includes(response.status), `${path}: ${response.status}`);
  assert.notEqual(response.status, 500, `${path}: ${text}`);
  if (text !== "" && type === "image/svg+xml") assert.match(text, /^<svg .*<\/svg>\n$/s);
  else if (text !== "") JSON.parse(text);
  counts[response.status] = (counts[response.status] ?? 0) + 1;
}

async function visits(count) {
  let left = count;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (left-- > 0) await visit();
  }));
}

console.log(`edge soak: ${REQUESTS.toLocaleString("en")} requests, seed ${SEED}`);
const start = performance.now();
const taken = [];
for (let quarter = 0; quarter < 4; quarter++) {
  await begin();
  await visits(REQUESTS / 4);
  taken.push({ heap: await heap(), core: core() });
}
const line = taken.map((one) => `${one.heap.toFixed(1)} + ${one.core.toFixed(1)}`).join(", ");
console.log(`answers: ${JSON.stringify(counts)}`);
console.log(`MiB of heap + core after each quarter: ${line}; ${((performance.now() - start) / 1000).toFixed(0)} s`);
for (const [what, most] of Object.entries(ALLOWANCE)) {
  const grown = taken[3][what] - taken[0][what];
  assert.ok(grown <= most, `the ${what} grew by ${grown.toFixed(1)} MiB`);
}
