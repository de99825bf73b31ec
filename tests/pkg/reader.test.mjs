/** `multiarch/reader`: the core that reads, beside the whole one. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as multiarch from "multiarch";
import * as reader from "multiarch/reader";
import * as inline from "multiarch/reader/inline";
import { createMemoryRegistry } from "multiarch/testing";

const IMAGE = "registry.example/app:1";

/** A registry with one index of two platforms, pushed by the whole package. */
async function registryWithIndex() {
  const registry = createMemoryRegistry();
  const client = multiarch.createClient({ fetch: registry.fetch });
  const config = new TextEncoder().encode('{"os":"linux","architecture":"arm64"}');
  const descriptor = { mediaType: "application/vnd.oci.image.config.v1+json", digest: multiarch.digest(config), size: config.length };
  await client.upload("registry.example/app", config, descriptor);
  const image = multiarch.parseManifest(JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: descriptor, layers: [] }));
  const entry = await client.push(image, `registry.example/app@${image.digest}`);
  const platforms = [{ os: "linux", architecture: "amd64" }, { os: "linux", architecture: "arm64", variant: "v8" }];
  const index = multiarch.buildIndex(platforms.map((platform, at) => ({ ...entry, platform, annotations: { at: String(at) } })).slice(1));
  await client.push(index, IMAGE);
  return { registry, index, image };
}

test("it exports nothing that the whole package does not, and no call that writes", () => {
  const names = Object.keys(reader);
  assert.deepEqual(names.filter((name) => !(name in multiarch)), []);
  assert.deepEqual(["buildIndex", "createManifests", "editIndex", "listLayer", "openImage"].filter((name) => names.includes(name)), []);
  assert.deepEqual(Object.keys(inline), names);
  const callsOf = (client) => {
    const own = [];
    for (let of = Object.getPrototypeOf(client); of !== Object.prototype; of = Object.getPrototypeOf(of)) own.push(...Object.getOwnPropertyNames(of));
    return own;
  };
  const reading = callsOf(reader.createClient());
  const writing = callsOf(multiarch.createClient()).filter((name) => !reading.includes(name));
  assert.deepEqual(writing.sort(), ["copy", "create", "delete", "edit", "mount", "planDeletion", "push", "upload"]);
});

test("it answers as the whole package does", async () => {
  const { registry, index, image } = await registryWithIndex();
  const answers = async ({ createClient, diff, attestationsOf, selectPlatform, imagesOf, parsePlatform }) => {
    const client = createClient({ fetch: registry.fetch });
    const { selection, ...found } = await client.resolve(IMAGE, { platform: "linux/arm64" });
    const document = await client.manifest(IMAGE);
    const chosen = selectPlatform(document, parsePlatform("linux/arm64"));
    return [
      found, selection.candidates, await client.config(`registry.example/app@${image.digest}`), document.manifests, chosen.candidates,
      imagesOf(document), (await Array.fromAsync?.(client.tags("registry.example/app"))) ?? [], await client.check(IMAGE),
      await diff(IMAGE, index, { client }), await attestationsOf(IMAGE, { client }),
    ];
  };
  assert.deepEqual(await answers(reader), await answers(multiarch));
});

test("both cores run in one program, and take each other's documents", async () => {
  const { registry, index } = await registryWithIndex();
  const client = reader.createClient({ fetch: registry.fetch });
  const read = await client.manifest(IMAGE);
  assert.deepEqual(multiarch.selectPlatform(read, "linux/arm64").index, 0);
  assert.deepEqual(reader.selectPlatform(index, "linux/arm64").index, 0);
  assert.throws(() => reader.parseReference("UPPER"), (error) => reader.isMultiarchError(error, "REFERENCE_INVALID") && !multiarch.isMultiarchError(error));
  await assert.rejects(multiarch.diff(IMAGE, IMAGE, { client }), { code: "OPTION_INVALID" });
});

test("its three forms of the core are one, half as large as the whole", async () => {
  const wasm = (name) => readFileSync(new URL(`../../pkg/wasm/${name}_bg.wasm`, import.meta.url));
  const { default: text } = await import("../../pkg/wasm/reader_bg.inline.js");
  assert.deepEqual(Buffer.from(text()), wasm("reader"));
  assert.ok(wasm("reader").length < wasm("multiarch").length / 2);
});
