/** What check and diff say of images in buildx's shape in a real registry: whole ones, and ones whose parts a clean-up has deleted. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createClient, diff } from "multiarch";

import { startDockerRegistry } from "../../support/docker-registry.mjs";
import { artifact, indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";

const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const index = indexWithAttestations(amd64, arm64);

let registry, client, sent;
before(async () => {
  registry = await startDockerRegistry();
  const counted = (url, init) => {
    sent.push(`${init.method} ${new URL(url).pathname.split("/").at(-2)}`);
    return fetch(url, init);
  };
  client = createClient({ fetch: counted, retry: { attempts: 1 } });
  sent = [];
});
after(() => registry?.close());

const name = (repository, tag) => `${registry.domain}/${repository}:${tag}`;
const push = (repository, tag, image) => pushAll(fetch, registry.url, repository, tag, image);

test("a whole index is well, by one GET and HEADs, and with everything that it is made of", async () => {
  await push("team/whole", "1", index);
  const platforms = ["linux/amd64", "linux/arm64/v8"];
  const short = await client.check(name("team/whole", "1"), { platforms, exact: true, attestations: true });
  assert.deepEqual([short.ok, short.findings, short.images.map(({ attestations }) => attestations)], [true, [], [1, 1]]);
  assert.deepEqual(sent.splice(0).sort(), ["GET manifests", ...Array(4).fill("HEAD manifests")]);
  const whole = await client.check(name("team/whole", "1"), { platforms, configs: true, blobs: true });
  assert.deepEqual(whole.findings, []);
  assert.equal((await client.check(name("team/whole", "1"), { platforms: ["linux/s390x"] })).findings[0].code, "PLATFORM_MISSING");
});

test("a manifest that was deleted below an index is found by its HEAD", async () => {
  await push("team/cleaned", "1", index);
  await client.delete(`${registry.domain}/team/cleaned@${arm64.digest}`);
  sent.length = 0;
  const { ok, findings } = await client.check(name("team/cleaned", "1"));
  assert.deepEqual([ok, findings.map(({ code, digest, platform }) => [code, digest, platform.architecture])], [false, [["MANIFEST_MISSING", arm64.digest, "arm64"]]]);
  assert.equal(sent.filter((one) => one.startsWith("GET")).length, 1, sent.join());
});

test("a blob that was deleted is found with `blobs`, and `has` says so", async () => {
  await push("team/bare", "1", index);
  const [, layer] = arm64.blobs;
  const { status } = await fetch(`${registry.url}/v2/team/bare/blobs/${layer.digest}`, { method: "DELETE" });
  assert.equal(status, 202);
  assert.equal(await client.has(`${registry.domain}/team/bare`, layer.digest), false);
  assert.equal(await client.has(`${registry.domain}/team/bare`, amd64.blobs[1].digest), true);
  assert.equal((await client.check(name("team/bare", "1"))).ok, true);
  const { findings } = await client.check(name("team/bare", "1"), { blobs: true });
  assert.deepEqual(findings.map(({ code, digest }) => [code, digest]), [["BLOB_MISSING", layer.digest]]);
});

test("two builds are compared, and an artifact is no image", async () => {
  await push("team/builds", "1", index);
  await push("team/builds", "2", indexWithAttestations(ociImage({ text: "newer", layers: 2 }), arm64));
  sent.length = 0;
  const { platforms, same } = await diff(name("team/builds", "1"), name("team/builds", "2"), { client });
  assert.deepEqual([same, platforms.map(({ change }) => change)], [false, ["changed", "same"]]);
  assert.deepEqual(sent.splice(0).sort(), [...Array(2).fill("GET blobs"), ...Array(4).fill("GET manifests"), ...Array(2).fill("HEAD manifests")]);
  await push("team/builds", "note", artifact());
  assert.deepEqual((await client.check(name("team/builds", "note"))).images, []);
});
