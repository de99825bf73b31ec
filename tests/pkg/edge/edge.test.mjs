/** The edge service: what it answers to each question, what it keeps, what it costs, and what hostile visitors get. */

import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { createEdge } from "multiarch/edge";
import { createMemoryRegistry } from "multiarch/testing";

import { badge } from "../../../pkg/edge/badge.js";
import { dockerImage, ociImage, ociIndex, pushAll, samples } from "../../support/images.mjs";

const REGISTRY = "registry.example";
const APP = `${REGISTRY}/team/app`;
const HERE = "https://edge.example";
const { attested } = samples();

/** A seeded registry, a service in front of it, and a function for one question. */
async function served({ registry: registryOptions, fetch, ...options } = {}) {
  const registry = createMemoryRegistry(registryOptions);
  const put = async ({ blobs, children, bytes, mediaType }, tag) => {
    for (const blob of blobs) await registry.putBlob("team/app", blob.bytes);
    for (const child of children) await put(child);
    await registry.putManifest("team/app", tag, bytes, { mediaType });
  };
  await put(attested, "1.0");
  await put(ociImage(), "single");
  await put(dockerImage({ architecture: "arm64", variant: "v8" }), "docker");
  registry.requests.length = 0;
  const errors = [];
  const edge = createEdge({
    registries: [REGISTRY], fetch: fetch?.(registry) ?? registry.fetch, onError: (error) => errors.push(error), ...options,
  });
  const ask = (path, init, ...context) => edge(new Request(new URL(path, HERE), init), ...context);
  const json = async (path, init) => {
    const response = await ask(path, init);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    assert.equal(response.headers.get("content-type"), "application/json");
    return JSON.parse(text);
  };
  return { registry, edge, ask, json, errors };
}

/** The part of the Cache standard that is used. */
function memoryCache() {
  const kept = new Map();
  return { kept, match: async (url) => kept.get(url)?.clone(), put: async (url, response) => void kept.set(url, response) };
}

async function refused(response, status, code) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const { code: found, message, hint, ...rest } = JSON.parse(text);
  assert.deepEqual([found, Object.keys(rest)], [code, []], text);
  assert.ok(message.length > 0 && typeof hint === "string" && !/\n\s+at /.test(text), text);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  guarded(response);
  return { message, hint, headers: response.headers };
}

function guarded({ headers }) {
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy"), /default-src 'none'.*sandbox/);
  assert.ok(headers.has("cross-origin-resource-policy"));
}

const [amd64, arm64] = attested.children.filter(({ bytes }) => !String(bytes).includes("in-toto"));

