/** `multiarch serve`: what its server answers, to whom, and what the command prints. */

import assert from "node:assert/strict";
import http from "node:http";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";

import { openPage, startBrowser, startServe } from "../support/browser.mjs";
import { startDockerRegistry } from "../support/docker-registry.mjs";
import { everything, pushAll } from "../support/images.mjs";
import { BIN, run } from "../support/run.mjs";
import { assertValid } from "../support/schemas.mjs";
import { shop } from "../support/shop.mjs";
import { soon } from "../support/until.mjs";

const INSPECTOR = new URL("../../pkg/inspector/", import.meta.url);
const names = readdirSync(INSPECTOR);
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

let server;
let port;

before(async () => {
  server = await startServe(["--registry", "registry.example"]);
  port = new URL(server.url).port;
});
after(() => server.close());

/** Sends a target exactly as it is written; fetch would tidy it. */
function send(target, { method = "GET", host = `127.0.0.1:${port}`, headers = {}, at = port } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: at, path: target, method, headers: { host, ...headers } }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end();
  });
}

test("files have their types, every answer the policy, and names with hashes are kept", async () => {
  const types = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", wasm: "application/wasm" };
  assert.deepEqual([...new Set(names.map((name) => name.split(".").pop()))].sort(), ["css", "html", "js", "wasm"]);
  for (const name of names) {
    const { status, headers } = await send(`/${name}`);
    assert.equal(status, 200, name);
    assert.equal(headers["content-type"], types[name.split(".").pop()]);
    assert.equal(headers["cache-control"], name === "index.html" ? "no-cache" : "private, max-age=31536000, immutable");
  }
  for (const path of ["/", "/nothing", "/config.json"]) {
    const { headers } = await send(path);
    assert.equal(headers["content-security-policy"], POLICY);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
  }
});

test("the page carries the same policy for hosts that send no headers", async () => {
  const [, meta] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec((await send("/")).text);
  // A meta element cannot carry frame-ancestors.
  assert.equal(`${meta}; frame-ancestors 'none'`.split("; ").sort().join("; "), POLICY.split("; ").sort().join("; "));
});

test("what it prints as JSON is what its schema says", () => {
  const { close, ...said } = server;
  assertValid("serve", JSON.stringify(said));
  assert.deepEqual([said.registries, said.credentials], [["registry.example"], false]);
});

test("the settings name the proxy, the host and the registries", async () => {
  const { host, ...settings } = JSON.parse((await send("/config.json")).text);
  assert.deepEqual(settings, { via: "registry", registries: ["registry.example"], examples: [], layerBudget: 1e9, files: [] });
  assert.equal(host, server.host);
  assert.match(host, /^[a-z0-9]+\/[a-z0-9]/);
});

test("nothing but the page is there", async () => {
  for (const path of ["/package.json", "/../package.json", "/%2e%2e/package.json", "/..%2fpackage.json", "/..\\package.json", "//etc/passwd", "/inspector/", "/index.html/", "/index.html%00.js", "/.", "/wasm/multiarch_bg.wasm"]) {
    const { status, text } = await send(path);
    assert.ok([400, 404].includes(status), `${path}: ${status}`);
    assert.ok(!text.includes('"name"') && !text.includes("root:"), path);
  }
});

test("only reading is allowed", async () => {
  for (const method of ["POST", "PUT", "DELETE"]) {
    const { status, headers } = await send("/", { method });
    assert.deepEqual([status, headers.allow], [405, "GET, HEAD"]);
    assert.equal((await send("/registry/registry.example/v2/app/manifests/1", { method })).status, 405);
  }
  const { status, text } = await send("/", { method: "HEAD" });
  assert.deepEqual([status, text], [200, ""]);
});

