/** The registry proxy: what it answers, what it keeps, and what goes wrong. */

import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { createClient, MultiarchError } from "multiarch";
import { serve } from "multiarch/node";
import { createProxy } from "multiarch/proxy";
import { createMemoryRegistry } from "multiarch/testing";

import { artifact, entry, ociImage, ociIndex, pushAll } from "../../support/images.mjs";
import { HERE, NAME, REGISTRY, guarded, refused, registryBehindProxy } from "../../support/proxy-requests.mjs";

async function all(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

suite("what is answered", () => {
  test("a manifest by tag: its bytes, its type, not to be kept", async () => {
    const { ask, list } = await registryBehindProxy();
    const got = await ask(`/${NAME}/manifests/1.0`);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), list.bytes);
    assert.deepEqual(
      ["content-type", "content-length", "docker-content-digest", "cache-control"].map((name) =>
        got.headers.get(name),
      ),
      [list.mediaType, String(list.size), list.digest, "no-store"],
    );
    guarded(got);
  });

  test("a manifest by digest: to be kept for good, by this browser alone", async () => {
    const { ask, image } = await registryBehindProxy();
    const got = await ask(`/${NAME}/manifests/${image.digest}`);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), image.bytes);
    assert.equal(got.headers.get("cache-control"), "private, max-age=31536000, immutable");
  });

  test("HEAD costs the registry a HEAD and has no body", async () => {
    const { ask, registry, list } = await registryBehindProxy();
    const head = await ask(`/${NAME}/manifests/1.0`, { method: "HEAD" });
    assert.deepEqual([head.status, head.body], [200, null]);
    assert.deepEqual(
      [head.headers.get("docker-content-digest"), head.headers.get("content-length")],
      [list.digest, String(list.size)],
    );
    assert.deepEqual(
      registry.requests.map(({ method }) => method),
      ["HEAD"],
    );
    const missing = await ask(`/${NAME}/manifests/2.0`, { method: "HEAD" });
    assert.deepEqual([missing.status, missing.body], [404, null]);
  });

  test("a config: bytes that no browser runs", async () => {
    const {
      ask,
      registry,
      image: {
        blobs: [config],
      },
    } = await registryBehindProxy();
    const got = await ask(`/${NAME}/blobs/${config.digest}`);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), config.bytes);
    assert.equal(got.headers.get("content-type"), "application/octet-stream");
    assert.equal(got.headers.get("content-disposition"), "attachment");
    assert.equal(got.headers.get("docker-content-digest"), config.digest);
    guarded(got);
    const page = await registry.putBlob("team/app", "<!doctype html><script>alert(1)</script>");
    assert.equal(
      (await ask(`/${NAME}/blobs/${page.digest}`)).headers.get("content-type"),
      "application/octet-stream",
    );
  });

  test("a blob as large as a config may be, and no larger", async () => {
    const { ask, registry } = await registryBehindProxy();
    const most = await registry.putBlob("team/app", new Uint8Array(4 << 20));
    assert.equal((await (await ask(`/${NAME}/blobs/${most.digest}`)).arrayBuffer()).byteLength, 4 << 20);
    const more = await registry.putBlob("team/app", new Uint8Array((4 << 20) + 1));
    await refused(await ask(`/${NAME}/blobs/${more.digest}`), 413, "PROXY_LIMIT");
  });

  test("tags, in pages that lead on", async () => {
    const { ask, registry, list } = await registryBehindProxy({ registry: { quirks: ["oneTagPerPage"] } });
    for (const tag of ["1.1", "1.2", "1.3"]) await registry.putManifest("team/app", tag, list.bytes);
    const all = await ask(`/${NAME}/tags/list`);
    assert.deepEqual(await all.json(), { name: "team/app", tags: ["1.0", "1.1", "1.2", "1.3"] });
    assert.deepEqual([all.headers.get("link"), all.headers.get("cache-control")], [null, "no-store"]);
    const first = await ask(`/${NAME}/tags/list?n=3`);
    assert.deepEqual((await first.json()).tags, ["1.0", "1.1", "1.2"]);
    const [, next] = /^<(.+)>; rel="next"$/.exec(first.headers.get("link"));
    const second = await ask(new URL(next, `${HERE}/${NAME}/tags/list`));
    assert.deepEqual([(await second.json()).tags, second.headers.get("link")], [["1.3"], null]);
    await refused(await ask(`/${NAME}/tags/list?last=9.9`), 404, "PROXY_PAGE");
    const whole = await registryBehindProxy();
    for (const tag of ["1.1", "1.2", "1.3"]) await whole.registry.putManifest("team/app", tag, list.bytes);
    const two = await whole.ask(`/${NAME}/tags/list?n=2&last=1.0`);
    assert.deepEqual([(await two.json()).tags, two.headers.get("link")], [["1.1", "1.2"], '<?n=2&last=1.2>; rel="next"']);
  });

  test("a listing of many pages, in answers that ask for so many each, and each page once", async (t) => {
    const { proxy, ask, registry, list } = await registryBehindProxy({ registry: { quirks: ["oneTagPerPage"] } });
    for (let number = 0; number < 99; number++) await registry.putManifest("team/app", `t${String(number).padStart(2, "0")}`, list.bytes);
    registry.requests.length = 0;
    const first = await ask(`/${NAME}/tags/list`);
    assert.deepEqual([(await first.json()).tags.length, registry.requests.length], [40, 40]);
    const server = await serve(proxy);
    t.after(() => server.close());
    registry.requests.length = 0;
    const tags = [];
    for await (const tag of createClient({ via: server.url }).tags(`${REGISTRY}/team/app`)) tags.push(tag);
    assert.deepEqual(tags, registry.tags("team/app"));
    assert.deepEqual([tags.length, registry.requests.length], [100, 100]);
    registry.requests.length = 0;
    await refused(await ask(`/${NAME}/tags/list?last=t98`), 413, "PROXY_LIMIT");
    assert.equal(registry.requests.length, 40);
    const [near, none] = [await ask(`/${NAME}/tags/list?n=2&last=t00`), await ask(`/${NAME}/tags/list?n=0`)];
    assert.deepEqual([(await near.json()).tags, near.headers.get("link")], [["t01", "t02"], '<?n=2&page=5%3Bn%3D1%26last%3Dt02>; rel="next"']);
    assert.deepEqual([(await none.json()).tags, none.headers.get("link")], [[], null]);
  });

  test("below a path of its own", async () => {
    for (const path of ["/r", "r/", "/r/"]) {
      const { ask } = await registryBehindProxy({ path });
      assert.equal((await ask(`/r/${NAME}/manifests/1.0`)).status, 200);
      await refused(await ask(`/${NAME}/manifests/1.0`), 400, "PROXY_PATH");
    }
  });

  test("Docker Hub under its own name, spelled in full", async () => {
    const { proxy, registry } = await registryBehindProxy({ registries: ["docker.io"] });
    const image = ociImage();
    await registry.putManifest("library/alpine", "3", image.bytes);
    const ask = (path) => proxy(new Request(HERE + path));
    assert.equal(
      (await ask("/docker.io/v2/library/alpine/manifests/3")).headers.get("docker-content-digest"),
      image.digest,
    );
    assert.equal(new URL(registry.requests.at(-1).url).host, "registry-1.docker.io");
    await refused(await ask("/docker.io/v2/alpine/manifests/3"), 400, "PROXY_PATH");
  });

  test("a client that reads via the proxy", async (t) => {
    const { proxy, list, registry, image } = await registryBehindProxy({
      path: "/r/",
      registry: { quirks: ["oneTagPerPage"] },
    });
    await registry.putManifest("team/app", "1.1", list.bytes);
    const server = await serve(proxy);
    t.after(() => server.close());
    const client = createClient({ via: `${server.url}/r/` });
    assert.equal((await client.resolve(`${REGISTRY}/team/app:1.0`)).digest, list.digest);
    assert.equal(
      (await client.manifest(`${REGISTRY}/team/app:1.0`, { platform: "linux/amd64" })).digest,
      image.digest,
    );
    assert.equal(
      (await client.config(`${REGISTRY}/team/app:1.0`, { platform: "linux/arm64" })).platform.architecture,
      "arm64",
    );
    const tags = [];
    for await (const tag of client.tags(`${REGISTRY}/team/app`)) tags.push(tag);
    assert.deepEqual(tags, ["1.0", "1.1"]);
    await assert.rejects(client.resolve(`${REGISTRY}/team/app:2.0`), { code: "MANIFEST_UNKNOWN" });
    await assert.rejects(client.resolve("other.example/team/app:1.0"), { code: "VIA_REFUSED", status: 403 });
  });

  test("what refers to a manifest, as an index, also where the registry has no API for it", async (t) => {
    for (const quirks of [[], ["noReferrers"]]) {
      const { proxy, ask, registry, image } = await registryBehindProxy({ path: "/r/", registry: { quirks } });
      const note = artifact({ subject: image, annotations: { a: "b" } });
      await pushAll(registry.fetch, `http://${REGISTRY}`, "team/app", undefined, note);
      // Where there is no API, an index under a tag lists them.
      const listing = ociIndex(entry(note, { platform: null }));
      if (quirks.length > 0) await registry.putManifest("team/app", image.digest.replace(":", "-"), listing.bytes);
      const server = await serve(proxy);
      t.after(() => server.close());
      const found = [];
      for await (const one of createClient({ via: `${server.url}/r/` }).referrers(`${REGISTRY}/team/app@${image.digest}`)) found.push(one);
      assert.deepEqual(found.map(({ digest }) => digest), [note.digest]);
      const got = await ask(`/r/${NAME}/referrers/${note.digest}`);
      assert.deepEqual([got.headers.get("content-type"), got.headers.get("cache-control")], ["application/vnd.oci.image.index.v1+json", "no-store"]);
      assert.deepEqual((await got.json()).manifests, []);
    }
  });

  test("referrers of one type, and of many pages", async (t) => {
    const { proxy, registry, image } = await registryBehindProxy();
    const notes = Array.from({ length: 60 }, (_, at) => artifact({ subject: image, annotations: { at: String(at) } }));
    for (const note of notes) await pushAll(registry.fetch, `http://${REGISTRY}`, "team/app", undefined, note);
    const [{ artifactType }] = (await all(createClient({ fetch: registry.fetch }).referrers(`${REGISTRY}/team/app@${image.digest}`)));
    const listings = [];
    /** The registry's listing, one referrer a page. */
    async function paged(url, init) {
      const { pathname, searchParams } = new URL(url);
      if (!pathname.includes("/referrers/")) return registry.fetch(url, init);
      listings.push(searchParams.get("artifactType"));
      const { manifests, ...index } = await (await registry.fetch(url.split("?")[0], init)).json();
      const at = Number(searchParams.get("at") ?? 0);
      const headers = { "content-type": index.mediaType, ...(at + 1 < manifests.length && { link: `<?at=${at + 1}>; rel="next"` }) };
      return new Response(JSON.stringify({ ...index, manifests: [manifests[at]] }), { headers });
    }
    for (const [given, fetch] of [[proxy, registry.fetch], [createProxy({ registries: [REGISTRY], fetch: paged }), paged]]) {
      const server = await serve(given);
      t.after(() => server.close());
      for (const [wanted, count] of [[undefined, 60], [artifactType, 60], ["application/vnd.example.other", 0]]) {
        for (const client of [createClient({ fetch }), createClient({ via: server.url })]) {
          const found = await all(client.referrers(`${REGISTRY}/team/app@${image.digest}`, { artifactType: wanted }));
          assert.deepEqual([wanted, found.length, new Set(found.map(({ digest }) => digest)).size], [wanted, count, count]);
        }
      }
    }
    assert.ok(listings.includes(artifactType), "a registry that filters is asked for the type");
  });

  test("a page of a listing that a client follows via the proxy", async (t) => {
    const registry = createMemoryRegistry();
    const total = 5_001;
    for (let number = 0; number < total; number++)
      await registry.putManifest("many", `t${String(number).padStart(5, "0")}`, "{}");
    const server = await serve(createProxy({ registries: [REGISTRY], fetch: registry.fetch }));
    t.after(() => server.close());
    let count = 0;
    for await (const tag of createClient({ via: server.url }).tags(`${REGISTRY}/many`))
      count += tag.startsWith("t") ? 1 : 0;
    assert.equal(count, total);
  });
});

