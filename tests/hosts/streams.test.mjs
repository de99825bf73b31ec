/** Layers through a proxy in a Worker: an answer states its length, breaks off where the content is not what was asked for, and ends with its visitor. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";
import { serve } from "multiarch/node";

// The bundler that the package is built with: Workers are bundled before they are deployed.
import { build } from "../../pkg/node_modules/esbuild/lib/main.js";
import { installPackage } from "../support/package.mjs";

const LAYER = Buffer.alloc(12 << 20, "a layer of an image");
const DIGEST = `sha256:${createHash("sha256").update(LAYER).digest("hex")}`;
const PART = 1 << 20;

/** What the registry gives of the layer: its bytes in parts, and then its end. */
const REPOSITORIES = {
  "sound": (at, to) => (at < LAYER.length ? to.enqueue(LAYER.subarray(at, at + PART)) : to.close()),
  "cut": (at, to) => (at < LAYER.length / 2 ? to.enqueue(LAYER.subarray(at, at + PART)) : to.error(new Error("the disk is gone"))),
  "other": (at, to) => (at < LAYER.length ? to.enqueue(Buffer.alloc(PART, at === 0 ? "another layer" : LAYER.subarray(at, at + PART))) : to.close()),
  "endless": (at, to) => at < LAYER.length / 2 && to.enqueue(LAYER.subarray(at, at + PART)),
};

let installed, registry, miniflare;
let left;
before(async () => {
  registry = await serve((request) => {
    const [, , repository] = new URL(request.url).pathname.split("/");
    let at = 0;
    const body = new ReadableStream({
      pull(to) {
        REPOSITORIES[repository](at, to);
        at += PART;
      },
      cancel: () => left?.(),
    });
    return new Response(body, { headers: { "content-type": "application/octet-stream", "content-length": String(LAYER.length) } });
  });
  installed = await installPackage();
  await writeFile(installed.join("worker.mjs"), `
    import { createProxy } from "multiarch/proxy";
    const registries = ["${new URL(registry.url).host}"];
    export default { fetch: createProxy({ registries, layerBudget: 1e8 }) };`);
  const outfile = installed.join("bundle/worker.mjs");
  await build({
    entryPoints: [installed.join("worker.mjs")], outfile, bundle: true, format: "esm", conditions: ["workerd", "worker"], external: ["*.wasm"], logLevel: "error",
  });
  const contents = await readFile(installed.join("node_modules/multiarch/wasm/multiarch_bg.wasm"));
  const modules = [{ type: "ESModule", path: outfile }, { type: "CompiledWasm", path: installed.join("wasm/multiarch_bg.wasm"), contents }];
  miniflare = new Miniflare({ modulesRoot: installed.path, modules, compatibilityDate: "2026-07-01", compatibilityFlags: ["enable_request_signal"] });
});
after(async () => {
  await miniflare?.dispose();
  await registry?.close();
  await installed?.remove();
});

/** The answer to a request for the layer, over a connection as a page has one. */
async function layerOf(repository) {
  const { origin } = await miniflare.ready;
  const [answer] = await once(get(`${origin}/${new URL(registry.url).host}/v2/${repository}/blobs/${DIGEST}`), "response");
  assert.deepEqual([answer.statusCode, answer.headers["content-length"]], [200, String(LAYER.length)]);
  return answer;
}

/** How many bytes came, and whether that was all. */
async function readOf(answer) {
  let size = 0;
  try {
    for await (const part of answer) size += part.length;
  } catch (error) {
    assert.equal(error.code, "ECONNRESET");
  }
  return [size, answer.complete];
}

test("a layer comes whole, with its length", async () => {
  assert.deepEqual(await readOf(await layerOf("sound")), [LAYER.length, true]);
});

for (const [repository, what] of [["cut", "that breaks off at the registry"], ["other", "of other content"]]) {
  test(`a layer ${what} is no complete answer`, async () => {
    const [size, isComplete] = await readOf(await layerOf(repository));
    assert.deepEqual([size < LAYER.length, isComplete], [true, false]);
  });
}

test("a visitor who leaves ends the registry's answer", async () => {
  const cancelled = new Promise((resolve) => (left = resolve));
  const answer = await layerOf("endless");
  await once(answer, "data");
  answer.destroy();
  await cancelled;
});