test("a name from elsewhere that leads here, and a page of another origin, are refused", async () => {
  for (const host of ["attacker.example", `attacker.example:${port}`, "127.0.0.1.attacker.example", "localhost.attacker.example"]) {
    for (const path of ["/", "/config.json", "/registry/registry.example/v2/app/manifests/1.0"]) assert.equal((await send(path, { host })).status, 421, `${host} ${path}`);
  }
  for (const headers of [{ origin: "https://attacker.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }]) {
    for (const path of ["/config.json", "/registry/registry.example/v2/app/manifests/1.0"]) assert.equal((await send(path, { headers })).status, 403, JSON.stringify(headers));
  }
  assert.equal((await send("/", { headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" } })).status, 200, "a link may lead to the page");
  assert.equal((await send("/", { host: `localhost:${port}` })).status, 200);
});

test("it listens on loopback alone, on 4870 or the next free port, and says what it reads", async () => {
  const serve = (...args) => new Promise((resolve, reject) => {
    let text = "";
    run(process.execPath, [BIN, "serve", "--no-open", ...args], {
      started: (child) => child.stdout.on("data", (part) => {
        text += part;
        if (/Ctrl-C|http.*\n$/.test(text)) child.kill("SIGINT");
      }),
    }).then(({ code, stdout, stderr }) => resolve({ code, stdout, stderr }), reject);
  });
  const { code, stdout, stderr } = await serve("alpine:3.20", "registry.example/app:1");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^multiarch \S+ {3}http:\/\/127\.0\.0\.1:48[789]\d\/#a=alpine:3\.20&b=registry\.example\/app:1\n {2}this computer {3}\S+\n {2}reads {11}docker\.io and 10 other registries, without your logins \(--credentials\)\n {2}Ctrl-C ends it\n$/);
  const quiet = await serve("-q", "--port", "0", "--registry", "ghcr.io", "alpine");
  assert.match(quiet.stdout, /^http:\/\/127\.0\.0\.1:\d+\/#ref=alpine\n$/);
});

test("a port that is in use, and what is no registry, are errors that say so", async () => {
  const failed = async (...args) => (await run(process.execPath, [BIN, "serve", "--no-open", ...args])).stderr;
  assert.match(await failed("--port", port), new RegExp(`port ${port} cannot be opened: it is in use`));
  assert.match(await failed("--registry", "https://ghcr.io"), /\[(?:OPTION_INVALID|REFERENCE_INVALID)\]/);
  assert.match(await failed("Not A Reference"), /\[REFERENCE_INVALID\]/);
  assert.match(await failed("a", "b", "c"), /serve/);
});

test("with docker's logins only who opened the printed address is let in, once", async () => {
  const locked = await startServe(["--credentials", "--registry", "registry.example"]);
  try {
    const { port: at, pathname } = new URL(locked.url);
    assert.match(pathname, /^\/open\/[0-9a-f]{32}$/);
    const ask = (path, headers) => send(path, { at, host: `127.0.0.1:${at}`, headers });
    for (const path of ["/", "/config.json", "/registry/registry.example/v2/app/manifests/1", "/open/0", "/open/"]) assert.equal((await ask(path)).status, 401, path);
    const opened = await ask(pathname);
    assert.deepEqual([opened.status, opened.headers.location], [303, "/"]);
    const [cookie] = opened.headers["set-cookie"];
    assert.match(cookie, /; HttpOnly; SameSite=Strict; Path=\/$/);
    assert.ok(cookie.startsWith(`multiarch-${at}=`), "a second server of this machine leaves the cookie of the first");
    assert.equal((await ask("/", { cookie: cookie.split(";")[0] })).status, 200);
    assert.equal((await ask("/", { cookie: `multiarch-${at}=0` })).status, 401);
    assert.equal((await ask(pathname)).status, 401, "the address works once");
  } finally {
    assert.equal(await locked.close(), 0);
  }
});

test("a layer up to the budget is passed on, and a larger one is refused before it is read", async () => {
  const registry = await startDockerRegistry();
  const bytes = new Uint8Array(5_000_000);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const { location } = Object.fromEntries((await fetch(`${registry.url}/v2/shop/blobs/uploads/`, { method: "POST" })).headers);
  const target = new URL(location, registry.url);
  target.searchParams.set("digest", digest);
  assert.equal((await fetch(target, { method: "PUT", body: bytes, headers: { "content-type": "application/octet-stream" } })).status, 201);
  try {
    for (const [budget, expected] of [["5MB", 200], ["4.9MB", 413]]) {
      const own = await startServe(["--layer-budget", budget, `${registry.domain}/shop:1.0`]);
      const answer = await fetch(`${own.url.split("#")[0]}registry/${registry.domain}/v2/shop/blobs/${digest}`);
      const size = (await answer.arrayBuffer()).byteLength;
      assert.deepEqual([answer.status, size === bytes.length], [expected, expected === 200]);
      await own.close();
    }
    const { stderr } = await run(process.execPath, [BIN, "serve", "--layer-budget", "1 GB"]);
    assert.match(stderr, /--layer-budget.*must be a size, for example 500MB or 1GB/);
  } finally {
    await registry.close();
  }
});

test("the page over it: few requests, none twice, nothing moves, nothing foreign", async () => {
  const registry = await startDockerRegistry();
  await pushAll(fetch, registry.url, "shop", "1.0", shop());
  const own = await startServe(["--registry", registry.domain]);
  const browser = await startBrowser();
  try {
    const page = await openPage(browser, own.url, `#ref=${registry.domain}/shop:1.0`, {
      before: (one) => one.addInitScript(() => {
        window.shifts = 0;
        new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shifts += value))).observe({ type: "layout-shift", buffered: true });
        const observer = new MutationObserver(() => {
          if (document.querySelectorAll(".row .segment").length < 64 || !document.querySelector(".layer .summary")) return;
          window.stoodAt = performance.now();
          observer.disconnect();
        });
        observer.observe(document, { childList: true, subtree: true });
      }),
    });
    await page.waitForFunction(() => window.stoodAt !== undefined);
    await page.waitForLoadState("networkidle");
    const assets = () => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name, startTime }) => !name.includes("/registry/") && startTime <= window.stoodAt).map(({ name, transferSize }) => ({ name, transferSize })));
    const first = await assets();
    assert.ok(first.length + 1 <= 10, `${first.length} and the page`);
    assert.ok((await page.evaluate(() => window.shifts)) <= 0.05, `${await page.evaluate(() => window.shifts)} of layout shift`);
    await page.reload();
    await page.waitForFunction(() => window.stoodAt !== undefined);
    const fetched = new Set(first.map(({ name }) => name));
    const second = (await assets()).filter(({ name }) => /-[A-Z0-9]{8}\./.test(name) && fetched.has(name));
    assert.deepEqual([second.length >= 3, second.every(({ transferSize }) => transferSize === 0)], [true, true]);
    assert.deepEqual(await page.evaluate(() => window.policyReports), []);
    page.watch.clean();
  } finally {
    await browser.close();
    await own.close();
    await registry.close();
  }
});