suite("what goes wrong", () => {
  test("each failure has its status and code", async () => {
    const cases = [
      [{ status: 404, body: { errors: [{ code: "MANIFEST_UNKNOWN" }] } }, 404, "MANIFEST_UNKNOWN"],
      [{ status: 404, body: { errors: [{ code: "NAME_UNKNOWN" }] } }, 404, "NAME_UNKNOWN"],
      [{ status: 401, body: { errors: [{ code: "UNAUTHORIZED" }] } }, 401, "UNAUTHORIZED"],
      [{ status: 403, body: { errors: [{ code: "DENIED" }] } }, 403, "DENIED"],
      [{ status: 429, body: { errors: [{ code: "TOOMANYREQUESTS" }] } }, 429, "TOOMANYREQUESTS"],
      [{ status: 500, body: {} }, 503, "REGISTRY_UNAVAILABLE"],
      [{ status: 418, body: {} }, 502, "REGISTRY_ERROR"],
      [{ body: "not JSON" }, 502, undefined],
      [{ body: "<html>", headers: { "content-type": "text/html" } }, 502, "NOT_A_REGISTRY"],
      ["reset", 502, "NETWORK"],
    ];
    for (const [fault, status, code] of cases) {
      const { ask } = await registryBehindProxy({ registry: { faults: [{ answer: fault }] } });
      const response = await ask(`/${NAME}/manifests/1.0`);
      const {
        errors: [error],
      } = await response.clone().json();
      await refused(response, status, code ?? error.code);
      assert.ok(error.detail.hint.length > 10, "the hint goes along");
      assert.equal(response.headers.get("www-authenticate"), null);
    }
  });

  test("a registry that says when to come back is heard", async () => {
    const { ask } = await registryBehindProxy({
      registry: { faults: [{ answer: { status: 429, headers: { "retry-after": "7" }, body: {} } }] },
    });
    assert.equal((await ask(`/${NAME}/manifests/1.0`)).headers.get("retry-after"), "7");
  });

  test("a page that goes away ends the request to the registry", async () => {
    const { ask, registry } = await registryBehindProxy({ registry: { faults: [{ answer: "stall" }] } });
    const controller = new AbortController();
    const waiting = ask(`/${NAME}/manifests/1.0`, { signal: controller.signal });
    while (registry.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort("gone");
    await refused(await waiting, 499, "ABORTED");
  });

  test("options that cannot be meant", () => {
    for (const options of [
      undefined,
      {},
      { registries: "docker.io" },
      { registries: [1] },
      { registries: [""] },
      { registries: [], origins: "x" },
    ]) {
      assert.throws(
        () => createProxy(options),
        (error) => error instanceof MultiarchError && error.code === "OPTION_INVALID",
      );
    }
  });
});

suite("a cache", () => {
  /** The part of the Cache standard that is used. */
  function memoryCache() {
    const kept = new Map();
    return {
      kept,
      match: async (url) => kept.get(url)?.clone(),
      put: async (url, response) => void kept.set(url, response),
    };
  }

  test("keeps what was asked for by digest, and only that", async () => {
    const cache = memoryCache();
    const { ask, registry, image } = await registryBehindProxy({ cache });
    const paths = [`/${NAME}/manifests/${image.digest}`, `/${NAME}/blobs/${image.blobs[0].digest}`];
    for (const path of [...paths, `/${NAME}/manifests/1.0`, `/${NAME}/tags/list`])
      assert.equal((await ask(path)).status, 200);
    assert.deepEqual(
      [...cache.kept.keys()],
      paths.map((path) => HERE + path),
    );
    for (const kept of cache.kept.values())
      assert.equal(kept.headers.get("cache-control"), "public, max-age=31536000, immutable");

    for (const kept of cache.kept.values()) kept.headers.set("content-security-policy", "script-src *");
    registry.requests.length = 0;
    for (const path of paths) {
      const again = await ask(path);
      assert.equal(again.status, 200);
      assert.equal(again.headers.get("cache-control"), "private, max-age=31536000, immutable");
      assert.ok((await again.arrayBuffer()).byteLength > 0);
      guarded(again);
    }
    assert.deepEqual(registry.requests, []);
  });

  test("keeps no failure and no HEAD", async () => {
    const cache = memoryCache();
    const { ask, image } = await registryBehindProxy({ cache });
    await ask(`/${NAME}/manifests/${image.digest}`, { method: "HEAD" });
    await ask(`/${NAME}/manifests/sha256:${"0".repeat(64)}`);
    assert.equal(cache.kept.size, 0);
  });
});

test("a registry's own words pass through once", async () => {
  const { fetch } = createMemoryRegistry();
  const proxy = createProxy({ registries: ["registry.example"], fetch });
  const answer = await proxy(new Request("http://127.0.0.1/registry.example/v2/demo/app/manifests/9"));
  const { errors } = await answer.json();
  assert.equal(errors[0].message, "there is no such repository");
});
