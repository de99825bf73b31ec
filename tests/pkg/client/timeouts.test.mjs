/** Time limits of one request, and which of them it was. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "multiarch";
import { nodeFetch } from "multiarch/node";

import { startServer } from "../../support/recording.mjs";

const failure = (promise) => promise.then((value) => assert.fail(`succeeded: ${JSON.stringify(value)}`), (error) => error);
const TYPE = "application/vnd.oci.image.index.v1+json";
const once = { attempts: 1 };

const EMPTY = JSON.stringify({ schemaVersion: 2, mediaType: TYPE, manifests: [] });
const answered = () => new Response(EMPTY, { headers: { "content-type": TYPE } });

/** Asks a server that behaves so, through `fetch`, with these limits. */
async function askOf(handler, options) {
  const server = await startServer(handler);
  try {
    return await failure(createClient({ retry: once, ...options }).manifest(`${new URL(server.url).host}/a/b:1`));
  } finally {
    await server.close();
  }
}

const ways = {
  "Node's own fetch": undefined,
  "this package's fetch": nodeFetch({ proxy: false }),
};

for (const [name, fetch] of Object.entries(ways)) {
  describe(name, () => {
    test("an answer that never begins", async () => {
      // Where connecting is no phase of its own, its time is added; where it is one, a busy machine may take long for it.
      const error = await askOf(() => {}, { fetch, timeouts: { connectMs: fetch ? 10_000 : 20, headersMs: 30 } });
      assert.equal(error.code, "TIMEOUT", error.message);
      assert.equal(error.details.phase, "headers");
      assert.match(error.message, /no answer from 127\.0\.0\.1:\d+ within/);
    });

    test("a body that stops", async () => {
      const handler = (_, response) => {
        response.writeHead(200, { "content-type": TYPE, "content-length": 1000 });
        response.write("{");
      };
      const error = await askOf(handler, { fetch, timeouts: { idleMs: 30 } });
      assert.equal(error.code, "TIMEOUT", error.message);
      assert.equal(error.details.phase, "body");
    });

    test("a body that trickles is no silence", async (t) => {
      const body = EMPTY;
      const server = await startServer(async (_, response) => {
        response.writeHead(200, { "content-type": TYPE, "content-length": body.length });
        for (const letter of body) {
          response.write(letter);
          await new Promise((resolve) => setTimeout(resolve, 12));
        }
      });
      t.after(() => server.close());
      // All of it takes longer than that, and no pause of a busy machine does.
      const client = createClient({ fetch, retry: once, timeouts: { idleMs: 1000 } });
      const started = performance.now();
      assert.equal((await client.manifest(`${new URL(server.url).host}/a/b:1`)).size, body.length);
      assert.ok(performance.now() - started > 1000);
    });

    test("that are infinite are none", async (t) => {
      const server = await startServer((_, response) => setTimeout(() => {
        response.writeHead(200, { "content-type": TYPE, "content-length": EMPTY.length }).write(EMPTY.slice(0, 5));
        setTimeout(() => response.end(EMPTY.slice(5)), 20);
      }, 20));
      t.after(() => server.close());
      const timeouts = { connectMs: Infinity, headersMs: Infinity, idleMs: Infinity };
      for (const options of [{ timeouts, timeoutMs: Infinity }, { timeouts: { headersMs: 2 ** 31 - 1 } }]) {
        const client = createClient({ fetch, retry: once, ...options });
        assert.equal((await client.manifest(`${new URL(server.url).host}/a/b:1`)).size, EMPTY.length);
      }
    });

    test("the whole call", async () => {
      const error = await askOf(() => {}, { fetch, timeoutMs: 40 });
      assert.equal(error.code, "TIMEOUT", error.message);
      assert.match(error.message, /longer than it was given/);
    });
  });
}

describe("a fetch function that is deaf to its signal", () => {
  test("is left behind, and reported", async () => {
    let heard;
    const fetch = (_, { signal }) => {
      heard = signal;
      return new Promise(() => {});
    };
    const client = createClient({ fetch, retry: once, timeouts: { connectMs: 10, headersMs: 10 } });
    const error = await failure(client.manifest("r.example/a:1"));
    assert.equal(error.details.phase, "headers");
    assert.equal(heard.aborted, true);
  });

  test("does not keep its place in the line", async () => {
    let asked = 0;
    const fetch = async () => {
      if (++asked <= 2) return new Promise(() => {});
      return answered();
    };
    const client = createClient({ fetch, concurrency: 1, retry: once, timeouts: { connectMs: 100, headersMs: 100 } });
    const found = await Promise.allSettled([1, 2, 3].map((tag) => client.manifest(`r.example/a:${tag}`)));
    assert.deepEqual(found.map(({ status }) => status), ["rejected", "rejected", "fulfilled"]);
  });
});

test("connecting has a limit of its own in this package's fetch", async () => {
  const lookup = () => {};
  const fetch = nodeFetch({ proxy: false, lookup });
  const client = createClient({ fetch, retry: once, timeouts: { connectMs: 30 } });
  const error = await failure(client.manifest("r.example/a:1"));
  assert.equal(error.code, "TIMEOUT", error.message);
  assert.equal(error.details.phase, "connect");
  assert.match(error.message, /no connection to r\.example/);
});

test("one signal for many calls, and no warning of too many listeners", async () => {
  const warnings = [];
  const hear = ({ name }) => warnings.push(name);
  process.on("warning", hear);
  const { signal } = new AbortController();
  const fetch = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answered();
  };
  const client = createClient({ fetch });
  await Promise.all(Array.from({ length: 50 }, () => client.manifest("r.example/a:1", { signal })));
  await new Promise(setImmediate);
  process.off("warning", hear);
  assert.deepEqual(warnings, []);
});