test("where reading counts as a pull: the index and the chosen manifest alone, the others when the reader asks", async () => {
  const own = await startServe(["--registry", "docker.io"]);
  const browser = await startBrowser();
  const app = shop();
  const documents = new Map(everything(app).map((one) => [one.digest, one]));
  const read = [];
  try {
    // Docker Hub is played by the test: nothing leaves this machine.
    const before = (page) => page.route("**/registry/docker.io/**", (route) => {
      const [, kind, name] = /\/(manifests|blobs)\/([^/]+)$/.exec(new URL(route.request().url()).pathname);
      if (kind === "manifests") read.push(name);
      const found = documents.get(name) ?? app;
      return route.fulfill({ status: 200, contentType: kind === "blobs" ? "application/octet-stream" : found.mediaType, body: found.bytes });
    });
    const page = await openPage(browser, own.url, "#ref=shop:1.0&platform=linux/arm64", { before });
    await page.waitForSelector(".layer .summary");
    await page.waitForSelector(".row.chosen .segment");
    assert.deepEqual(read, ["1.0", app.children[3].digest]);
    await soon(async () => assert.match(await page.textContent(".measure"), /Measure 7 more Docker Hub counts each as a pull\./));
    await page.click(".measure button");
    await page.waitForFunction(() => document.querySelectorAll(".row .segment").length === 64);
    assert.equal(read.length, 9);
    await soon(async () => assert.equal(await page.locator(".measure").count(), 0));
    page.watch.clean();
  } finally {
    await browser.close();
    await own.close();
  }
});
