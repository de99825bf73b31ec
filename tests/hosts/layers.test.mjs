/** `listLayer` in every kind of host, over a Blob: gzip and zstd, by the host where it has them and by our decoder where not. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { serve } from "multiarch/node";

import { startBrowser } from "../support/browser.mjs";
import { installPackage } from "../support/package.mjs";
import { run } from "../support/run.mjs";

const tool = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
const NODE_24 = tool("node24/bin/node");
const PACKAGE = "node_modules/multiarch";
const TYPES = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", html: "text/html", json: "application/json" };
const data = new URL("../data/tars/", import.meta.url);

/** Lists a layer in each compression, and one that is cut off. */
const PROGRAM = `
export async function program({ listLayer }, layers) {
  const found = {};
  for (const [name, text] of Object.entries(layers)) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const entries = listLayer(new Blob([bytes]), "application/vnd.oci.image.layer.v1.tar+" + name.split(" ")[0]);
    try {
      found[name] = [];
      for await (const { path, size } of entries) found[name].push(path + " " + size);
      found[name].push(entries.summary.unpackedSize);
    } catch (error) {
      found[name] = error.code ?? String(error);
    }
  }
  return JSON.stringify(found);
}`;

let installed, layers, listing;
before(async () => {
  installed = await installPackage();
  const tar = await readFile(new URL("gnu-pax.tar", data));
  const zstd = await zstdOf(tar);
  const gzip = gzipSync(tar);
  const half = await zstdOf(tar.subarray(0, 9000));
  const rest = await zstdOf(tar.subarray(9000));
  const table = Buffer.from("502a4d180300000001020a", "hex");
  const parts = { "zstd frames": Buffer.concat([table, half, table, rest]), gzip, "gzip cut": gzip.subarray(0, gzip.length - 100), zstd, "zstd cut": zstd.subarray(0, zstd.length - 100), none: tar };
  layers = Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]));
  const lines = (await readFile(new URL("gnu-pax.jsonl", data), "utf8")).trim().split("\n").map((line) => JSON.parse(line));
  listing = [...lines.map(({ path, size }) => `${Buffer.from(path, "hex").toString()} ${size}`), tar.length];
  await writeFile(installed.join("program.mjs"), PROGRAM);
  await writeFile(installed.join("layers.mjs"), `export default ${JSON.stringify(layers)};`);
  await writeFile(installed.join("main.mjs"), `
    import * as multiarch from "multiarch";
    import layers from "./layers.mjs";
    import { program } from "./program.mjs";
    console.log(await program(multiarch, layers));`);
});
after(() => installed?.remove());

async function zstdOf(input) {
  const { bytes } = await run(NODE_24, ["-e", 'process.stdout.write(require("node:zlib").zstdCompressSync(require("node:fs").readFileSync(0)))'], { input });
  return bytes;
}

function check(text) {
  const found = JSON.parse(text);
  assert.deepEqual(found.gzip, listing);
  assert.deepEqual(found.none, listing);
  assert.equal(found["gzip cut"], "ARCHIVE_TRUNCATED");
  assert.deepEqual(found.zstd, listing);
  assert.deepEqual(found["zstd frames"], listing);
  assert.equal(found["zstd cut"], "ARCHIVE_TRUNCATED");
}

const HOSTS = {
  "this Node": [process.execPath, ["main.mjs"]],
  "Node 22": [tool("node22/bin/node"), ["main.mjs"]],
  "Node 24": [NODE_24, ["main.mjs"]],
  Deno: [tool("@deno/linux-x64-glibc/deno"), ["run", "--no-remote", "--no-prompt", "main.mjs"]],
  Bun: [tool("@oven/bun-linux-x64/bin/bun"), ["main.mjs"]],
};
for (const [name, [command, args]] of Object.entries(HOSTS)) {
  test(name, async () => {
    const { code, stdout, stderr } = await run(command, args, { cwd: installed.path, env: { NO_COLOR: "1" } });
    assert.equal(code, 0, stderr);
    check(stdout);
  });
}

test("Chromium", async () => {
  const page = `<!doctype html><title>layers</title><script type="importmap">{ "imports": { "multiarch": "/${PACKAGE}/entry/browser.js" } }</script>`;
  const { url, close } = await serve(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return new Response(page, { headers: { "content-type": TYPES.html } });
    const body = await readFile(installed.join(pathname.slice(1))).catch(() => undefined);
    return body ? new Response(body, { headers: { "content-type": TYPES[pathname.split(".").pop()] } }) : new Response("", { status: 404 });
  });
  const browser = await startBrowser();
  try {
    const tab = await browser.newPage();
    await tab.goto(url);
    const output = await tab.evaluate(async () => {
      const { program } = await import("/program.mjs");
      return program(await import("multiarch"), (await import("/layers.mjs")).default);
    });
    check(output);
  } finally {
    await browser.close();
    await close();
  }
});