suite("questions", () => {
  test("resolve: a tag to its digest, and to that for a platform", async () => {
    const { json, registry } = await served();
    const whole = await json(`/resolve/${APP}:1.0`);
    assert.deepEqual([whole.digest, whole.pinned, whole.size], [attested.digest, `${APP}@${attested.digest}`, attested.bytes.length]);
    assert.deepEqual(registry.requests.map(({ method }) => method), ["HEAD"]);
    assert.deepEqual(await json(`/resolve/${APP}:1.0?platform=linux/arm64`), {
      reference: `${APP}:1.0`, digest: arm64.digest, pinned: `${APP}@${arm64.digest}`, mediaType: arm64.mediaType,
      size: arm64.bytes.length, platform: "linux/arm64",
    });
    assert.equal((await json(`/resolve/${APP}:docker?platform=linux/arm64`)).platform, "linux/arm64");
  });

  test("platforms: of an index with attestations, and of one image", async () => {
    const { json } = await served();
    const { platforms, kind, reference } = await json(`/platforms/${APP}:1.0`);
    assert.deepEqual([kind, reference], ["index", `${APP}:1.0`]);
    assert.deepEqual(platforms.map(({ platform, attestations }) => [platform, attestations]), [["linux/amd64", 1], ["linux/arm64", 1]]);
    assert.deepEqual((await json(`/platforms/${APP}:docker`)).platforms.map(({ platform }) => platform), ["linux/arm64/v8"]);
  });

  test("inspect: of an index its images, of an image its content and config", async () => {
    const { json } = await served();
    const { platforms } = await json(`/inspect/${APP}:1.0`);
    assert.deepEqual(platforms.map(({ platform, layers }) => [platform, layers]), [["linux/amd64", 1], ["linux/arm64", 1]]);
    const one = await json(`/inspect/${APP}:1.0?platform=linux/amd64`);
    assert.deepEqual([one.digest, one.layers, one.config.platform], [amd64.digest, 1, "linux/amd64"]);
    assert.equal(one.bytes, platforms[0].bytes);
  });

  test("diff: which platforms differ", async () => {
    const { json } = await served();
    const { same, platforms, fetchBytes, from, to } = await json(`/diff?from=${APP}:1.0&to=${APP}:single`);
    assert.deepEqual([same, fetchBytes, from.digest, to.digest], [false, 0, attested.digest, ociImage().digest]);
    assert.deepEqual(platforms.map(({ platform, change }) => [platform, change]), [["linux/amd64", "changed"], ["linux/arm64", "removed"]]);
    const [image] = platforms;
    assert.deepEqual([image.from, image.to, image.attestations], [amd64.digest, amd64.digest, true], "the same image without its attestation");
    assert.equal((await json(`/diff?from=${APP}:1.0&to=${encodeURIComponent(`${APP}@${attested.digest}`)}`)).same, true);
  });

  test("diff: what changed in an image, and by digests alone where the budget is small", async () => {
    const { registry, json } = await served({ budget: { subrequests: 4 } });
    const other = ociImage({ variant: "v2" });
    for (const { bytes } of other.blobs) await registry.putBlob("team/app", bytes);
    const index = ociIndex(other);
    await registry.putManifest("team/app", undefined, other.bytes);
    await registry.putManifest("team/app", "2.0", index.bytes, { mediaType: index.mediaType });
    const path = `/diff?from=${APP}:1.0&to=${APP}:2.0`;
    const small = await json(path);
    assert.deepEqual([small.partial, small.same, small.platforms.some(({ change }) => change === "removed")], [true, false, true]);
    const whole = createEdge({ registries: [REGISTRY], fetch: registry.fetch });
    const { partial, platforms } = await (await whole(new Request(`${HERE}${path}`))).json();
    assert.equal(partial, undefined);
    const changed = platforms.find(({ platform, change }) => platform.startsWith("linux/amd64") && change !== "removed");
    assert.ok(changed, JSON.stringify(platforms));
    await refused(await whole(new Request(`${HERE}${path}&platform=linux/s390x`)), 404, "PLATFORM_NOT_FOUND");
  });

  test("badge: platforms, size and digest, for eyes and ears", async () => {
    const { ask } = await served();
    for (const [query, label, shown] of [
      ["", "platforms", "linux/amd64, arm64"], ["?show=platforms", "platforms", "linux/amd64, arm64"],
      ["?show=size", "size", "2.46kB"], ["?show=digest", "digest", attested.digest.slice(0, 19)],
    ]) {
      const response = await ask(`/badge/${APP}:1.0.svg${query}`);
      const svg = await response.text();
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, "image/svg+xml"], svg);
      assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin");
      assert.ok(svg.includes(`>${label}</text>`) && svg.includes(`>${shown}</text>`), svg);
      assert.match(svg, /role="img" aria-labelledby="t d"><title id="t">[^<]+<\/title><desc id="d">[^<]+<\/desc>/);
      assert.match(svg, /prefers-color-scheme:dark/);
    }
  });

  test("by way of the proxy, below registry/", async () => {
    const { edge, ask } = await served({ origins: [HERE] });
    const got = await ask(`/registry/${REGISTRY}/v2/team/app/manifests/1.0`);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), attested.bytes);
    const foreign = await edge(new Request(`https://other.example/registry/${REGISTRY}/v2/team/app/manifests/1.0`));
    assert.equal(foreign.status, 403);
  });

  test("below a path, and to what holds no platform", async () => {
    const { json, ask } = await served({ path: "images" });
    assert.equal((await json(`/images/resolve/${APP}:1.0`)).digest, attested.digest);
    await refused(await ask(`/resolve/${APP}:1.0`), 404, "EDGE_PATH");
    await refused(await ask(`/images/resolve/${APP}:1.0?platform=linux/s390x`), 404, "PLATFORM_NOT_FOUND");
    await refused(await ask(`/images/resolve/${APP}:9`), 404, "MANIFEST_UNKNOWN");
  });
});

