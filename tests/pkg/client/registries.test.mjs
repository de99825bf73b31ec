/** Which registries a client asks at all, and private networks: refused before the first request, in every call. */

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { suite, test } from "node:test";

import { createClient } from "multiarch";
import { nodeFetch, serve } from "multiarch/node";
import { createMemoryRegistry } from "multiarch/testing";

import { ociImage } from "../../support/images.mjs";

const image = ociImage();
const failure = (promise) => promise.then(() => assert.fail("it succeeded"), (error) => error);

/** A client whose requests are counted; none of them gets an answer. */
function counted(options) {
  const asked = [];
  const fetch = async (url) => {
    asked.push(new URL(url).origin);
    return new Response("{}", { status: 404, headers: { "content-type": "application/json" } });
  };
  const credentials = (registry) => void asked.push(registry);
  return { client: createClient({ fetch, credentials, retry: { attempts: 1 }, ...options }), asked };
}

suite("a list", () => {
  test("refuses every call about another registry, before credentials are asked for", async () => {
    const { client, asked } = counted({ registries: ["ghcr.io"] });
    const other = "other.example/a/b";
    const all = async (iterable) => { for await (const _ of iterable) break; };
    const calls = {
      resolve: () => client.resolve(`${other}:1`),
      manifest: () => client.manifest(`${other}:1`, { platform: "linux/amd64" }),
      raw: () => client.raw(`${other}:1`),
      config: () => client.config(`${other}:1`),
      blob: () => client.blob(other, image.digest),
      login: () => client.login("other.example"),
      rateLimit: () => client.rateLimit(`${other}:1`),
      tags: () => all(client.tags(other)),
      find: () => all(client.find(image.digest, other)),
      referrers: () => all(client.referrers(`${other}@${image.digest}`)),
      push: () => client.push({ bytes: image.bytes }, `${other}:1`),
      upload: () => client.upload(other, new Uint8Array(4), { digest: image.digest, size: 4 }),
      mount: () => client.mount(image.digest, `${other}x`, other),
      delete: () => client.delete(`${other}:1`),
      "copy from": () => client.copy(`${other}:1`, "ghcr.io/a/b:1"),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await failure(call());
      assert.equal(error.code, "REGISTRY_REFUSED", `${name}: ${error.code} ${error.message}`);
      assert.equal(error.message, "other.example is none of the registries that may be asked");
      assert.match(error.hint, /`registries`/);
      assert.deepEqual([error.registry, error.retryable], ["other.example", false]);
    }
    assert.deepEqual(asked, []);
    // The target of a copy, after its source was read from where that is allowed.
    const { fetch, ...registry } = createMemoryRegistry();
    for (const { bytes } of image.blobs) await registry.putBlob("a/b", bytes);
    await registry.putManifest("a/b", "1", image.bytes);
    const copying = createClient({ fetch, registries: ["ghcr.io"] });
    assert.equal((await failure(copying.copy("ghcr.io/a/b:1", `${other}:1`))).code, "REGISTRY_REFUSED");
    assert.equal((await copying.resolve("ghcr.io/a/b:1")).digest, image.digest);
  });

  test("is of domains", async () => {
    for (const registries of [["https://ghcr.io"], ["ghcr.io/owner"], [""], ["*"], ["*."], ["a b"], ["ghcr"], ["*.*.example"]]) {
      const error = await failure(createClient({ registries, fetch: assert.fail }).resolve("ghcr.io/a/b"));
      assert.equal(error.code, "OPTION_INVALID", `${registries}: ${error.message}`);
    }
    for (const registries of ["ghcr.io", 5, [5], null, {}]) {
      assert.throws(() => createClient({ registries }), { code: "OPTION_INVALID" });
    }
    assert.throws(() => createClient({ privateAddresses: "no" }), { code: "OPTION_INVALID" });
  });
});

