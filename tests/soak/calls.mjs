/**
 * The calls of the soak. Each has a repository of its own, filled behind the registry's back, and knows the one right answer:
 * `check` throws where a call that succeeded was given another one.
 */

import assert from "node:assert/strict";

import { artifact, ociImage, ociIndex, sha256 } from "../support/images.mjs";

const AMD64 = ociImage();
const ARM64 = ociImage({ architecture: "arm64" });
const INDEX = ociIndex(AMD64, ARM64);
const NOTES = ["one", "two"].map((text) => artifact({ subject: INDEX, text }));
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
/** What stands in for the referrers call where a registry does not seem to know it. */
const LISTING = JSON.stringify({
  schemaVersion: 2, mediaType: OCI_INDEX,
  manifests: NOTES.map(({ mediaType, digest, size, bytes }) => ({ mediaType, digest, size, artifactType: JSON.parse(bytes).artifactType })),
});
const LAYER = AMD64.blobs[1];
const TAGS = ["1", "2", "3", "latest"];

const raw = ({ bytes }) => new Uint8Array(bytes);

/** Documents without their blobs, which is quick; `fill` puts the blobs as well. */
async function list(registry, path, image, tag) {
  for (const child of image.children) await list(registry, path, child);
  await registry.putManifest(path, image.digest, raw(image), { mediaType: image.mediaType });
  if (tag) await registry.putManifest(path, tag, raw(image), { mediaType: image.mediaType });
}

async function fill(registry, path, image, tag) {
  for (const { blobs } of everyImage(image)) for (const blob of blobs) await registry.putBlob(path, raw(blob));
  await list(registry, path, image, tag);
}

const everyImage = (image) => [image, ...image.children.flatMap(everyImage)];

const holds = (registry, path, image) => {
  assert.equal(registry.manifest(path, image.digest)?.digest, image.digest, `${path} lacks ${image.digest}`);
  for (const { digest } of image.blobs) assert.ok(registry.blob(path, digest), `${path} lacks ${digest}`);
  for (const child of image.children) holds(registry, path, child);
};

async function collected(list) {
  const all = [];
  for await (const one of list) all.push(one);
  return all;
}

async function read(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The document that a manifest call must give, and the digest that it must have been checked against. */
const same = (document, image) => {
  assert.equal(document.digest, image.digest);
  assert.deepEqual(Buffer.from(document.bytes), image.bytes);
};

const content = (number) => new Uint8Array(Buffer.from(`blob ${number} `.repeat(40)));

/**
 * By name: what the repository holds before, the call, and the check of its answer.
 *
 * @type {Record<string, { prepare?: Function, run: Function, check?: Function }>}
 */
export const CALLS = {
  resolve: {
    prepare: (registry, path) => list(registry, path, AMD64, "1"),
    run: (client, name) => client.resolve(`${name}:1`),
    check: ({ digest, size }) => assert.deepEqual([digest, size], [AMD64.digest, AMD64.size]),
  },
  "resolve for a platform": {
    prepare: (registry, path) => list(registry, path, INDEX, "1"),
    run: (client, name) => client.resolve(`${name}:1`, { platform: "linux/arm64" }),
    check: ({ digest }) => assert.equal(digest, ARM64.digest),
  },
  manifest: {
    prepare: (registry, path) => list(registry, path, INDEX, "1"),
    run: (client, name) => client.manifest(`${name}:1`),
    check: (document) => same(document, INDEX),
  },
  "manifest by digest": {
    prepare: (registry, path) => list(registry, path, INDEX, "1"),
    run: (client, name) => client.manifest(`${name}@${INDEX.digest}`),
    check: (document) => same(document, INDEX),
  },
  config: {
    prepare: async (registry, path) => {
      await list(registry, path, INDEX, "1");
      await registry.putBlob(path, raw(ARM64.blobs[0]));
    },
    run: (client, name) => client.config(`${name}:1`, { platform: "linux/arm64" }),
    check: ({ platform }) => assert.equal(platform.architecture, "arm64"),
  },
  tags: {
    prepare: async (registry, path) => {
      for (const tag of TAGS) await registry.putManifest(path, tag, raw(AMD64), { mediaType: AMD64.mediaType });
    },
    run: (client, name) => collected(client.tags(name)),
    check: (tags) => assert.deepEqual(tags, TAGS),
  },
  referrers: {
    prepare: async (registry, path) => {
      await list(registry, path, INDEX, "1");
      for (const note of NOTES) await list(registry, path, note);
      await registry.putManifest(path, INDEX.digest.replace(":", "-"), LISTING, { mediaType: OCI_INDEX });
    },
    run: (client, name) => collected(client.referrers(`${name}@${INDEX.digest}`)),
    check: (found) => assert.deepEqual(found.map(({ digest }) => digest).sort(), NOTES.map(({ digest }) => digest).sort()),
  },
  blob: {
    prepare: (registry, path) => registry.putBlob(path, raw(LAYER)),
    run: async (client, name) => read(await client.blob(name, LAYER.digest)),
    check: (bytes) => assert.deepEqual(bytes, LAYER.bytes),
  },
  push: {
    prepare: async (registry, path) => {
      for (const blob of AMD64.blobs) await registry.putBlob(path, raw(blob));
    },
    run: (client, name, { parseManifest }) => client.push(parseManifest(AMD64.bytes, { mediaType: AMD64.mediaType }), `${name}:new`),
    check: (_, { registry, path }) => assert.equal(registry.manifest(path, "new")?.digest, AMD64.digest),
  },
  copy: {
    prepare: (registry, path) => fill(registry, path, INDEX, "1"),
    run: (client, name) => client.copy(`${name}:1`, `${name}-copy:2`),
    check: ({ digest }, { registry, path }) => {
      assert.equal(digest, INDEX.digest);
      assert.equal(registry.manifest(`${path}-copy`, "2")?.digest, INDEX.digest);
      holds(registry, `${path}-copy`, INDEX);
    },
  },
  delete: {
    prepare: (registry, path) => list(registry, path, AMD64, "1"),
    run: (client, name) => client.delete(`${name}:1`),
    check: (_, { registry, path }) => assert.equal(registry.manifest(path, "1"), undefined),
  },
  upload: {
    run: (client, name, { number }) => {
      const bytes = content(number);
      return client.upload(name, bytes, { digest: sha256(bytes), size: bytes.length });
    },
    check: (_, { registry, path, number }) => assert.deepEqual(Buffer.from(registry.blob(path, sha256(content(number))) ?? []), Buffer.from(content(number))),
  },
};