suite("conditions", () => {
  test("HEAD has the headers of GET, and If-None-Match no body again", async () => {
    const { ask } = await served();
    const got = await ask(`/resolve/${APP}:1.0`);
    const head = await ask(`/resolve/${APP}:1.0`, { method: "HEAD" });
    assert.deepEqual([head.status, head.body, head.headers.get("etag")], [200, null, got.headers.get("etag")]);
    const etag = got.headers.get("etag");
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await ask(`/resolve/${APP}:1.0`, { headers: { "if-none-match": given } });
      assert.deepEqual([again.status, again.body, again.headers.get("etag")], [304, null, etag]);
      assert.match(again.headers.get("cache-control"), /max-age=60/);
    }
    assert.equal((await ask(`/resolve/${APP}:1.0`, { headers: { "if-none-match": '"other"' } })).status, 200);
  });

  test("pages of listed origins may read, others not", async () => {
    const { ask } = await served({ origins: ["https://page.example"] });
    const of = (origin, init) => ask(`/resolve/${APP}:1.0`, { headers: { origin, "access-control-request-method": "GET" }, ...init });
    const open = await of("https://page.example");
    assert.deepEqual([open.headers.get("access-control-allow-origin"), open.headers.get("vary")], ["https://page.example", "Origin"]);
    assert.equal((await of("https://page.example", { method: "OPTIONS" })).status, 204);
    const shut = await of("https://other.example");
    assert.deepEqual([shut.headers.get("access-control-allow-origin"), shut.headers.get("vary")], [null, "Origin"]);
    await refused(await of("https://other.example", { method: "OPTIONS" }), 403, "EDGE_ORIGIN");
    assert.equal((await ask("/resolve/alpine", { method: "OPTIONS" })).headers.get("allow"), "GET, HEAD, OPTIONS");
    const all = await served({ origins: ["*"] });
    assert.equal((await all.ask(`/resolve/${APP}:1.0`, { headers: { origin: "https://a.example" } })).headers.get("access-control-allow-origin"), "*");
    const failed = await all.ask(`/resolve/${APP}:9`, { headers: { origin: "https://a.example" } });
    assert.deepEqual([failed.status, failed.headers.get("access-control-allow-origin")], [404, "*"]);
  });
});

