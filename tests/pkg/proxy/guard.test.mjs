/** The registry proxy: whom it answers, and what never gets through it. */

import assert from "node:assert/strict";
import { connect } from "node:net";
import { suite, test } from "node:test";

import { serve } from "multiarch/node";
import { createProxy } from "multiarch/proxy";

import { entry } from "../../support/images.mjs";
import { HERE, NAME, REGISTRY, SECRET, guarded, refused, registryBehindProxy } from "../../support/proxy-requests.mjs";

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
      "?artifactType=a/b",
      "?page=",
      "?page=last=a",
      "?page=1%3Blast=a",
      "?page=1001%3Blast=a",
      "?page=2%3B",
      "?page=2%3Ba%23b",
      "?page=2%3Ba%20b",
      "?page=2%3Ba%0d%0ab",
      `?page=2%3B${"a".repeat(4_097)}`,
      "?page=2%3Ba&page=2%3Ba",
    ]) {
      await refused(await ask(`/${NAME}/tags/list${query}`), 400, "PROXY_PATH");
    }
    for (const query of ["?n=1", "?last=a", "?artifactType=", "?artifactType=a", "?artifactType=a/b%0d", "?artifactType=a/b&artifactType=a/b", "?page=x", "?__proto__=1"]) {
      await refused(await ask(`/${NAME}/referrers/sha256:${"0".repeat(64)}${query}`), 400, "PROXY_PATH");
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
