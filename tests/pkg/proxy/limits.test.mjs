/** What a registry says of how many more manifests it gives, on its way to the page. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient } from "multiarch";
import { serve } from "multiarch/node";
import { createProxy } from "multiarch/proxy";
import { createMemoryRegistry } from "multiarch/testing";

import { ociImage } from "../../support/images.mjs";

const HERE = "http://127.0.0.1:8080";
const PATH = "/docker.io/v2/library/alpine/manifests";

/** Docker Hub, as it answers those without a login, whose figures a test sets. */
async function hub(figures = () => ({}), options) {
  const registry = createMemoryRegistry({ quirks: ["dockerHub"] });
  const image = ociImage();
  for (const { bytes } of image.blobs) await registry.putBlob("library/alpine", bytes);
  await registry.putManifest("library/alpine", "3", image.bytes);
  const fetch = async (url, init) => {
    const response = await registry.fetch(url, init);
    for (const [name, value] of Object.entries(figures())) value === null ? response.headers.delete(name) : response.headers.set(name, value);
    return response;
  };
  const proxy = createProxy({ registries: ["docker.io"], fetch, ...options });
  return { image, proxy, ask: (path, init) => proxy(new Request(HERE + path, init)) };
}

const figuresOf = ({ headers }) => [headers.get("ratelimit-limit"), headers.get("ratelimit-remaining")];

test("a manifest comes with the registry's figures, by tag, by digest and for HEAD", async () => {
  const { ask, image } = await hub();
  for (const [path, method] of [["3", "GET"], [image.digest, "GET"], ["3", "HEAD"]]) {
    const got = await ask(`${PATH}/${path}`, { method });
    assert.deepEqual(figuresOf(got), ["100;w=21600", "99;w=21600"], path);
    assert.equal(got.headers.get("docker-ratelimit-source"), null, "the operator's address is nobody's business");
  }
});

test("of the figures only numbers go on, and of other answers none", async () => {
  const cases = [
    ["100, 100;w=60", "100"],
    [" 63 ; w=21600 ; x=\"y\"", "63;w=21600"],
    ["0;w=60", "0;w=60"],
    ["<script>", null],
    ["-1;w=60", null],
    ["99999999999999999999", null],
    [null, null],
  ];
  for (const [value, expected] of cases) {
    const { ask } = await hub(() => ({ "ratelimit-limit": value, "ratelimit-remaining": value }));
    assert.deepEqual(figuresOf(await ask(`${PATH}/3`)), [expected, expected], String(value));
  }
  const { ask, image } = await hub(() => ({ "ratelimit-remaining": "63" }));
  for (const path of [`/docker.io/v2/library/alpine/blobs/${image.blobs[0].digest}`, "/docker.io/v2/library/alpine/tags/list"]) {
    assert.deepEqual(figuresOf(await ask(path)), [null, null], path);
  }
});

test("each visitor hears their own answer, however many ask at once", async () => {
  let left = 100;
  const { ask } = await hub(() => ({ "ratelimit-remaining": String((left -= 1)) }));
  await ask(`${PATH}/3`);
  const heard = await Promise.all(Array.from({ length: 40 }, async () => figuresOf(await ask(`${PATH}/3`))[1]));
  assert.equal(new Set(heard).size, 40);
});

test("a cache keeps manifests without the figures", async () => {
  const kept = new Map();
  const cache = { match: async (url) => kept.get(url)?.clone(), put: async (url, response) => void kept.set(url, response) };
  const { ask, image } = await hub(undefined, { cache });
  assert.deepEqual(figuresOf(await ask(`${PATH}/${image.digest}`)), ["100;w=21600", "99;w=21600"]);
  assert.deepEqual(figuresOf(await ask(`${PATH}/${image.digest}`)), [null, null]);
});

test("a client via the proxy reads them as those of the registry, and a page of another origin may, too", async (t) => {
  const origin = "https://pages.example";
  const { proxy } = await hub(undefined, { origins: [origin] });
  const server = await serve(proxy);
  t.after(() => server.close());
  const client = createClient({ via: server.url });
  assert.deepEqual(await client.rateLimit("alpine:3"), { limit: 100, remaining: 99, windowSeconds: 21_600 });
  const got = await fetch(`${server.url}${PATH}/3`, { headers: { origin } });
  assert.match(got.headers.get("access-control-expose-headers"), /RateLimit-Limit, RateLimit-Remaining/);
});
