/** The client through the facade, against the registry in memory. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createManifests, digest, isMultiarchError } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { dockerImage, indexWithAttestations, ociImage, ociIndex } from "../../support/images.mjs";

const REPOSITORY = "registry.example/a/b";
const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64", variant: "v8" });
const index = indexWithAttestations(amd64, arm64);

/** A registry with an index as `1` and a Docker image as `single`. */
async function registryWith(options) {
  const registry = createMemoryRegistry(options);
  await put(registry, index, "1");
  await put(registry, dockerImage(), "single");
  return registry;
}

async function put(registry, image, reference) {
  for (const blob of image.blobs) await registry.putBlob("a/b", blob.bytes);
  for (const child of image.children) await put(registry, child);
  await registry.putManifest("a/b", reference, image.bytes, { mediaType: image.mediaType });
}

const code = (promise) => promise.then(() => undefined, (error) => error.code ?? error);
const sent = (registry) => registry.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);

test("resolve of a tag is one HEAD; with a platform, one GET of the index", async () => {
  const registry = await registryWith();
  const client = createClient({ fetch: registry.fetch });
  const found = await client.resolve(`${REPOSITORY}:1`);
  assert.deepEqual(found, {
    mediaType: index.mediaType,
    digest: index.digest,
    size: index.size,
    reference: `${REPOSITORY}:1@${index.digest}`,
  });
  assert.deepEqual(sent(registry), ["HEAD /v2/a/b/manifests/1"]);
  registry.requests.length = 0;
  const arm = await client.resolve(`${REPOSITORY}:1`, { platform: "linux/arm64" });
  assert.deepEqual(sent(registry), ["GET /v2/a/b/manifests/1"]);
  assert.equal(arm.digest, arm64.digest);
  assert.deepEqual(arm.selection.path, [1]);
  assert.equal(arm.selection.descriptor.digest, arm64.digest);
  assert.equal(arm.selection.candidates.length, 4);
});

test("the candidates are those of the root index, whatever else was read and whatever becomes of its bytes", async () => {
  const { mediaType, bytes } = ociIndex(amd64, arm64);
  const size = 4_000;
  const inner = bytes.toString().padEnd(size);
  const entry = { mediaType, digest: digest(inner), size, platform: { os: "linux", architecture: "arm64" } };
  // As long as the index that it lists: their digests are what differs.
  const root = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [entry] }).padEnd(size);
  const chunks = [];
  const fetch = async (url) => {
    chunks.push(Buffer.from(url.endsWith("/1") ? root : inner));
    const body = new ReadableStream({ start: (stream) => (stream.enqueue(chunks.at(-1)), stream.close()) });
    return new Response(body, { headers: { "content-type": mediaType } });
  };
  const { selection, ...found } = await createClient({ fetch }).resolve(`${REPOSITORY}:1`, { platform: "linux/arm64" });
  assert.deepEqual(chunks.map(({ length }) => length), [size, size]);
  for (const chunk of chunks) chunk.fill(0);
  assert.deepEqual([found.digest, selection.path, selection.descriptor], [arm64.digest, [0, 1], entry]);
  assert.deepEqual(selection.candidates.map(({ descriptor }) => descriptor), [entry]);
});

test("resolve of a single image states why it fits, as for an index", async () => {
  const registry = await registryWith();
  const client = createClient({ fetch: registry.fetch });
  const { descriptor } = (await client.resolve(`${REPOSITORY}:1`, { platform: "linux/arm64" })).selection;
  const reference = `${REPOSITORY}@${descriptor.digest}`;
  assert.equal((await client.resolve(reference)).selection, undefined);
  const { selection } = await client.resolve(reference, { platform: "linux/arm64", policy: "strict" });
  assert.deepEqual(
    [selection.index, selection.policy, selection.path, selection.descriptor.digest],
    [undefined, "strict", [], descriptor.digest],
  );
  assert.equal(selection.descriptor.platform.architecture, "arm64");
  assert.deepEqual(selection.candidates.map(({ index, rank }) => [index, rank]), [[0, 0]]);
  const error = await client.resolve(reference, { platform: "linux/s390x" }).catch((thrown) => thrown);
  assert.ok(isMultiarchError(error, "PLATFORM_NOT_FOUND") && isMultiarchError(error) && !isMultiarchError(error, "DENIED"));
  assert.ok(!isMultiarchError({ code: "PLATFORM_NOT_FOUND" }));
});

test("manifest, config and tags", async () => {
  const registry = await registryWith({ quirks: ["oneTagPerPage"] });
  const client = createClient({ fetch: registry.fetch });
  const root = await client.manifest(`${REPOSITORY}:1`);
  assert.deepEqual(Buffer.from(root.bytes), index.bytes);
  assert.equal(root.manifests.length, 4);
  const manifest = await client.manifest(`${REPOSITORY}:1`, { platform: { os: "linux", architecture: "arm64" } });
  assert.equal(manifest.digest, arm64.digest);
  const config = await client.config(`${REPOSITORY}:1`, { platform: "linux/arm64" });
  assert.equal(config.platform.architecture, "arm64");
  assert.equal(config.json.os, "linux");
  registry.requests.length = 0;
  const tags = [];
  for await (const tag of client.tags(REPOSITORY)) {
    tags.push(tag);
    assert.equal(registry.requests.length, tags.length, "a page is asked for when it is needed");
  }
  assert.deepEqual(tags, ["1", "single"]);
});