suite("a cache", () => {
  test("keeps answers by digest for good and by tag for a while, under one spelling each", async () => {
    const cache = memoryCache();
    const { ask, registry } = await served({ cache });
    for (const path of [
      `/resolve/${APP}@${attested.digest}?platform=linux/amd64`, `/resolve/${APP}:1.0@${attested.digest}?platform=linux/x86_64`,
      `/resolve/${APP}:1.0`, `/resolve/${APP}:1.0`,
    ]) assert.equal((await ask(path)).status, 200);
    assert.equal(cache.kept.size, 2);
    assert.equal(registry.requests.length, 2);
    const [pinned, tagged] = cache.kept.values();
    assert.equal(pinned.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(tagged.headers.get("cache-control"), "public, max-age=660");
    const again = await ask(`/resolve/${APP}@${attested.digest}?platform=linux/amd64`);
    assert.equal(again.headers.get("cache-control"), "public, max-age=31536000, immutable");
    guarded(again);
  });

  test("gives what is old once more while it is asked for anew, once for all", async (t) => {
    const cache = memoryCache();
    const { ask, registry } = await served({ cache });
    await ask(`/resolve/${APP}:1.0`);
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 90_000 });
    await registry.putManifest("team/app", "1.0", ociImage().bytes);
    registry.requests.length = 0;
    const later = [];
    const context = { waitUntil: (work) => later.push(work) };
    const old = await Promise.all([1, 2, 3].map(() => ask(`/resolve/${APP}:1.0`, {}, {}, context)));
    for (const response of old) {
      assert.equal((await response.json()).digest, attested.digest);
      assert.match(response.headers.get("cache-control"), /^public, max-age=0, stale-while-revalidate=600$/);
      assert.equal(response.headers.get("age"), "90");
    }
    assert.equal(later.length, 1);
    await Promise.all(later);
    assert.equal(registry.requests.length, 1);
    assert.equal((await (await ask(`/resolve/${APP}:1.0`)).json()).digest, ociImage().digest);
    t.mock.timers.setTime(Date.now() + 700_000);
    registry.requests.length = 0;
    await ask(`/resolve/${APP}:1.0`);
    assert.equal(registry.requests.length, 1, "too old to be given at all");
  });

  test("is asked through a host that takes no work beyond an answer", async (t) => {
    const refusing = { waitUntil: () => { throw new TypeError("Illegal invocation"); } };
    for (const context of [refusing, { waitUntil: () => Promise.reject(new Error("too late")) }, { get waitUntil() { throw new Error("not here"); } }]) {
      const cache = memoryCache();
      const { ask, errors } = await served({ cache });
      t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
      for (const age of [0, 90_000]) {
        t.mock.timers.setTime(Date.now() + age);
        assert.equal((await ask(`/resolve/${APP}:1.0`, {}, {}, context)).status, 200);
      }
      t.mock.timers.reset();
      assert.deepEqual([cache.kept.size, errors], [1, []]);
    }
  });

  test("keeps no failure, nothing partial, and nothing that credentials opened", async () => {
    const cache = memoryCache();
    const auth = { type: "bearer", users: { ada: "secret" } };
    const { ask } = await served({ cache, registry: { auth }, credentials: () => ({ username: "ada", password: "secret" }) });
    const own = await ask(`/resolve/${APP}:1.0`);
    assert.deepEqual([own.status, own.headers.get("cache-control")], [200, "private, no-store"]);
    assert.equal((await ask(`/resolve/${APP}:9`)).status, 404);
    assert.equal(cache.kept.size, 0);
    const open = await served({ cache, credentials: () => undefined });
    await open.ask(`/resolve/${APP}:9`);
    assert.equal(cache.kept.size, 0);
    await open.ask(`/resolve/${APP}:1.0`);
    assert.equal(cache.kept.size, 1, "what everybody may read");
  });

  test("that fails or lies is as none", async () => {
    const lies = [
      { match: () => { throw new Error("broken"); }, put: async () => { throw new Error("broken"); } },
      { match: async () => { throw 1; }, put: () => { throw undefined; } },
      { match: async () => "text" }, {}, { match: async () => ({}), put: async () => {} },
      { match: async () => new Response("<script>", { headers: { "content-type": "text/html" } }), put: async () => {} },
      { match: async () => new Response("x", { headers: { "content-type": "application/json", etag: '"x"', "x-multiarch-kept-at": "1" } }), put: async () => {} },
      { match: async () => ({ status: 200, headers: new Headers(), text: async () => 5 }) },
    ];
    for (const cache of [...lies, false, null]) {
      const { json } = await served({ cache });
      assert.equal((await json(`/resolve/${APP}:1.0`)).digest, attested.digest);
    }
    const { caches } = globalThis;
    try {
      for (const broken of [{ get default() { throw new Error("not here"); } }, {}, { default: lies[0] }, null]) {
        Object.defineProperty(globalThis, "caches", { value: broken, configurable: true });
        const { json } = await served();
        assert.equal((await json(`/resolve/${APP}:1.0`)).digest, attested.digest);
      }
    } finally {
      Object.defineProperty(globalThis, "caches", { value: caches, configurable: true });
    }
  });
});

suite("a cache that takes for ever", () => {
  const never = new Promise(() => {});
  const stored = (start, pull) => new Response(new ReadableStream({ start, pull }), {
    headers: { "content-type": "application/json", etag: `"${"0".repeat(32)}"`, "x-multiarch-kept-at": String(Date.now()) },
  });
  for (const [what, cache] of Object.entries({
    "to find": { match: () => never, put: async () => {} },
    "to give what it found": { match: async () => stored(), put: async () => {} },
    "because what it gives has no end": { match: async () => stored(undefined, (to) => to.enqueue(new Uint8Array(1 << 20))), put: async () => {} },
    "to keep": { match: async () => undefined, put: () => never },
  })) {
    test(`${what} is as none`, { timeout: 20_000 }, async () => {
      const { json, ask, registry } = await served({ cache, origins: [HERE] });
      assert.equal((await json(`/resolve/${APP}:1.0`)).digest, attested.digest);
      const proxied = await ask(`/registry/${REGISTRY}/v2/team/app/manifests/${attested.digest}`);
      assert.deepEqual([proxied.status, (await proxied.arrayBuffer()).byteLength], [200, attested.bytes.length]);
      assert.equal(registry.requests.length, 2);
    });
  }
});

