import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";

import { startDemoServer } from "../../xtask/demo/server.mjs";

let server;
let port;

before(async () => {
  server = await startDemoServer({
    registries: [],
    examples: [{ reference: "registry.example/app:1.0", text: "an example" }],
  });
  port = new URL(server.url).port;
});
after(() => server.close());

/** Sends a target exactly as it is written; fetch would tidy it. */
function send(target, { method = "GET", host = `127.0.0.1:${port}` } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: "127.0.0.1", port, path: target, method, headers: { host } },
      (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            text: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end();
  });
}

test("files have their types and every answer the policy", async () => {
  for (const [path, type] of [
    ["/www/", "text/html; charset=utf-8"],
    ["/www/style.css", "text/css; charset=utf-8"],
    ["/www/main.js", "text/javascript; charset=utf-8"],
    ["/pkg/entry/browser.js", "text/javascript; charset=utf-8"],
    ["/pkg/wasm/multiarch_bg.wasm", "application/wasm"],
    ["/www/config.json", "application/json"],
  ]) {
    const { status, headers } = await send(path);
    assert.equal(status, 200, path);
    assert.equal(headers["content-type"], type, path);
  }
  for (const path of ["/www/", "/nothing", "/pkg/index.js"]) {
    const { headers } = await send(path);
    assert.equal(
      headers["content-security-policy"],
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  }
});

test("the page carries the same policy for hosts that send no headers", async () => {
  const { text, headers } = await send("/www/");
  const [, meta] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text);
  // A meta element cannot carry frame-ancestors.
  assert.equal(
    `${meta}; frame-ancestors 'none'`.split("; ").sort().join("; "),
    headers["content-security-policy"].split("; ").sort().join("; "),
  );
});

test("the page's settings name the proxy and the examples", async () => {
  assert.deepEqual(JSON.parse((await send("/www/config.json")).text), {
    via: "/registry",
    examples: [{ reference: "registry.example/app:1.0", text: "an example" }],
  });
});

test("the start leads to the page", async () => {
  for (const path of ["/", "/www"]) {
    const { status, headers } = await send(path);
    assert.deepEqual([status, headers.location], [302, "/www/"]);
  }
});

test("nothing but the page and the package is there", async () => {
  for (const path of [
    "/Cargo.toml",
    "/src/lib.rs",
    "/pkg/",
    "/www/views/",
    "/pkg/node_modules/",
    "/pkg/package-lock.json/",
    "/www/../Cargo.toml",
    "/www/%2e%2e/Cargo.toml",
    "/www/..%2fCargo.toml",
    "/www/..\\Cargo.toml",
    "//etc/passwd",
    "/www//style.css",
    "/www/style.css/",
    "/www/style.css%00.js",
    "/www/.",
    "/.git/config",
  ]) {
    const { status, text } = await send(path);
    assert.ok([302, 400, 404].includes(status), `${path}: ${status}`);
    assert.ok(!text.includes("[package]") && !text.includes("root:"), path);
  }
});

test("only reading is allowed", async () => {
  for (const method of ["POST", "PUT", "DELETE"]) {
    const { status, headers } = await send("/www/", { method });
    assert.deepEqual([status, headers.allow], [405, "GET, HEAD"]);
  }
  const { status, text } = await send("/www/style.css", { method: "HEAD" });
  assert.deepEqual([status, text], [200, ""]);
});

test("a name from elsewhere that leads here is refused", async () => {
  for (const host of [
    "attacker.example",
    `attacker.example:${port}`,
    "127.0.0.1.attacker.example",
    "localhost.attacker.example",
  ]) {
    for (const path of ["/www/", "/www/config.json", "/registry/registry.example/v2/app/manifests/1.0"]) {
      assert.equal((await send(path, { host })).status, 421, `${host} ${path}`);
    }
  }
  assert.equal((await send("/www/", { host: `localhost:${port}` })).status, 200);
});