test("a blob is a stream that is verified while it is read", async () => {
  const registry = await registryWith({ quirks: ["redirectBlobs"] });
  const client = createClient({ fetch: registry.fetch });
  const [blob] = arm64.blobs;
  const stream = await client.blob(REPOSITORY, blob.digest);
  assert.deepEqual(Buffer.from(await new Response(stream).arrayBuffer()), Buffer.from(blob.bytes));
  registry.faults.push({ match: { method: "GET", path: /blobs|storage/ }, answer: { corrupt: 0 } });
  await assert.rejects(async () => {
    for await (const _ of await client.blob(REPOSITORY, blob.digest));
  }, { code: "DIGEST_MISMATCH" });
  registry.faults.length = 0;
  registry.faults.push({ match: { method: "GET" }, answer: { truncate: 3 } });
  await assert.rejects(async () => {
    for await (const _ of await client.blob(REPOSITORY, blob.digest));
  }, { code: "SIZE_MISMATCH" });
  registry.faults.length = 0;
  assert.equal(await code(client.blob(REPOSITORY, digest("absent"))), "BLOB_UNKNOWN");
});

test("a blob that is not read to its end lets go of the connection", async () => {
  let cancelled;
  const body = new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(10)), cancel: (why) => (cancelled = why) });
  const client = createClient({ fetch: async () => new Response(body) });
  const stream = await client.blob(REPOSITORY, digest("x"));
  const reader = stream.getReader();
  assert.equal((await reader.read()).value.length, 10);
  await reader.cancel("enough");
  assert.equal(cancelled, "enough");
});

test("inspect is docker's text", async () => {
  const registry = await registryWith();
  const manifests = createManifests({ client: createClient({ fetch: registry.fetch }) });
  const text = await manifests.inspect(`${REPOSITORY}:1`);
  assert.ok(text.startsWith('{\n   "schemaVersion": 2,\n') && text.endsWith("}\n"), text);
  assert.equal(registry.requests.length, 1);
  const verbose = JSON.parse(await manifests.inspect(`${REPOSITORY}:1`, { verbose: true }));
  assert.equal(verbose.length, 4);
  for (const options of [undefined, {}, { client: {} }, { client: null }]) {
    assert.throws(() => createManifests(options), { code: "OPTION_INVALID" });
  }
});

test("a cold token costs three requests; credentials are asked for with their context", async () => {
  const registry = await registryWith({ auth: { type: "bearer", users: { ada: "secret" } } });
  const asked = [];
  const credentials = async (domain, context) => {
    asked.push([domain, context]);
    return { username: "ada", password: "secret" };
  };
  const client = createClient({ fetch: registry.fetch, credentials });
  await client.manifest(`${REPOSITORY}:1`);
  assert.equal(registry.requests.length, 3);
  assert.deepEqual(asked, [["registry.example", { repository: "a/b", actions: ["pull"] }]]);
  await client.manifest(`${REPOSITORY}:single`);
  assert.equal(registry.requests.length, 4);
  assert.equal(await code(createClient({ fetch: registry.fetch }).manifest(`${REPOSITORY}:1`)), "UNAUTHORIZED");
});

test("what a caller's own function throws comes out as it is", async () => {
  const registry = await registryWith({ auth: { type: "basic", users: { ada: "secret" } } });
  for (const thrown of [new TypeError("helper is broken"), "a text", undefined, { odd: true }]) {
    const rejecting = { fetch: registry.fetch, credentials: () => Promise.reject(thrown) };
    assert.deepEqual(await createClient(rejecting).manifest(`${REPOSITORY}:1`).then(() => "fine", (error) => [error]), [thrown]);
    const throwing = { fetch: registry.fetch, onEvent: () => { throw thrown; } };
    assert.deepEqual(await createClient(throwing).manifest(`${REPOSITORY}:1`).then(() => "fine", (error) => [error]), [thrown]);
  }
  const wrong = { fetch: registry.fetch, credentials: () => ({ username: 5 }) };
  assert.equal(await code(createClient(wrong).manifest(`${REPOSITORY}:1`)), "OPTION_INVALID");
});

test("events tell of every request, without the values of a query", async () => {
  const registry = await registryWith({ auth: { type: "bearer", anonymous: ["pull"] } });
  const events = [];
  const client = createClient({ fetch: registry.fetch, onEvent: (event) => events.push(event) });
  await client.resolve(`${REPOSITORY}:1`);
  assert.deepEqual(
    events.map(({ type, method, status }) => [type, method, status]),
    [
      ["request", "HEAD", undefined], ["response", "HEAD", 401],
      ["request", "GET", undefined], ["response", "GET", 200],
      ["request", "HEAD", undefined], ["response", "HEAD", 200],
    ],
  );
  const token = events.find(({ method }) => method === "GET");
  assert.match(token.url, /\/token\?/);
  assert.doesNotMatch(token.url, /pull|a\/b|a%2Fb/);
  assert.ok(events.filter(({ type }) => type === "response").every(({ ms }) => ms >= 0));
});

