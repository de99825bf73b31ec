/** The registry proxy: what it answers, whom it answers, and what never gets through it. */

import assert from "node:assert/strict";
import { connect } from "node:net";
import { suite, test } from "node:test";

import { createClient, MultiarchError } from "multiarch";
import { serve } from "multiarch/node";
import { createProxy } from "multiarch/proxy";
import { createMemoryRegistry } from "multiarch/testing";

import { artifact, dockerImage, dockerList, entry, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const REGISTRY = "registry.example";
const NAME = `${REGISTRY}/v2/team/app`;
const HERE = "http://127.0.0.1:8080";
const SECRET = "s3cret-of-the-operator";

/** A seeded registry, a proxy in front of it, and a function for one GET. */
async function registryBehindProxy({ registry: registryOptions, ...proxyOptions } = {}) {
  const registry = createMemoryRegistry(registryOptions);
  const image = dockerImage();
  const list = dockerList(image, dockerImage({ architecture: "arm64" }));
  for (const child of list.children) {
    for (const { bytes } of child.blobs) await registry.putBlob("team/app", bytes);
    await registry.putManifest("team/app", undefined, child.bytes);
  }
  await registry.putManifest("team/app", "1.0", list.bytes);
  const proxy = createProxy({ registries: [REGISTRY], fetch: registry.fetch, ...proxyOptions });
  const ask = (path, init) => proxy(new Request(new URL(path, HERE), init));
  return { registry, proxy, ask, image, list };
}

async function refused(response, status, code) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const { errors } = JSON.parse(text);
  assert.equal(errors.length, 1);
  assert.equal(errors[0].code, code);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  guarded(response);
  return { ...errors[0], headers: response.headers };
}

/** What stands on every answer. */
function guarded({ headers }) {
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy"), /default-src 'none'.*sandbox/);
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("vary"), "Origin");
  assert.ok(headers.has("cross-origin-resource-policy"));
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

suite("whom it answers", () => {
  const path = `/${NAME}/manifests/1.0`;

  test("loopback, in every spelling, and no other name that leads here", async () => {
    const { proxy } = await registryBehindProxy();
    const status = async (host) => (await proxy(new Request(`http://${host}${path}`))).status;
    for (const host of [
      "127.0.0.1:8080",
      "localhost:8080",
      "[::1]:8080",
      "127.9.9.9",
      "0x7f.1",
      "2130706433",
    ])
      assert.equal(await status(host), 200, host);
    for (const host of [
      "attacker.example",
      "127.0.0.1.attacker.example",
      "localhost.attacker.example",
      "192.168.0.1",
      "0.0.0.0",
      "[::2]",
      "localhost.",
      "10.0.0.1",
      "[::ffff:10.0.0.1]",
    ]) {
      assert.equal(await status(host), 403, host);
    }
  });

  test("a name that origins lists", async () => {
    const { proxy } = await registryBehindProxy({ origins: ["https://inspector.example"] });
    assert.equal((await proxy(new Request(`https://inspector.example${path}`))).status, 200);
    for (const origin of [
      "http://inspector.example",
      "https://inspector.example:8443",
      "https://other.inspector.example",
    ]) {
      await refused(await proxy(new Request(origin + path)), 403, "PROXY_ORIGIN");
    }
  });

  test("pages of its own origin only", async () => {
    const { ask, registry } = await registryBehindProxy();
    for (const headers of [
      {},
      { "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "none" },
      { origin: HERE },
      { origin: HERE, "sec-fetch-site": "same-origin" },
    ]) {
      assert.equal((await ask(path, { headers })).status, 200, JSON.stringify(headers));
    }
    registry.requests.length = 0;
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "SAME-ORIGIN " + "x" },
      { origin: "http://127.0.0.1:9090" },
      { origin: "https://127.0.0.1:8080" },
      { origin: "http://localhost:8080" },
      { origin: "null" },
      { origin: "https://attacker.example" },
      { origin: HERE, "sec-fetch-site": "cross-site" },
    ]) {
      const response = await ask(path, { headers });
      assert.equal(response.headers.get("access-control-allow-origin"), null);
      await refused(response, 403, "PROXY_ORIGIN");
    }
    assert.deepEqual(registry.requests, []);
  });

  test("pages of a listed origin may read, without credentials", async () => {
    const origin = "https://pages.example";
    const { ask } = await registryBehindProxy({ origins: [origin] });
    const asked = {
      headers: { origin, "sec-fetch-site": "cross-site", accept: "application/vnd.oci.image.index.v1+json" },
    };
    const got = await ask(path, asked);
    assert.equal(got.status, 200);
    assert.equal(got.headers.get("access-control-allow-origin"), origin);
    assert.equal(got.headers.get("access-control-allow-credentials"), null);
    assert.match(got.headers.get("access-control-expose-headers"), /Docker-Content-Digest/);
    assert.equal(
      (await ask(`/${NAME}/manifests/none`, asked)).headers.get("access-control-allow-origin"),
      origin,
    );
    const first = await ask(path, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET", "access-control-request-headers": "accept" },
    });
    assert.deepEqual(
      [
        first.status,
        first.headers.get("access-control-allow-methods"),
        first.headers.get("access-control-allow-headers"),
      ],
      [204, "GET, HEAD", "Accept"],
    );
    await refused(
      await ask(path, {
        method: "OPTIONS",
        headers: { origin: "https://other.example", "access-control-request-method": "GET" },
      }),
      403,
      "PROXY_ORIGIN",
    );
  });
});

