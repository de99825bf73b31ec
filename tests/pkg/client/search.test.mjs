/** Many references at once, and the way from a digest back to its tags. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createClient, digest } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { entry, indexWithAttestations, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const APP = "registry.example/team/app";
const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const index = indexWithAttestations(amd64, arm64);
const nested = ociIndex(entry(index, { platform: undefined }));
const other = ociIndex(ociImage({ architecture: "s390x" }));

let registry, client;
beforeEach(async () => {
  registry = createMemoryRegistry();
  client = createClient({ fetch: registry.fetch });
  for (const [tag, document] of [["1", index], ["2", other], ["latest", index], ["nested", nested], ["single", arm64]]) {
    await pushAll(registry.fetch, "https://registry.example", "team/app", tag, document);
  }
  registry.requests.length = 0;
});

const all = async (iterator) => {
  const found = [];
  for await (const one of iterator) found.push(one);
  return found;
};

test("a platform's digest is found in indexes, nested ones too, and under tags of its own", async () => {
  const platform = { os: "linux", architecture: "arm64" };
  assert.deepEqual(await all(client.find(arm64.digest, APP)), [
    { tag: "1", index: index.digest, platform },
    { tag: "latest", index: index.digest, platform },
    { tag: "nested", index: nested.digest, platform },
    { tag: "single", index: arm64.digest },
  ]);
  const methods = registry.requests.map(({ method }) => method);
  assert.equal(methods.filter((method) => method === "HEAD").length, 5, "one for each tag");
  assert.equal(methods.filter((method) => method === "GET").length, 1 + 3, "the list of tags, and each index once");
});

test("an index's digest is found, and one that is nowhere is not", async () => {
  assert.deepEqual((await all(client.find(index.digest, APP))).map(({ tag }) => tag), ["1", "latest", "nested"]);
  assert.deepEqual(await all(client.find(digest("none"), APP)), []);
  await assert.rejects(all(client.find("sha256:x", APP)), { code: "DIGEST_INVALID" });
  await assert.rejects(all(client.find(index.digest, "team//app")), { code: "REFERENCE_INVALID" });
});

test("a tag that goes meanwhile is no failure; an index that cannot be read is one, at the end", async () => {
  registry.faults.push({ match: { method: "HEAD", path: /manifests\/2$/ }, answer: { status: 404 } });
  assert.equal((await all(client.find(arm64.digest, APP))).length, 4);
  registry.faults.push({ match: { method: "GET", path: new RegExp(index.digest) }, answer: { body: "no" } });
  const found = [];
  await assert.rejects(async () => {
    for await (const { tag } of client.find(arm64.digest, APP)) found.push(tag);
  }, { code: "DIGEST_MISMATCH" });
  assert.deepEqual(found, ["single"]);
});

test("many references are resolved, each once, errors in their places", async () => {
  const references = [`${APP}:1`, `${APP}:none`, `${APP}:1`, "A"];
  const found = await client.resolveAll(references, { platform: "linux/arm64" });
  assert.deepEqual(found.map((one) => one.digest ?? one.code), [arm64.digest, "MANIFEST_UNKNOWN", arm64.digest, "REFERENCE_INVALID"]);
  assert.equal(found[0].selection.descriptor.digest, arm64.digest);
  assert.ok(registry.requests.filter(({ url }) => url.endsWith("/manifests/1")).length <= 2, "each reference once");
  await assert.rejects(client.resolveAll("a"), { code: "OPTION_INVALID" });
  assert.deepEqual(await client.resolveAll([]), []);
});