test("events show no part of a query that has no name", async () => {
  const urls = [];
  const fetch = async (url) =>
    new URL(url).host === "registry.example"
      ? new Response(null, { status: 307, headers: { location: "https://cdn.example/x?c2lnbmF0dXJl&a=b=c&&d" } })
      : new Response(index.bytes, { headers: { "content-type": index.mediaType } });
  await createClient({ fetch, onEvent: ({ url }) => urls.push(url) }).manifest(`${REPOSITORY}:1`);
  assert.equal(urls.at(-1), "https://cdn.example/x?…&a=…&…&…");
});

test("an answer that a listener does not want to hear of is let go", async () => {
  let cancelled = 0;
  const fetch = async () => new Response(new ReadableStream({ cancel: () => void (cancelled += 1) }));
  const onEvent = ({ type }) => {
    if (type === "response") throw new TypeError("not this one");
  };
  await assert.rejects(createClient({ fetch, onEvent }).manifest(`${REPOSITORY}:1`), { message: "not this one" });
  assert.equal(cancelled, 1);
});

test("fetch is called detached, with a plain init, and answers are read by their properties", async () => {
  const calls = [];
  function odd(url, init) {
    "use strict";
    calls.push({ self: this, url, init });
    const headers = { get: (name) => ({ "content-type": index.mediaType })[name.toLowerCase()] ?? null };
    return { status: 200, headers, arrayBuffer: async () => Uint8Array.from(index.bytes).buffer };
  }
  const client = createClient({ fetch: odd, userAgent: "tests/1" });
  assert.equal((await client.manifest(`${REPOSITORY}:1`)).digest, index.digest);
  const [{ self, url, init }] = calls;
  assert.equal(self, undefined);
  assert.equal(url, "https://registry.example/v2/a/b/manifests/1");
  assert.equal(init.redirect, "manual");
  assert.equal(Object.getPrototypeOf(init.headers), Object.prototype);
  assert.equal(init.headers["user-agent"], "tests/1");
  assert.ok(init.signal instanceof AbortSignal && !init.signal.aborted && !("body" in init));
});

test("a browser's opaque redirect is followed by the browser", async () => {
  const modes = [];
  const fetch = async (url, { redirect }) => {
    modes.push(redirect);
    if (redirect === "manual") return { status: 0, type: "opaqueredirect", headers: new Headers(), body: null };
    return new Response(index.bytes, { headers: { "content-type": index.mediaType } });
  };
  assert.equal((await createClient({ fetch }).manifest(`${REPOSITORY}:1`)).digest, index.digest);
  assert.deepEqual(modes, ["manual", "follow"]);
  const elsewhere = async (url, { redirect }) =>
    redirect === "manual"
      ? { status: 0, type: "opaqueredirect", headers: new Headers(), body: null }
      : { status: 401, url: "https://elsewhere.example/x", headers: new Headers({ "www-authenticate": "Basic" }), body: null };
  assert.equal(await code(createClient({ fetch: elsewhere }).manifest(`${REPOSITORY}:1`)), "REDIRECT_REFUSED");
});

test("options that cannot be meant are refused", async () => {
  for (const options of [5, null, { fetch: 5 }, { credentials: {} }, { via: "/r/" }, { timeoutMs: 0 }, { concurrency: -1 }, { userAgent: 5 },
    { timeoutMs: 3e9 }, { timeouts: { headersMs: 2 ** 31 } }, { timeouts: { idleMs: NaN } }, { retry: { maxDelayMs: 3e9 } },
    { insecure: 5 }, { insecure: [5] }, { trustedRealms: "a" }]) {
    assert.throws(() => createClient(options), { code: "OPTION_INVALID" }, JSON.stringify(options));
  }
  const client = createClient({ fetch: () => assert.fail("nothing to ask") });
  assert.equal(await code(client.resolve(REPOSITORY, { signal: {} })), "OPTION_INVALID");
  assert.equal(await code(client.resolve(REPOSITORY, { platform: "a b" })), "PLATFORM_INVALID");
  assert.equal(await code(client.resolve(REPOSITORY, { policy: "best" })), "OPTION_INVALID");
  assert.equal(await code(client.resolve("UPPER")), "REFERENCE_INVALID");
  assert.equal(await code(client.blob(REPOSITORY, "sha256:x")), "DIGEST_INVALID");
});

test("via sends everything through one place, and no credentials", async () => {
  const urls = [];
  const fetch = async (url, { headers }) => {
    urls.push(url);
    assert.ok(!("authorization" in headers));
    return new Response(index.bytes, { headers: { "content-type": index.mediaType } });
  };
  const credentials = () => assert.fail("asked for credentials");
  await createClient({ fetch, credentials, via: new URL("https://proxy.example/r/") }).manifest(`${REPOSITORY}:1`);
  assert.deepEqual(urls, ["https://proxy.example/r/registry.example/v2/a/b/manifests/1"]);
});