suite("a budget", () => {
  const many = ociIndex(...Array.from({ length: 30 }, (_, at) => ociImage({ architecture: `arch${at}` })));

  async function withMany(options) {
    const made = await served(options);
    await pushAll(made.registry.fetch, `https://${REGISTRY}`, "team/app", "many", many);
    made.registry.requests.length = 0;
    return made;
  }

  test("ends what does not fit, and says what is missing", async () => {
    const cache = memoryCache();
    const { json, registry } = await withMany({ budget: { subrequests: 10 }, cache });
    const { platforms, partial, leftOut } = await json(`/inspect/${APP}:many`);
    assert.deepEqual([platforms.length, partial, leftOut.length], [9, true, 21]);
    assert.equal(registry.requests.length, 10);
    assert.equal(cache.kept.size, 0);
    const whole = await withMany();
    const { platforms: all, partial: none } = await whole.json(`/inspect/${APP}:many`);
    assert.deepEqual([all.length, none], [30, undefined]);
  });

  test("that does for nothing is an error, and so is time that is over", async () => {
    const { ask } = await served({ budget: { subrequests: 1 } });
    const { headers } = await refused(await ask(`/inspect/${APP}:1.0?platform=linux/amd64`), 503, "EDGE_BUDGET");
    assert.equal(headers.get("retry-after"), "30");
    const slow = await served({ budget: { ms: 20 }, fetch: () => () => new Promise(() => {}) });
    await refused(await slow.ask(`/resolve/${APP}:1.0`), 504, "TIMEOUT");
  });

  test("holds for the proxy's listings, which lead on, and for its time", async () => {
    const { ask, registry } = await served({ budget: { subrequests: 2 }, origins: [HERE], registry: { quirks: ["oneTagPerPage"] } });
    const found = [];
    for (let path = `/registry/${REGISTRY}/v2/team/app/tags/list`, link; path; path = link && `${path.split("?")[0]}${link[1]}`) {
      registry.requests.length = 0;
      const response = await ask(path);
      const listed = await response.json();
      assert.equal(response.status, 200, JSON.stringify(listed));
      found.push(...listed.tags);
      assert.ok(registry.requests.length <= 2, path);
      link = /^<(.+)>; rel="next"$/.exec(response.headers.get("link"));
    }
    assert.deepEqual(found, ["1.0", "docker", "single"]);
    const slow = await served({ budget: { ms: 20 }, origins: [HERE], fetch: () => () => new Promise(() => {}) });
    assert.equal((await slow.ask(`/registry/${REGISTRY}/v2/team/app/manifests/1.0`)).status, 504);
  });

  test("a child that the registry lost leaves the rest", async () => {
    const { json, registry } = await served();
    const index = ociIndex(ociImage(), ociImage({ architecture: "riscv64" }));
    await registry.putManifest("team/app", undefined, ociImage().bytes);
    await registry.putManifest("team/app", "sparse", index.bytes, { mediaType: index.mediaType });
    const { platforms } = await json(`/inspect/${APP}:sparse`);
    assert.deepEqual(platforms.map(({ platform, problem }) => [platform, problem]), [["linux/amd64", undefined], ["linux/riscv64", "MANIFEST_UNKNOWN"]]);
  });
});

suite("a registry that limits", () => {
  test("is left alone by all visitors until its time is over", async () => {
    let asked = 0;
    const limiting = () => async () => {
      asked += 1;
      return new Response('{"errors":[{"code":"TOOMANYREQUESTS"}]}', { status: 429, headers: { "retry-after": "70", "content-type": "application/json" } });
    };
    const { ask } = await served({ fetch: limiting, origins: [HERE] });
    for (const path of [`/resolve/${APP}:1.0`, `/platforms/${APP}:2`]) {
      const { headers } = await refused(await ask(path), 429, "TOO_MANY_REQUESTS");
      assert.ok(Number(headers.get("retry-after")) > 60);
    }
    const proxied = await ask(`/registry/${REGISTRY}/v2/team/app/manifests/1`);
    assert.deepEqual([proxied.status, Number(proxied.headers.get("retry-after")) > 60], [429, true]);
    assert.equal(asked, 1);
  });
});