suite("what never gets through", () => {
  test("anything but GET and HEAD", async () => {
    const { ask, registry } = await registryBehindProxy();
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
      const body = method === "OPTIONS" ? undefined : "body";
      const { headers } = await refused(
        await ask(`/${NAME}/manifests/1.0`, { method, body }),
        405,
        "PROXY_METHOD",
      );
      assert.equal(headers.get("allow"), "GET, HEAD");
    }
    assert.deepEqual(registry.requests, []);
  });

  test("megabytes of a document's own words", async () => {
    const type = "application/vnd.oci.image.index.v1+json";
    const entry = { mediaType: "a/b", size: 1, digest: "\x7f".repeat(7e6) };
    const document = JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [entry] });
    const stated = JSON.stringify({ errors: [{ code: "DENIED", message: "\x7f".repeat(60_000), detail: null }] });
    const answers = [
      () => new Response(document, { headers: { "content-type": type } }),
      () => new Response(stated, { status: 403, headers: { "content-type": "application/json" } }),
      () => new Response("{}", { headers: { "content-type": `${"a".repeat(8e6)}/json` } }),
    ];
    for (const fetch of answers) {
      const { ask } = await registryBehindProxy({ fetch: async () => fetch() });
      const response = await ask(`/${NAME}/manifests/1.0`);
      assert.ok([...response.headers].join().length < 2_000);
      if (response.status === 200) continue;
      assert.ok((await response.text()).length < 30_000);
    }
  });

  test("the body of a request that is refused", { timeout: 20_000 }, async () => {
    const { url, close } = await serve(createProxy({ registries: ["registry.example"], fetch: assert.fail }));
    const { port, host } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    const ended = new Promise((resolve) => socket.on("close", resolve));
    let answer = "";
    let sent = 0;
    socket.on("data", (data) => (answer += data));
    socket.write(`POST /registry.example/v2/a/manifests/1 HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000000000\r\n\r\n`);
    const pouring = setInterval(() => {
      while (!socket.destroyed && sent < 200 << 20 && socket.write(new Uint8Array(1 << 20))) sent += 1 << 20;
      sent += 1 << 20;
    }, 5);
    await ended;
    clearInterval(pouring);
    await close();
    assert.match(answer, /^HTTP\/1\.1 405 /);
    assert.ok(sent < 32 << 20, `${sent} bytes went out`);
  });

  test("registries that are not listed, however they are spelled", async () => {
    const { ask, registry } = await registryBehindProxy();
    for (const name of [
      "other.example",
      "registry.example:443",
      "registry.example.",
      "REGISTRY.example",
      "registry.example@evil.example",
      "169.254.169.254",
      "localhost:5000",
      "sub.registry.example",
      "v2",
      "[::1]",
      "user:password@registry.example",
    ]) {
      const response = await ask(`/${name}/v2/team/app/manifests/1.0`);
      assert.ok([400, 403].includes(response.status), `${name}: ${response.status}`);
    }
    await refused(await ask("/other.example/v2/team/app/manifests/1.0"), 403, "PROXY_TARGET");
    assert.deepEqual(registry.requests, []);
  });

  test("paths that are anything else than a question", async () => {
    const { ask, registry, proxy, list } = await registryBehindProxy();
    const paths = [
      "/",
      `/${REGISTRY}`,
      `/${REGISTRY}/v2/`,
      `/${REGISTRY}/v2/_catalog`,
      `/${REGISTRY}/v1/team/app/manifests/1.0`,
      `/${NAME}`,
      `/${NAME}/`,
      `/${NAME}/manifests`,
      `/${NAME}/manifests/`,
      `/${NAME}/manifests/1.0/`,
      `/${NAME}/blobs/uploads/`,
      `/${NAME}/blobs/latest`,
      `/${NAME}/tags`,
      `/${NAME}/tags/1.0`,
      `/${NAME}/referrers/1.0`,
      `/${NAME}/referrers/`,
      `/${REGISTRY}/v2/manifests/1.0`,
      `/${NAME}//manifests/1.0`,
      `//${NAME}/manifests/1.0`,
      `/${REGISTRY}//v2/team/app/manifests/1.0`,
      `/${NAME}%2fmanifests/1.0`,
      `/${NAME}%252fmanifests/1.0`,
      `/${NAME}/manifests/1%2e0`,
      `/${NAME}/manifests/%00`,
      `/${NAME}/manifests/1.0%0d%0aX: y`,
      `/${REGISTRY}%2f..%2fv2/team/app/manifests/1.0`,
      `/${NAME}/manifests/..%2f..%2f_catalog`,
      `/${NAME}/manifests/sha256%3a${"0".repeat(64)}`,
      `/${REGISTRY}/v2/Team/app/manifests/1.0`,
      `/${REGISTRY}/v2/team_-app/manifests/1.0`,
      `/${NAME}/manifests/-1`,
      `/${NAME}/manifests/${"t".repeat(129)}`,
      `/${NAME}/manifests/sha256:abc`,
      `/${NAME}/manifests/md5:${"0".repeat(32)}`,
      `/${NAME}/blobs/sha256:${"g".repeat(64)}`,
      `/${NAME}/manifests/1.0@${list.digest}`,
      `/${NAME}:1.0/manifests/${list.digest}`,
      `/${NAME}/manifests/1.0;x`,
      `/${REGISTRY}/v2/${"a/".repeat(40)}manifests/1.0`,
      `/${REGISTRY}/v2/${"a".repeat(2000)}/manifests/1.0`,
      `/https://${NAME}/manifests/1.0`,
      `/http:/${NAME}/manifests/1.0`,
    ];
    for (const path of paths) {
      const response = await proxy(new Request(HERE + path));
      assert.equal(response.status, 400, `${path}: ${response.status}`);
      const {
        errors: [{ code }],
      } = await response.json();
      // Escapes, empty segments and lengths are refused before a reference is parsed out of them.
      const shapeless = /%|\/\//.test(path) || path.length > 1024;
      assert.ok(code === "PROXY_PATH" || (!shapeless && code === "REFERENCE_INVALID"), `${path}: ${code}`);
    }
    for (const query of ["?x=1", "?n=1", "?url=http://evil.example", "?last=a"])
      await refused(await ask(`/${NAME}/manifests/1.0${query}`), 400, "PROXY_PATH");
    for (const query of [
      "?n=-1",
      "?n=x",
      "?n=1&n=2",
      "?last=a/b",
      "?last=",
      "?digest=x",
      "?n=1e3",
      "?n=9999999",
      "?last=a%0d%0ab",
    ]) {
      await refused(await ask(`/${NAME}/tags/list${query}`), 400, "PROXY_PATH");
    }
    assert.deepEqual(registry.requests, []);
  });

  test("raw targets that a URL parser would tidy", async (t) => {
    const net = await import("node:net");
    const { proxy, registry } = await registryBehindProxy();
    const server = await serve(proxy);
    t.after(() => server.close());
    const statusOf = (target) =>
      new Promise((resolve, reject) => {
        const socket = net.connect(server.port, "127.0.0.1", () =>
          socket.write(
            `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`,
          ),
        );
        let text = "";
        socket
          .setEncoding("latin1")
          .on("data", (part) => (text += part))
          .on("error", reject)
          .on("close", () => resolve(Number(text.split(" ")[1])));
      });
    for (const target of [
      `/${REGISTRY}/v2/../../${NAME}/manifests/1.0`,
      `/${NAME}/../app/manifests/1.0`,
      `/${NAME}/./manifests/1.0`,
      `/${NAME}/%2e%2e/app/manifests/1.0`,
      `/${REGISTRY}\\v2\\team\\app\\manifests\\1.0`,
      `/${NAME}\\..\\app/manifests/1.0`,
      `http://evil.example/${NAME}/manifests/1.0`,
      `//evil.example/${NAME}/manifests/1.0`,
      `/${NAME}/manifests/1.0\tx`,
      `/${NAME}/manifests/1.0#x`,
    ]) {
      assert.equal(await statusOf(target), 400, target);
    }
    assert.deepEqual(registry.requests, []);
    assert.equal(await statusOf(`/${NAME}/manifests/1.0`), 200);
  });

  test("headers of the page", async () => {
    const { ask, registry } = await registryBehindProxy();
    const sent = {
      cookie: "session=mine",
      authorization: `Bearer ${SECRET}`,
      "x-forwarded-for": "10.0.0.1",
      referer: "https://page.example/",
      "x-registry-auth": SECRET,
      range: "bytes=0-1",
      accept: "text/html",
    };
    const got = await ask(`/${NAME}/manifests/1.0`, { headers: sent });
    assert.equal(got.status, 200);
    const log = JSON.stringify(registry.requests);
    for (const name of Object.keys(sent).filter((name) => name !== "accept"))
      assert.equal(registry.requests[0].headers[name], undefined, name);
    for (const value of Object.values(sent)) assert.ok(!log.includes(value), value);
  });

  test("headers of the registry", async () => {
    const headers = {
      "set-cookie": "session=theirs",
      "access-control-allow-origin": "*",
      "x-powered-by": "registry",
      "content-security-policy": "script-src *",
      refresh: "0; url=https://evil.example",
      location: "https://evil.example",
    };
    const { ask } = await registryBehindProxy({ registry: { faults: [{ answer: { headers } }] } });
    for (const path of [`/${NAME}/manifests/1.0`, `/${NAME}/manifests/2.0`, `/${NAME}/tags/list`]) {
      const got = await ask(path);
      for (const name of ["set-cookie", "access-control-allow-origin", "x-powered-by", "refresh", "location"])
        assert.equal(got.headers.get(name), null, name);
      guarded(got);
    }
  });

  test("HTML, wherever it comes from", async () => {
    const page = "<!doctype html><script>alert(document.domain)</script>";
    const cases = {
      "as the answer": { answer: { body: page, headers: { "content-type": "text/html" } } },
      "as an error": { answer: { status: 403, body: page, headers: { "content-type": "text/html" } } },
      "as a gateway's error": {
        answer: { status: 502, body: page, headers: { "content-type": "text/html" } },
      },
      "under a manifest's type": { answer: { body: page, headers: { "docker-content-digest": null } } },
    };
    for (const [name, fault] of Object.entries(cases)) {
      const { ask, image } = await registryBehindProxy({ registry: { faults: [fault] } });
      for (const path of [
        `/${NAME}/manifests/1.0`,
        `/${NAME}/blobs/${image.blobs[0].digest}`,
        `/${NAME}/tags/list`,
      ]) {
        const got = await ask(path);
        assert.ok(got.status >= 400, `${name} ${path}: ${got.status}`);
        assert.equal(got.headers.get("content-type"), "application/json");
        assert.doesNotMatch(await got.text(), /<script/, name);
      }
    }
  });

  test("a document that calls itself a page", async () => {
    const { ask, registry } = await registryBehindProxy();
    for (const mediaType of ["text/html", "image/svg+xml", "text/javascript", "application/octet-stream"]) {
      await registry.putManifest(
        "team/app",
        "odd",
        { schemaVersion: 2, mediaType, manifests: [] },
        { mediaType },
      );
      for (const method of ["GET", "HEAD"]) {
        const got = await ask(`/${NAME}/manifests/odd`, { method });
        assert.ok(got.status >= 400, `${method} ${mediaType}`);
        assert.equal(got.headers.get("content-type"), "application/json");
      }
    }
  });

  test("content that is not what its digest promises", async () => {
    const { ask, registry, image } = await registryBehindProxy();
    registry.faults.push({ match: { method: "GET" }, answer: { corrupt: 40 } });
    await refused(await ask(`/${NAME}/manifests/${image.digest}`), 502, "DIGEST_MISMATCH");
    await refused(await ask(`/${NAME}/blobs/${image.blobs[0].digest}`), 502, "DIGEST_MISMATCH");
    registry.faults[0] = { answer: { truncate: 40 } };
    assert.equal((await ask(`/${NAME}/blobs/${image.blobs[0].digest}`)).status, 502);
  });

  test("the operator's credentials", async () => {
    const auth = { type: "bearer", users: { operator: SECRET } };
    const asked = [];
    const credentials = (registry) => {
      asked.push(registry);
      return { username: "operator", password: SECRET };
    };
    const { ask, list, registry } = await registryBehindProxy({ registry: { auth }, credentials });
    const got = await ask(`/${NAME}/manifests/1.0`);
    assert.equal(got.headers.get("docker-content-digest"), list.digest);
    assert.deepEqual([...new Set(asked)], [REGISTRY]);
    const everything = async (response) => JSON.stringify([...response.headers]) + (await response.text());
    registry.faults.push({ answer: { status: 401, body: `{"errors":[{"code":"DENIED","message":"no"}]}` } });
    for (const response of [got, await ask(`/${NAME}/manifests/1.0`), await ask(`/${NAME}/manifests/2.0`)]) {
      const text = await everything(response);
      assert.ok(
        !text.includes(SECRET) &&
          !text.includes(Buffer.from(`operator:${SECRET}`).toString("base64")) &&
          !/bearer/i.test(text),
      );
    }
  });

  test("what the operator's own function throws", async () => {
    const heard = [];
    const credentials = () => {
      throw new Error(SECRET);
    };
    const { ask } = await registryBehindProxy({
      registry: { auth: { type: "basic", users: { a: "b" } } },
      credentials,
      onError: (error) => heard.push(error.message),
    });
    const error = await refused(await ask(`/${NAME}/manifests/1.0`), 500, "INTERNAL");
    assert.ok(!JSON.stringify(error).includes(SECRET));
    assert.deepEqual(heard, [SECRET]);
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
