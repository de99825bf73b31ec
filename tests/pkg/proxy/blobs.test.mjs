/** Blobs through the proxy: streamed within a budget, verified as they pass, and ended with the visitor. */

import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { createClient, digest, MultiarchError } from "multiarch";
import { serve } from "multiarch/node";
import { createProxy } from "multiarch/proxy";
import { createMemoryRegistry } from "multiarch/testing";

const REGISTRY = "registry.example";
const HERE = "http://127.0.0.1:8080";
const PART = 1 << 18;
const LONG = 24 * PART;
/** Six MiB in which no two parts are equal: what is lost or repeated on the way is noticed. */
const layer = Uint8Array.from({ length: LONG }, (_, index) => (index / PART + index) & 0xff);
const OF_LAYER = digest(layer);

const partsOf = (bytes) => Array.from({ length: bytes.length / PART }, (_, index) => bytes.subarray(index * PART, (index + 1) * PART));

/** A registry that answers every question with these parts, given as they are asked for. */
function sending(parts, headers = { "content-length": String(LONG) }) {
  const seen = { given: 0, asked: 0, cancelled: undefined };
  const gone = new Promise((resolve) => (seen.leave = resolve));
  const fetch = async () => {
    seen.asked += 1;
    const waiting = parts.values();
    const body = new ReadableStream({
      pull(controller) {
        const { done, value } = waiting.next();
        if (done) return controller.close();
        seen.given += 1;
        return controller.enqueue(value);
      },
      cancel: (reason) => seen.leave(reason ?? "cancelled"),
    }, { highWaterMark: 0 });
    return new Response(body, { headers });
  };
  return { fetch, seen, gone };
}

const pathOf = (of) => `/${REGISTRY}/v2/team/app/blobs/${of}`;

function proxyTo({ fetch }, options) {
  const proxy = createProxy({ registries: [REGISTRY], fetch, layerBudget: 1e9, ...options });
  return (path, init) => proxy(new Request(HERE + path, init));
}

/** Cached answers, by address. */
function memoryCache() {
  const kept = new Map();
  return { kept, match: async (url) => kept.get(url)?.clone(), put: async (url, response) => void kept.set(url, response) };
}

const refusedAs = async (response, status, code) => {
  const { errors: [error] } = await response.json();
  assert.deepEqual([response.status, error.code], [status, code]);
  return error.message;
};

suite("a layer is streamed", () => {
  test("as it is asked for, and no further", async () => {
    const registry = sending(partsOf(layer));
    const got = await proxyTo(registry)(pathOf(OF_LAYER));
    assert.deepEqual([got.status, got.headers.get("content-length"), got.headers.get("docker-content-digest")], [200, String(LONG), OF_LAYER]);
    assert.equal(registry.seen.given, 0, "nothing is read ahead");
    const reader = got.body.getReader();
    const { value } = await reader.read();
    assert.deepEqual(value, layer.subarray(0, PART));
    assert.equal(registry.seen.given, 2, "a part, and the one after it");
    const parts = [value];
    for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
    assert.equal(digest(new Uint8Array(Buffer.concat(parts))), OF_LAYER);
  });

  test("also where the registry does not state its length", async () => {
    for (const bytes of [layer, layer.subarray(0, 16 * PART), layer.subarray(0, PART)]) {
      const of = digest(bytes);
      const got = await proxyTo(sending(partsOf(bytes), {}))(pathOf(of));
      assert.equal(digest(new Uint8Array(await got.arrayBuffer())), of);
    }
  });

  test("for longer than a call may take", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const got = await proxyTo(sending(partsOf(layer)))(pathOf(OF_LAYER));
    const reader = got.body.getReader();
    let size = (await reader.read()).value.length;
    t.mock.timers.tick(3_600_000);
    for (let part = await reader.read(); !part.done; part = await reader.read()) size += part.value.length;
    assert.equal(size, LONG);
  });

  test("to a client of the package, which verifies once more", async (t) => {
    const registry = createMemoryRegistry();
    await registry.putBlob("team/app", layer);
    const server = await serve(createProxy({ registries: [REGISTRY], fetch: registry.fetch, layerBudget: LONG }));
    t.after(() => server.close());
    const client = createClient({ via: server.url });
    const stream = await client.blob(`${REGISTRY}/team/app`, OF_LAYER);
    assert.equal((await new Response(stream).arrayBuffer()).byteLength, LONG);
    assert.equal(await client.has(`${REGISTRY}/team/app`, OF_LAYER), true);
    assert.equal(await client.has(`${REGISTRY}/team/app`, digest("another")), false);
    assert.deepEqual(registry.requests.map(({ method }) => method), ["GET", "HEAD", "HEAD"], "asking whether it is there costs no transfer");
  });

  test("from the store of another host, to which the registry redirects", async () => {
    const registry = createMemoryRegistry({ quirks: ["redirectBlobs"] });
    await registry.putBlob("team/app", layer);
    const got = await proxyTo(registry)(pathOf(OF_LAYER));
    assert.equal(got.headers.get("location"), null);
    assert.equal(digest(new Uint8Array(await got.arrayBuffer())), OF_LAYER);
    assert.deepEqual(registry.requests.map(({ url }) => new URL(url).host), [REGISTRY, `storage.${REGISTRY}`]);
  });

  test("from no store in a private network that the list does not name", async () => {
    const asked = [];
    const fetch = async (url) => {
      asked.push(new URL(url).hostname);
      return new Response(null, { status: 307, headers: { location: "https://169.254.169.254/latest" } });
    };
    const got = await proxyTo({ fetch })(pathOf(OF_LAYER));
    assert.ok(got.status >= 400);
    assert.deepEqual(asked, [REGISTRY]);
  });

  test("whole, whatever part of it is asked for, because a part cannot be verified", async () => {
    const registry = createMemoryRegistry();
    await registry.putBlob("team/app", layer);
    const got = await proxyTo(registry)(pathOf(OF_LAYER), { headers: { range: "bytes=0-9" } });
    assert.deepEqual([got.status, got.headers.get("accept-ranges"), got.headers.get("content-range")], [200, "none", null]);
    assert.equal((await got.arrayBuffer()).byteLength, LONG);
    assert.equal(registry.requests[0].headers.range, undefined);
  });
});

