/** Callers' functions that answer at once, for ever: timers must run all the same, so that limits are kept and signals heard. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient, digest, verifyStream } from "multiarch";

import { until } from "../../support/until.mjs";

const INDEX = "application/vnd.oci.image.index.v1+json";
const REPOSITORY = "registry.example/a/b";
const failure = (promise) => promise.then(() => assert.fail("it should have failed"), (error) => error);
const empty = () => new Uint8Array(0);
const endless = (chunk) => new ReadableStream({ pull: (controller) => controller.enqueue(chunk()) });
const answering = (chunk) => async () => new Response(endless(chunk), { headers: { "content-type": INDEX } });

/** A call's code, and how long it took. */
async function timed(promise) {
  const start = performance.now();
  const { code } = await failure(promise);
  return { code, ms: performance.now() - start };
}

function assertEnds({ code, ms }, expected) {
  assert.equal(code, expected);
  assert.ok(ms < 5_000, `it took ${ms} ms`);
}

test("a body of empty chunks is ended by the call's time limit, and by a signal", async () => {
  const client = createClient({ fetch: answering(empty), timeoutMs: 200 });
  assertEnds(await timed(client.manifest(`${REPOSITORY}:1`)), "TIMEOUT");
  assertEnds(await timed(client.config(`${REPOSITORY}:1`)), "TIMEOUT");
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  assertEnds(await timed(createClient({ fetch: answering(empty) }).manifest(`${REPOSITORY}:1`, { signal: controller.signal })), "ABORTED");
});

test("a body of empty chunks is silence", async () => {
  const client = createClient({ fetch: answering(empty), timeouts: { idleMs: 100 }, retry: { attempts: 1 } });
  assertEnds(await timed(client.manifest(`${REPOSITORY}:1`)), "TIMEOUT");
  const stream = await client.blob(REPOSITORY, digest("x"));
  assertEnds(await timed(stream.getReader().read()), "TIMEOUT");
});

test("an upload of empty chunks is ended by the call's time limit, and its stream is cancelled", async () => {
  let cancelled;
  const body = new ReadableStream({ pull: (controller) => controller.enqueue(empty()), cancel: (reason) => (cancelled = [reason]) });
  const client = createClient({ fetch: async () => new Response(null, { status: 404 }), timeoutMs: 200 });
  assertEnds(await timed(client.upload(REPOSITORY, body, { digest: digest("ab"), size: 2 })), "TIMEOUT");
  await until(() => cancelled, "the stream is cancelled");
});

test("a body that comes a byte at a time, at once and for ever, leaves room for timers", async () => {
  const client = createClient({ fetch: answering(() => new Uint8Array(1)), timeoutMs: 1_000 });
  const ticks = [];
  const ticking = setInterval(() => ticks.push(performance.now()), 10);
  const { code } = await failure(client.manifest(`${REPOSITORY}:1`));
  clearInterval(ticking);
  assert.equal(code, "TIMEOUT");
  assert.ok(ticks.length > 2, `${ticks.length} ticks`);
});

test("pages that come at once are ended by the call's signal", async () => {
  let page = 0;
  const fetch = async () => Response.json({ name: "a/b", tags: [`t${page}`] }, {
    headers: { link: `</v2/a/b/tags/list?last=t${page++}>; rel="next"` },
  });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  const read = async () => {
    for await (const tag of createClient({ fetch }).tags(REPOSITORY, { signal: controller.signal })) assert.ok(tag);
  };
  const { code } = await failure(read());
  assert.equal(code, "ABORTED");
  assert.ok(page < 1_000, `${page} pages`);
});

test("verifyStream leaves room for timers", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  const piped = endless(empty).pipeThrough(verifyStream({ digest: digest("x") })).pipeTo(new WritableStream(), { signal: controller.signal });
  assert.equal((await failure(piped)).name, "AbortError");
});

test("a time limit is kept also where memory is short and nothing else waits", async () => {
  const client = createClient({ fetch: () => new Promise(() => {}), timeoutMs: 300 });
  const calls = Promise.allSettled(Array.from({ length: 20 }, () => client.manifest(`${REPOSITORY}:1`, { signal: new AbortController().signal })));
  for (let at = 0; at < 20; at++) {
    globalThis.gc?.();
    void new Array(1e6).fill(at);
    await new Promise((resume) => setTimeout(resume, 5));
  }
  for (const { reason } of await calls) assert.equal(reason.code, "TIMEOUT");
});
