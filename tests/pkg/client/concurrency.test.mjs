/** Many calls at once, and calls that end early: the core stays usable whatever a host does. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createClient, digest, parseReference } from "multiarch";
import { serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { indexOf } from "../../support/vectors.mjs";

// Timeouts alone do not keep a process alive.
const alive = setInterval(() => {}, 1000);
after(() => clearInterval(alive));

const REFERENCE = "registry.example/a/b:1";
const text = indexOf([{ os: "linux", architecture: "amd64" }]);

async function registryWith(options) {
  const registry = createMemoryRegistry(options);
  await registry.putManifest("a/b", "1", text);
  return registry;
}

async function all(iterable) {
  const found = [];
  for await (const one of iterable) found.push(one);
  return found;
}

const failure = (promise) => promise.then((value) => assert.fail(`succeeded: ${JSON.stringify(value)}`), (error) => error);

test("a hundred calls at once on one client all succeed", async () => {
  const registry = await registryWith({ auth: { type: "bearer", users: { ada: "secret" } } });
  let open = 0;
  let most = 0;
  const fetch = async (...request) => {
    most = Math.max(most, ++open);
    try {
      return await registry.fetch(...request);
    } finally {
      open -= 1;
    }
  };
  const credentials = () => ({ username: "ada", password: "secret" });
  const client = createClient({ fetch, credentials, concurrency: 10 });
  const calls = Array.from({ length: 100 }, (_, at) => [
    () => client.resolve(REFERENCE),
    () => client.manifest(REFERENCE),
    () => client.resolve(REFERENCE, { platform: "linux/amd64" }).catch(({ code }) => ({ digest: code })),
    async () => ({ digest: (await all(client.tags("registry.example/a/b"))).join() }),
  ][at % 4]());
  const found = (await Promise.all(calls)).map(({ digest: value }) => value);
  const child = JSON.parse(text).manifests[0].digest;
  assert.deepEqual(found, Array.from({ length: 100 }, (_, at) => [digest(text), digest(text), child, "1"][at % 4]));
  assert.ok(most > 1 && most <= 10, `${most} requests at once`);
});

test("abort ends a call wherever it is, and leaves the rest alone", async () => {
  const reasons = [undefined, "a string", new Error("an error"), 5, null, { toString: () => { throw new Error("no"); } }];
  for (const place of ["before", "fetch", "deaf fetch", "body", "credentials", "line"]) {
    for (const reason of reasons) {
      const registry = await registryWith(place === "credentials" ? { auth: { type: "basic", users: { a: "b" } } } : {});
      const controller = new AbortController();
      const abort = () => controller.abort(...(reason === undefined ? [] : [reason]));
      const soon = () => void setImmediate(abort);
      const never = () => new Promise(() => {});
      const fetches = {
        fetch: (url, { signal }) => new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          soon();
        }),
        "deaf fetch": () => (soon(), never()),
        body: async () => (soon(), new Response(new ReadableStream({ pull: never }), { headers: { "content-type": JSON.parse(text).mediaType } })),
        line: () => (soon(), never()),
      };
      const client = createClient({
        fetch: fetches[place] ?? registry.fetch,
        credentials: () => (soon(), never()),
        concurrency: 1,
      });
      if (place === "before") abort();
      const blocked = place === "line" ? failure(client.manifest(REFERENCE, { signal: AbortSignal.timeout(50) })) : undefined;
      const error = await failure(client.manifest(REFERENCE, { signal: controller.signal }));
      const what = `${place} ${typeof reason}`;
      assert.equal(error.code, "ABORTED", `${what}: ${error.message}`);
      if (reason === "a string") assert.match(error.message, /a string/);
      if (reason instanceof Error) assert.match(error.message, /an error/);
      if (blocked) assert.equal((await blocked).code, "TIMEOUT");
      assert.equal(parseReference("alpine").familiar, "alpine");
      assert.equal((await createClient({ fetch: (await registryWith()).fetch }).manifest(REFERENCE)).digest, digest(text));
    }
  }
});

test("the reason of an abort cannot write to a terminal", async () => {
  const controller = new AbortController();
  controller.abort("\u001b[2Jgone");
  const error = await failure(createClient({ fetch }).manifest(REFERENCE, { signal: controller.signal }));
  assert.equal(error.message, "the call was aborted: \\u{1b}[2Jgone");
});

test("a call that takes too long is a TIMEOUT, and may be tried again", async () => {
  const client = createClient({ fetch: () => new Promise(() => {}), timeoutMs: 20 });
  const error = await failure(client.manifest(REFERENCE));
  assert.equal(error.code, "TIMEOUT");
  assert.equal(error.retryable, true);
});

test("an abort in the middle of a blob ends its stream", async () => {
  const controller = new AbortController();
  const body = new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(10)) });
  const client = createClient({ fetch: async () => new Response(body) });
  const stream = await client.blob(REFERENCE, digest("x"), { signal: controller.signal });
  const reader = stream.getReader();
  await reader.read();
  controller.abort("enough");
  assert.equal((await failure(reader.read())).code, "ABORTED");
});

test("whatever a fetch function throws or returns is an error with a code", async () => {
  const throwing = [undefined, null, "text", 5, Symbol("s"), {}, new Error(""), new DOMException("d", "NetworkError")];
  await Promise.all(throwing.map(async (thrown) => {
    const error = await failure(createClient({ fetch: () => Promise.reject(thrown) }).manifest(REFERENCE));
    assert.equal(error.code, "NETWORK", String(thrown));
    const sync = await failure(createClient({ fetch: () => { throw thrown; } }).manifest(REFERENCE));
    assert.equal(sync.code, "NETWORK", String(thrown));
  }));
  const headers = { get: () => null };
  const answers = [
    undefined, null, "text", 5, {}, { status: 200 }, { status: "200", headers }, { status: 2000, headers }, { status: 200, headers: {} },
    { status: 200, headers, body: {} }, { status: 200, headers, body: "text" }, { status: 200, headers, arrayBuffer: () => "text" },
    { status: 200, headers, arrayBuffer: () => { throw new Error("no"); } },
    { status: 200, headers, body: { getReader: () => ({}) } },
    { status: 200, headers, body: { getReader: () => { throw new Error("locked"); } } },
    { status: 200, headers, body: { getReader: () => ({ read: async () => ({ done: false, value: "text" }) }) } },
    { status: 200, headers, body: { getReader: () => ({ read: async () => ({ done: false, value: 1e12 }) }) } },
    { status: 200, headers, body: { getReader: () => ({ read: async () => undefined }) } },
    { status: 200, headers: { get: () => { throw new Error("no"); } } },
    { status: 200, headers: { get: () => 5 } },
    new Proxy({}, { get(target, name) { if (name === "then") return undefined; throw new Error("no"); } }),
  ];
  await Promise.all(answers.map(async (answer, at) => {
    const error = await failure(createClient({ fetch: async () => answer }).manifest(REFERENCE));
    assert.match(String(error.code), /^(NETWORK|NOT_A_REGISTRY|RESPONSE_INVALID|JSON_INVALID)$/, `answer ${at}: ${error.code} ${error.message}`);
  }));
});

test("connection failures of this host have their own codes", async () => {
  const { port, close } = await serve(() => new Response());
  await close();
  const refused = await failure(createClient().manifest(`127.0.0.1:${port}/a/b:1`));
  assert.equal(refused.code, "CONNECTION_REFUSED", refused.message);
  assert.equal(refused.registry, `127.0.0.1:${port}`);
});