suite("a function", () => {
  test("decides for each call, about the domain in lower case, in the caller's context", async () => {
    const [heard, place] = [[], new AsyncLocalStorage()];
    const registries = (domain) => {
      heard.push([domain, place.getStore()]);
      return domain === "docker.io";
    };
    const { client, asked } = counted({ registries });
    assert.equal((await failure(place.run("one", () => client.resolve("alpine")))).code, "MANIFEST_UNKNOWN");
    assert.equal((await failure(place.run("two", () => client.resolve("GHCR.io/a/b")))).code, "REGISTRY_REFUSED");
    assert.deepEqual(heard, [["docker.io", "one"], ["ghcr.io", "two"]]);
    assert.deepEqual(asked, ["https://registry-1.docker.io"]);
    const later = counted({ registries: async () => false });
    assert.equal((await failure(later.client.resolve("alpine"))).code, "REGISTRY_REFUSED");
    assert.deepEqual(later.asked, []);
  });

  test("that throws or gives no clear answer allows no registry", async () => {
    const mine = new Error("mine");
    const throws = counted({ registries: () => { throw mine; } });
    assert.equal(await failure(throws.client.resolve("alpine")), mine);
    for (const answer of [undefined, 1, "yes", {}, [], null]) {
      const { client, asked } = counted({ registries: () => answer });
      assert.equal((await failure(client.resolve("alpine"))).code, "OPTION_INVALID");
      assert.deepEqual(asked, []);
    }
  });
});

suite("private networks", () => {
  const SPELLINGS = [
    "localhost", "localhost:5000", "a.localhost", "127.0.0.1:22", "127.1", "2130706433:80", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001:80",
    "0.0.0.0", "[::1]:80", "[::]:80", "[::ffff:7f00:1]", "169.254.169.254", "[::ffff:a9fe:a9fe]", "[fe80::1]", "10.1.2.3", "172.20.0.1",
    "192.168.0.1", "[fd00::1]", "metadata.google.internal", "registry.internal", "nas.local", "registry:5000", "LOCALHOST:5000",
  ];

  test("are asked by default, and nowhere with `privateAddresses: false`", async () => {
    for (const domain of SPELLINGS) {
      const open = counted({});
      await failure(open.client.resolve(`${domain}/a/b:1`));
      assert.notEqual(open.asked.length, 0, domain);
      for (const registries of [undefined, () => true, [domain]]) {
        const { client, asked } = counted({ privateAddresses: false, registries });
        const error = await failure(client.resolve(`${domain}/a/b:1`));
        assert.equal(error.code, "REGISTRY_REFUSED", `${domain}: ${error.message}`);
        assert.match(error.hint, /`privateAddresses`/);
        assert.deepEqual(asked, [], domain);
      }
    }
  });

  test("with a dot at the end are no domains at all", async () => {
    for (const domain of ["localhost.", "127.0.0.1.", "localhost.:80"]) {
      const { client, asked } = counted({ privateAddresses: false });
      assert.match((await failure(client.resolve(`${domain}/a/b:1`))).code, /^REFERENCE_INVALID$|^REGISTRY_REFUSED$/);
      assert.deepEqual(asked, []);
    }
  });

  test("are asked with \"listed\" where the list names them in full", async () => {
    const { client, asked } = counted({ privateAddresses: "listed", registries: ["localhost:5000", "*.internal"] });
    await failure(client.resolve("localhost:5000/a/b:1"));
    assert.deepEqual(asked.slice(0, 1), ["http://localhost:5000"]);
    assert.equal((await failure(client.resolve("registry.internal/a/b:1"))).code, "REGISTRY_REFUSED");
  });

  test("in Node are refused by the address, too", async () => {
    const server = await serve(() => assert.fail("it was asked"));
    const lookup = (_, { all }, done) => (all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4));
    const domain = `registry.example.com:${server.port}`;
    try {
      const fetch = nodeFetch({ lookup, proxy: false });
      for (const privateAddresses of [false, "listed"]) {
        const client = createClient({ fetch, privateAddresses, insecure: [domain], registries: [domain], retry: { attempts: 1 } });
        const error = await failure(client.resolve(`${domain}/a/b:1`));
        assert.equal(error.code, "REGISTRY_REFUSED", error.message);
        assert.match(error.hint, /`privateAddresses`/);
      }
    } finally {
      await server.close();
    }
  });

  test("that a name leads to are not asked over a connection that another client has open", async () => {
    const registry = createMemoryRegistry();
    await registry.putManifest("a/b", "1", image.bytes, { mediaType: image.mediaType });
    const server = await serve(registry.fetch);
    const lookup = (_, { all }, done) => (all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4));
    const domain = `registry.example.com:${server.port}`;
    try {
      const given = { fetch: nodeFetch({ lookup, proxy: false }), insecure: [domain], retry: { attempts: 1 } };
      assert.equal((await createClient(given).resolve(`${domain}/a/b:1`)).digest, image.digest);
      const guarded = createClient({ ...given, privateAddresses: false });
      assert.equal((await failure(guarded.resolve(`${domain}/a/b:1`))).code, "REGISTRY_REFUSED");
    } finally {
      await server.close();
    }
  });
});
