/** The route of a request: which authorities are trusted, and http proxies. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import net from "node:net";
import { after, before, describe, test } from "node:test";

import { nodeFetch } from "../../../../pkg/node/http/fetch.js";
import { environmentProxy } from "../../../../pkg/node/http/proxy-from-env.js";
import { selfSigned } from "../../../support/certificate.mjs";
import { causeOf, direct } from "../../../support/node-fetch.mjs";
import { startForwardProxy, startServer } from "../../../support/recording.mjs";
import { multiarch } from "../../../support/run.mjs";
import { scratch } from "../../../support/scratch.mjs";

describe("trust", () => {
  let folder, files, server;
  before(async () => {
    folder = await scratch();
    files = await selfSigned(folder);
    const tls = { cert: await readFile(files.certificate), key: await readFile(files.key) };
    server = await startServer((_, response) => response.end("trusted"), tls);
  });
  after(async () => {
    await server.close();
    await folder.remove();
  });
  const text = async (options) => (await nodeFetch({ ...direct, ...options })(server.url)).text();

  test("an unknown authority is refused", async () => {
    assert.equal((await causeOf(text({}))).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  test("ca adds an authority", async () => {
    assert.equal(await text({ ca: await readFile(files.certificate, "utf8") }), "trusted");
    assert.equal(await text({ ca: [await readFile(files.certificate)] }), "trusted");
  });

  test("SSL_CERT_FILE adds authorities", async () => {
    assert.equal(await text({ env: { SSL_CERT_FILE: files.certificate } }), "trusted");
  });

  test("insecure skips verification, for the registries that it names", async () => {
    assert.equal(await text({ insecure: true }), "trusted");
    assert.equal(await text({ insecure: ["other.example", server.domain] }), "trusted");
    for (const insecure of [false, [], ["127.0.0.1"], ["other.example"], [`x${server.domain}`]]) {
      assert.equal((await causeOf(text({ insecure }))).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
    }
  });

  test("a certificate of another domain is refused", async () => {
    const proxy = await startForwardProxy();
    const options = { proxy: proxy.url, ca: await readFile(files.certificate) };
    const cause = await causeOf(nodeFetch(options)(`https://other.example:${server.port}/`));
    assert.equal(cause.code, "ERR_TLS_CERT_ALTNAME_INVALID");
    await proxy.close();
  });
});

describe("an http proxy", () => {
  let folder, files, secure, plain, proxy;
  before(async () => {
    folder = await scratch();
    files = await selfSigned(folder);
    const tls = { cert: await readFile(files.certificate), key: await readFile(files.key) };
    secure = await startServer((_, response) => response.end("secure"), tls);
    plain = await startServer((request, response) => response.end(request.headers.host));
    proxy = await startForwardProxy({ authorization: `Basic ${Buffer.from("user:p@ss").toString("base64")}` });
  });
  after(async () => {
    for (const server of [secure, plain, proxy]) await server.close();
    await folder.remove();
  });
  const url = () => proxy.url.replace("http://", "http://user:p%40ss@");

  test("carries https in a tunnel, over one connection", async () => {
    const send = nodeFetch({ ca: await readFile(files.certificate), env: { HTTPS_PROXY: url() } });
    const seen = proxy.requests.length;
    for (let count = 0; count < 3; count += 1) {
      assert.equal(await (await send(`https://registry.example:${secure.port}/v2/`)).text(), "secure");
    }
    const asked = proxy.requests.slice(seen);
    assert.deepEqual(asked.map(({ method, url: authority }) => [method, authority]),
      [["CONNECT", `registry.example:${secure.port}`]]);
    assert.equal(secure.requests.at(-1).headers["proxy-authorization"], undefined);
  });

  test("gets whole URLs for http", async () => {
    const send = nodeFetch({ env: { http_proxy: url() } });
    assert.equal(await (await send(`http://registry.example:${plain.port}/v2/?n=1`)).text(), `registry.example:${plain.port}`);
    assert.equal(proxy.requests.at(-1).url, `http://registry.example:${plain.port}/v2/?n=1`);
  });

  test("that refuses says so, without its password", async () => {
    const wrong = nodeFetch({ proxy: proxy.url.replace("http://", "http://user:secret@") });
    const cause = await causeOf(wrong(`https://registry.example:${secure.port}/`));
    assert.equal(cause.code, "ERR_PROXY_TUNNEL");
    assert.match(cause.message, /407/);
    assert.doesNotMatch(cause.message, /secret/);
  });

  test("that is not there is named, not the registry", async () => {
    const gone = await startServer(() => {});
    await gone.close();
    for (const url of ["https://registry.example/", "http://registry.example/"]) {
      const cause = await causeOf(nodeFetch({ proxy: `u:secret@${gone.domain}` })(url));
      assert.equal(cause.code, "ERR_PROXY_TUNNEL");
      assert.equal(cause.message, `the proxy ${gone.domain} cannot be reached (ECONNREFUSED)`);
      const name = await causeOf(nodeFetch({ proxy: "u:secret@proxy.invalid:3128" })(url));
      assert.match(name.message, /^the proxy proxy\.invalid:3128 cannot be reached \((ENOTFOUND|EAI_AGAIN)\)$/);
    }
  });

  test("that refuses ends a command at once, in the words of its status", async () => {
    for (const status of [403, 407, 502, 503, 504]) {
      const refusing = net.createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", () => socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`));
      });
      let asked = 0;
      refusing.on("connection", () => (asked += 1));
      await new Promise((resolve) => refusing.listen(0, "127.0.0.1", resolve));
      const { port } = refusing.address();
      const env = { HTTPS_PROXY: `http://u:secret@127.0.0.1:${port}` };
      const { code, stdout, stderr } = await multiarch(["resolve", "registry.example/a/app:1"], { env });
      assert.deepEqual([code, stdout, asked], [1, "", 1]);
      const said = `the proxy does not carry the request: the proxy 127.0.0.1:${port} answered ${status} to CONNECT [PROXY_REFUSED]`;
      assert.ok(stderr.includes(said), stderr);
      assert.match(stderr, /hint: .*HTTPS_PROXY.*NO_PROXY/);
      assert.doesNotMatch(stderr, /secret/);
      refusing.close();
    }
  });

  test("of another kind is refused, without its password", async () => {
    const cause = await causeOf(nodeFetch({ env: { HTTPS_PROXY: "socks5://user:secret@127.0.0.1:1" } })("https://registry.example/"));
    assert.match(cause.message, /socks5/);
    assert.doesNotMatch(cause.message, /secret/);
  });
});

test("the environment names a proxy by Go's rules", () => {
  const both = { HTTP_PROXY: "plain.corp:3128", HTTPS_PROXY: "https://secure.corp" };
  // [url, environment, the proxy's URL or undefined]
  const rows = [
    ["http://a.example/", both, "http://plain.corp:3128/"],
    ["https://a.example/", both, "https://secure.corp/"],
    ["https://a.example/", { https_proxy: "http://lower.corp" }, "http://lower.corp/"],
    ["https://a.example/", { HTTPS_PROXY: "http://up.corp", https_proxy: "http://low.corp" }, "http://up.corp/"],
    ["https://a.example/", { HTTP_PROXY: "http://only.corp" }, undefined],
    ["https://a.example/", {}, undefined],
    ["https://a.example/", { HTTPS_PROXY: "" }, undefined],
    ["http://a.example/", { ...both, REQUEST_METHOD: "GET" }, undefined],
    ["http://localhost:5000/", both, undefined],
    ["https://127.0.0.1/", both, undefined],
    ["https://127.8.9.1/", both, undefined],
    ["https://[::1]:5000/", both, undefined],
    ["https://10.0.0.1/", both, "https://secure.corp/"],
    ["https://a.localhost/", both, "https://secure.corp/"],
    ["https://a.example/", { ...both, NO_PROXY: "*" }, undefined],
    ["https://a.example/", { ...both, NO_PROXY: "b.example, example" }, undefined],
    ["https://a.example/", { ...both, no_proxy: "A.EXAMPLE" }, undefined],
    ["https://aexample/", { ...both, NO_PROXY: "example" }, "https://secure.corp/"],
    ["https://example/", { ...both, NO_PROXY: ".example" }, "https://secure.corp/"],
    ["https://a.example/", { ...both, NO_PROXY: ".example" }, undefined],
    ["https://a.example/", { ...both, NO_PROXY: "*.example" }, undefined],
    ["https://example/", { ...both, NO_PROXY: "*.example" }, "https://secure.corp/"],
    ["https://a.example:5000/", { ...both, NO_PROXY: "a.example:5000" }, undefined],
    ["https://a.example:5001/", { ...both, NO_PROXY: "a.example:5000" }, "https://secure.corp/"],
    ["https://a.example/", { ...both, NO_PROXY: "a.example:443" }, undefined],
    ["https://10.1.2.3/", { ...both, NO_PROXY: "10.0.0.0/8" }, undefined],
    ["https://11.1.2.3/", { ...both, NO_PROXY: "10.0.0.0/8" }, "https://secure.corp/"],
    ["https://10.1.2.3/", { ...both, NO_PROXY: "10.1.2.3" }, undefined],
    ["https://10.1.2.30/", { ...both, NO_PROXY: "10.1.2.3" }, "https://secure.corp/"],
    ["https://[fd00::1]/", { ...both, NO_PROXY: "fd00::/8" }, undefined],
    ["https://[fd00::1]/", { ...both, NO_PROXY: "fd00::1" }, undefined],
    ["https://[fd00::1]:5000/", { ...both, NO_PROXY: "[fd00::1]:5000" }, undefined],
    ["https://a.example/", { ...both, NO_PROXY: " , ," }, "https://secure.corp/"],
    ["https://b/", { ...both, NO_PROXY: "a\nb" }, "https://secure.corp/"],
    ["https://b/", { ...both, NO_PROXY: "a,\r\n b\n" }, undefined],
    ["https://b/", { ...both, NO_PROXY: "a\u2028b,\u0000,[,:,::,/,/8,10.0.0.0/8\n/8" }, "https://secure.corp/"],
    ["https://b/", { ...both, NO_PROXY: "*\n" }, undefined],
    ["https://10.1.2.3/", { ...both, NO_PROXY: "10.0.0.0/99,what/8" }, "https://secure.corp/"],
  ];
  for (const [url, env, expected] of rows) {
    assert.equal(environmentProxy(new URL(url), env)?.href, expected, `${url} ${JSON.stringify(env)}`);
  }
  assert.throws(() => environmentProxy(new URL("https://a.example"), { HTTPS_PROXY: "http://u:secret@[" }),
    (error) => !error.message.includes("secret"));
});