suite("hostile visitors", () => {
  test("get a status and a code each, and nothing is asked", async () => {
    const { ask, registry } = await served();
    const long = "x".repeat(1 << 20);
    for (const [path, status, code] of [
      ["/", 404, "EDGE_PATH"], ["/resolve", 400, "REFERENCE_INVALID"], ["/resolve/", 400, "REFERENCE_INVALID"], ["/nothing/alpine", 404, "EDGE_PATH"],
      ["/constructor/alpine", 404, "EDGE_PATH"], ["/__proto__/alpine", 404, "EDGE_PATH"],
      [`/resolve/${APP}?platform=${long}`, 414, "EDGE_LIMIT"], [`/${long}`, 414, "EDGE_LIMIT"], [`/resolve/${APP}?${long}=1`, 414, "EDGE_LIMIT"],
      [`/resolve/${APP}?platform=%00%1b[31m`, 400, "PLATFORM_INVALID"], [`/resolve/${APP}?platform=`, 400, "PLATFORM_INVALID"],
      [`/resolve/${APP}?platform=linux&platform=linux`, 400, "EDGE_PARAMETER"], [`/resolve/${APP}?plaform=linux/arm64`, 400, "EDGE_PARAMETER"],
      [`/resolve/${APP}?__proto__=1`, 400, "EDGE_PARAMETER"], [`/platforms/${APP}?platform=linux`, 400, "EDGE_PARAMETER"],
      ["/resolve/registry.example%2fteam%2fapp:1.0", 400, "REFERENCE_INVALID"], ["/resolve/a%00b", 400, "REFERENCE_INVALID"],
      ["/resolve/..%2f..%2fetc", 400, "REFERENCE_INVALID"], ["/resolve/../../etc/passwd", 404, "EDGE_PATH"], ["/resolve/a//b", 400, "REFERENCE_INVALID"],
      ["/resolve/<script>alert(1)</script>", 400, "REFERENCE_INVALID"], ["/resolve/https://registry.example/a", 400, "REFERENCE_INVALID"],
      ["/resolve/other.example/a/b", 403, "REGISTRY_REFUSED"], ["/resolve/alpine", 403, "REGISTRY_REFUSED"],
      ["/resolve/169.254.169.254/a/b", 403, "REGISTRY_REFUSED"], ["/platforms/localhost:5000/a", 403, "REGISTRY_REFUSED"],
      [`/badge/${APP}`, 404, "EDGE_PATH"], ["/diff", 400, "EDGE_PARAMETER"], ["/diff/a", 404, "EDGE_PATH"], ["/diff?from=a&to=", 400, "REFERENCE_INVALID"],
      [`/diff?from=${APP}:1&to=other.example/a/b`, 403, "REGISTRY_REFUSED"],
    ]) {
      const response = await ask(path);
      if (path.startsWith("/badge")) assert.equal(response.status, status);
      else assert.notEqual((await refused(response, status, code)).hint, "", `${path} comes with a hint`);
    }
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const { headers } = await refused(await ask(`/resolve/${APP}:1.0`, { method }), 405, "EDGE_METHOD");
      assert.equal(headers.get("allow"), "GET, HEAD, OPTIONS");
    }
    assert.deepEqual(registry.requests, []);
  });

  test("private networks are not asked for a function's sake either", async () => {
    const asked = [];
    const { ask } = await served({ registries: () => true, fetch: () => async (url) => (asked.push(url), new Response("{}", { status: 404 })) });
    for (const domain of ["localhost:5000", "127.0.0.1", "0x7f.1", "2130706433:80", "[::1]:80", "metadata.google.internal", "10.0.0.1", "x.local", "x.default.svc:80"]) {
      await refused(await ask(`/resolve/${domain}/a/b:1`), 403, "REGISTRY_REFUSED");
    }
    assert.deepEqual(asked, []);
  });

  test("text of a registry or a visitor in a badge is text", async () => {
    const { ask, registry } = await served();
    const evil = `"><script>alert(1)</script>&'\u0000\u001b[31m\u202e\u200b\ud800`;
    const index = Buffer.from(JSON.stringify({
      schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", annotations: { [evil]: evil },
      manifests: [{ ...index0(), platform: { os: evil, architecture: evil } }, { ...index0("b"), platform: { os: "linux", architecture: "x".repeat(100_000) } }],
    }));
    await registry.putManifest("team/app", "evil", index);
    const paths = [`/badge/${APP}:evil.svg`, `/badge/${APP}:none.svg`, "/badge/<b>&'.svg", `/badge/${APP}:1.0.svg?platform=%3Cb%3E&show=size`, `/badge/${APP}:1.0.svg?show=%3Cb%3E`];
    for (const path of paths) {
      const response = await ask(path);
      const svg = await response.text();
      assert.equal(response.headers.get("content-type"), "image/svg+xml", path);
      guarded(response);
      assert.ok(svg.length < 8_000, `${path}: ${svg.length}`);
      wellFormed(svg);
      assert.ok(!path.includes("platform=") || svg.includes("&quot;&lt;b&gt;&quot;"), svg);
    }
    for (const part of ["label", "value", "title", "description"]) {
      const svg = badge({ label: "a", value: "b", title: "c", description: "d", [part]: evil + "x".repeat(5_000) });
      wellFormed(svg);
      assert.ok(svg.includes("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;") && svg.length < 3_000, svg);
    }
    const json = await (await ask(`/inspect/${APP}:evil`)).text();
    assert.doesNotMatch(json, /[\u0000-\u0009\u001b]/);
  });

  test("an operator's fault is not shown to visitors", async () => {
    const secret = "hunter2-of-the-operator";
    const throwing = await served({ registry: { auth: { type: "basic", users: { ada: "x" } } }, credentials: () => { throw new Error(secret); } });
    const { message, headers } = await refused(await throwing.ask(`/resolve/${APP}:1.0`), 500, "INTERNAL");
    assert.ok(!message.includes(secret));
    assert.equal(headers.get("retry-after"), null);
    assert.deepEqual(throwing.errors.map((error) => error.message), [secret]);
    const deaf = await served({ registries: () => { throw new Error(secret); }, onError: () => { throw new Error("deaf"); } });
    await refused(await deaf.ask(`/resolve/${APP}:1.0`), 500, "INTERNAL");
    const edge = createEdge({ registries: ["https://wrong"], fetch: assert.fail });
    await refused(await edge(new Request(`${HERE}/resolve/alpine`)), 500, "INTERNAL");
    const unreadable = { get: () => { throw new Error(secret); } };
    for (const request of [undefined, {}, { url: "nonsense" }, { url: HERE }, { url: HERE, method: "GET", headers: unreadable }, { url: HERE, method: "OPTIONS", headers: unreadable }]) {
      const response = await edge(request);
      assert.ok([204, 404, 405, 500].includes(response.status), `${response.status}`);
      assert.ok(!(await response.text()).includes(secret));
    }
  });

  test("options that cannot be meant", () => {
    for (const options of [
      undefined, {}, { registries: "docker.io" }, { registries: [1] }, { registries: [], origins: "x" }, { registries: [], budget: 5 },
      { registries: [], budget: { subrequests: 0 } }, { registries: [], budget: { ms: -1 } }, { registries: [], privateAddresses: "no" },
      { registries: [], fetch: 1 }, { registries: [], policy: 5 },
    ]) {
      assert.throws(() => createEdge(options), { code: "OPTION_INVALID" }, JSON.stringify(options));
    }
  });
});

const index0 = (letter = "a") => ({ mediaType: "application/vnd.oci.image.manifest.v1+json", digest: `sha256:${letter.repeat(64)}`, size: 7 });

/** Reads an SVG as XML as far as badges use it. Throws for what is not well-formed, or an element that does not belong. */
function wellFormed(svg) {
  assert.doesNotMatch(svg, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\ufffe\uffff]/, svg);
  assert.ok(svg.isWellFormed());
  const open = [];
  for (const [, closing, name, rest, text] of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z-]+="[^"<&]*")*\s*\/?)>([^<]*)/g)) {
    assert.ok(["svg", "title", "desc", "style", "rect", "text"].includes(name), name);
    assert.match(text, /^(?:[^&]|&(?:amp|lt|gt|quot|#39);)*$/);
    if (closing) assert.equal(open.pop(), name);
    else if (!rest.endsWith("/")) open.push(name);
  }
  assert.deepEqual(open, []);
  assert.equal((svg.match(/</g) ?? []).length, [...svg.matchAll(/<\/?[a-zA-Z]+(?:\s+[a-zA-Z-]+="[^"<&]*")*\s*\/?>/g)].length, "every < begins a tag");
}