suite("a blob that is not what its digest promises", () => {
  const other = layer.slice();
  other[LONG - 1] ^= 1;
  const LIES = {
    "in its last byte": [partsOf(other), { "content-length": String(LONG) }],
    "in its last byte, without a length": [partsOf(other), {}],
    "by its end": [partsOf(layer).slice(0, -1), { "content-length": String(LONG) }],
    "by what follows": [[...partsOf(layer), layer.subarray(0, 1)], { "content-length": String(LONG) }],
  };
  for (const [name, [parts, headers]] of Object.entries(LIES)) {
    test(`${name}: the answer breaks, its end is never given, and nothing is kept`, async (t) => {
      const cache = memoryCache();
      const registry = sending(parts, headers);
      const server = await serve(createProxy({ registries: [REGISTRY], fetch: registry.fetch, layerBudget: 1e9, cache }));
      t.after(() => server.close());
      const got = await fetch(server.url + pathOf(OF_LAYER));
      assert.equal(got.status, 200);
      let size = 0;
      await assert.rejects(async () => {
        for await (const part of got.body) size += part.length;
      });
      assert.ok(size < LONG, `${size} of ${LONG} bytes`);
      assert.equal(cache.kept.size, 0);
    });
  }

  test("a small one never begins", async () => {
    const small = digest(layer.subarray(0, PART));
    const cache = memoryCache();
    await refusedAs(await proxyTo(sending([other.subarray(LONG - PART)], {}), { cache })(pathOf(small)), 502, "DIGEST_MISMATCH");
    assert.equal(cache.kept.size, 0);
  });
});

suite("the budget", () => {
  test("refuses what states that it is larger before any of it is read, and lets go of the registry", async () => {
    const registry = sending(partsOf(layer));
    const message = await refusedAs(await proxyTo(registry, { layerBudget: LONG - 1 })(pathOf(OF_LAYER)), 413, "PROXY_LIMIT");
    assert.match(message, /larger than the 6\.29MB/);
    assert.equal(registry.seen.given, 0);
    await registry.gone;
  });

  test("ends what is larger than stated", async () => {
    const registry = sending(partsOf(layer), {});
    const got = await proxyTo(registry, { layerBudget: LONG - 1 })(pathOf(OF_LAYER));
    await assert.rejects(got.arrayBuffer());
    await registry.gone;
    const small = await proxyTo(sending(partsOf(layer), {}), { layerBudget: PART })(pathOf(OF_LAYER));
    await refusedAs(small, 413, "PROXY_LIMIT");
  });

  test("is the size of a config where none is named, and takes a whole number of bytes", async () => {
    await refusedAs(await proxyTo(sending(partsOf(layer)), { layerBudget: undefined })(pathOf(OF_LAYER)), 413, "PROXY_LIMIT");
    for (const layerBudget of [-1, 1.5, "1GB", null]) {
      assert.throws(() => proxyTo({}, { layerBudget }), (error) => error instanceof MultiarchError && error.code === "OPTION_INVALID");
    }
  });

  test("is reported to a client as the proxy's own refusal", async (t) => {
    const server = await serve(createProxy({ registries: [REGISTRY], fetch: sending(partsOf(layer)).fetch }));
    t.after(() => server.close());
    const { code, details } = await createClient({ via: server.url }).blob(`${REGISTRY}/team/app`, OF_LAYER).catch((error) => error);
    assert.deepEqual([code, details.registryCode], ["VIA_REFUSED", "PROXY_LIMIT"]);
  });
});

suite("a visitor who leaves", () => {
  test("in the middle of a layer ends the request to the registry", async (t) => {
    const registry = sending(partsOf(layer));
    const server = await serve(createProxy({ registries: [REGISTRY], fetch: registry.fetch, layerBudget: 1e9 }));
    t.after(() => server.close());
    const leaving = new AbortController();
    const got = await fetch(server.url + pathOf(OF_LAYER), { signal: leaving.signal });
    await got.body.getReader().read();
    leaving.abort();
    await registry.gone;
  });

  test("by letting go of the answer ends it, too", async () => {
    const registry = sending(partsOf(layer));
    const got = await proxyTo(registry)(pathOf(OF_LAYER));
    await got.body.cancel();
    await registry.gone;
  });
});

test("a cache keeps what was verified before the answer began, and nothing that is streamed", async () => {
  const registry = createMemoryRegistry();
  const small = await registry.putBlob("team/app", layer.subarray(0, PART));
  await registry.putBlob("team/app", layer);
  const cache = memoryCache();
  const ask = proxyTo(registry, { cache });
  for (const of of [small.digest, OF_LAYER]) await (await ask(pathOf(of))).arrayBuffer();
  await ask(pathOf(small.digest), { method: "HEAD" });
  assert.deepEqual([...cache.kept.keys()], [HERE + pathOf(small.digest)]);
});
