/** How a browser's entry loads, run in Node processes of their own: one host has one way to load. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { run } from "../../support/run.mjs";

const BROWSER = new URL("../../../pkg/entry/browser.js", import.meta.url).href;
const WASM = fileURLToPath(new URL("../../../pkg/wasm/multiarch_bg.wasm", import.meta.url));

/** Runs a module that has the browser's entry as `m`, and `serve(answer)` in place of the host's fetch. */
async function inBrowser(body) {
  const source = `
    import { readFileSync } from "node:fs";
    import assert from "node:assert/strict";
    import * as m from ${JSON.stringify(BROWSER)};
    const wasm = readFileSync(${JSON.stringify(WASM)});
    const asked = [];
    const serve = (answer) => (globalThis.fetch = async (url) => (asked.push(String(url)), answer()));
    const good = (type = "application/wasm") => new Response(wasm, { headers: { "content-type": type } });
    const code = (work) => { try { work(); } catch (error) { return error.code; } };
    ${body}`;
  const { code, stderr } = await run(process.execPath, ["--input-type=module", "--eval", source]);
  assert.equal(code, 0, stderr);
}

test("a synchronous call before init is NOT_LOADED; after it, works", () => inBrowser(`
  serve(good);
  assert.equal(code(() => m.parseReference("alpine")), "NOT_LOADED");
  assert.equal(code(() => m.createClient()), undefined);
  await Promise.all([m.init(), m.init()]);
  await m.init();
  assert.equal(m.parseReference("alpine").familiar, "alpine");
  assert.deepEqual(asked.map((url) => url.split("/").pop()), ["multiarch_bg.wasm"]);`));

test("an asynchronous call loads by itself", () => inBrowser(`
  serve(good);
  const client = m.createClient({ fetch: async () => new Response("", { status: 404 }) });
  assert.equal(await client.resolve("registry.example/a:1").catch((error) => error.code), "MANIFEST_UNKNOWN");
  assert.equal(asked.length, 1);`));

test("the wrong media type, a page instead, a status or no network do not matter: the text is at hand", async () => {
  for (const answer of [
    'good("application/octet-stream")',
    'new Response("<!doctype html>", { headers: { "content-type": "text/html" } })',
    'new Response("", { status: 404 })',
    'Promise.reject(new TypeError("Failed to fetch"))',
  ]) {
    await inBrowser(`serve(() => ${answer}); await m.init(); assert.equal(m.parseReference("alpine").familiar, "alpine");`);
  }
});

test("a load that failed can be retried", () => inBrowser(`
  const { compile } = WebAssembly;
  serve(() => new Response("", { status: 404 }));
  // Node's own fetch compiles a module, too.
  WebAssembly.compile = async (bytes) => {
    if (bytes.byteLength === wasm.length) throw new WebAssembly.CompileError("blocked by CSP");
    return compile(bytes);
  };
  const error = await m.init().catch((failure) => failure);
  assert.equal(error.code, "LOAD_FAILED");
  assert.ok(error.cause instanceof Error);
  assert.match(error.hint, /wasm-unsafe-eval/);
  assert.equal(code(() => m.parseReference("alpine")), "NOT_LOADED");
  assert.equal(await m.createClient().resolve("a").catch((failure) => failure.code), "LOAD_FAILED");
  WebAssembly.compile = compile;
  await m.init();
  assert.equal(m.parseReference("alpine").familiar, "alpine");`));

test("init takes a module, bytes, a response, a promise of one, a URL or a text", async () => {
  for (const source of [
    "new WebAssembly.Module(wasm)",
    "wasm",
    "Uint8Array.from(wasm).buffer",
    "good()",
    'good("text/plain")',
    "Promise.resolve(good())",
    'new URL("https://cdn.example/multiarch.wasm")',
    '"https://cdn.example/multiarch.wasm"',
  ]) {
    await inBrowser(`serve(good); await m.init(${source}); assert.equal(m.parseReference("alpine").familiar, "alpine");`);
  }
});

test("init refuses what is no module of ours, and can be called again", () => inBrowser(`
  serve(good);
  const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  const rejected = Promise.reject(new Error("no"));
  rejected.catch(() => {});
  for (const source of [new Uint8Array(4), empty, 5, {}, null, rejected, new Response("", { status: 500 })]) {
    assert.equal(await m.init(source).catch((error) => error.code), "LOAD_FAILED");
  }
  await m.init();
  assert.equal(m.parseReference("alpine").familiar, "alpine");`));

test("in Node init is optional, and idempotent", async () => {
  const source = `
    import assert from "node:assert/strict";
    import { init, parseReference } from ${JSON.stringify(new URL("../../../pkg/entry/node.js", import.meta.url).href)};
    assert.equal(parseReference("alpine").familiar, "alpine");
    await init(); await init("https://nowhere.example/x.wasm");`;
  const { code, stderr } = await run(process.execPath, ["--input-type=module", "--eval", source]);
  assert.equal(code, 0, stderr);
});
