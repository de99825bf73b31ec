/** Deleting with children, against the registry in memory: what other tags need stays. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, parseManifest } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { artifact, indexWithAttestations, ociImage, ociIndex, pushAll } from "../../support/images.mjs";

const APP = "registry.example/team/app";
const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const s390x = ociImage({ architecture: "s390x" });

/** A registry with these images under these tags, and a client. */
async function registryWith(images, options) {
  const registry = createMemoryRegistry(options);
  for (const [tag, image] of Object.entries(images)) await pushAll(registry.fetch, "https://registry.example", "team/app", tag, image);
  registry.requests.length = 0;
  return { registry, client: createClient({ fetch: registry.fetch }) };
}

const digests = (list) => list.map(({ digest }) => digest).sort();
const has = (registry, { digest }) => Boolean(registry.manifest("team/app", digest));

test("an index goes with its images and attestations, but not with what another tag needs", async () => {
  const one = indexWithAttestations(amd64, arm64);
  const other = indexWithAttestations(arm64, s390x);
  const { registry, client } = await registryWith({ one, other, alone: s390x });
  const plan = await client.planDeletion(`${APP}:one`);
  const [image, kept, attestation, keptAttestation] = JSON.parse(one.bytes).manifests;
  assert.deepEqual(plan.deletes, [
    { digest: attestation.digest, kind: "attestation" }, { digest: image.digest, kind: "image" }, { digest: one.digest, kind: "root" },
  ]);
  assert.deepEqual(plan.keeps, [{ digest: kept.digest, tags: ["other"] }, { digest: keptAttestation.digest, tags: ["other"] }]);
  assert.deepEqual(plan.tags, ["one"]);
  assert.ok(registry.requests.every(({ method }) => method === "GET" || method === "HEAD"));
  await client.delete(plan);
  assert.deepEqual([has(registry, one), has(registry, image), has(registry, kept), has(registry, attestation)], [false, false, true, false]);
  assert.deepEqual(registry.tags("team/app"), ["alone", "other"]);
  assert.ok(await client.config(`${APP}:other`, { platform: "linux/arm64" }));
});

test("a tag whose manifest has others is deleted alone", async () => {
  const index = indexWithAttestations(amd64);
  const { registry, client } = await registryWith({ one: index, two: index });
  const plan = await client.planDeletion(`${APP}:one`);
  assert.deepEqual([plan.deletes, plan.tags, plan.keeps], [[], ["one"], [{ digest: index.digest, tags: ["two"] }]]);
  await client.delete(plan);
  assert.deepEqual(registry.tags("team/app"), ["two"]);
  const whole = await client.planDeletion(`${APP}@${index.digest}`);
  assert.equal(whole.deletes.length, 3);
});

test("nested indexes and referrers at any depth are in the plan", async () => {
  const inner = ociIndex(arm64);
  const { registry, client } = await registryWith({ one: ociIndex(amd64, inner) });
  const push = async (document) => {
    for (const blob of document.blobs) await registry.putBlob("team/app", blob.bytes);
    await client.push(parseManifest(document.bytes), `${APP}@${document.digest}`);
    return document;
  };
  const signature = await push(artifact({ subject: arm64, text: "of an image" }));
  const ofSignature = await push(artifact({ subject: signature, text: "of its signature" }));
  const plan = await client.planDeletion(`${APP}:one`);
  const root = registry.manifest("team/app", "one");
  assert.deepEqual(digests(plan.deletes), [root, amd64, inner, arm64, signature, ofSignature].map(({ digest }) => digest).sort());
  // What is below something is deleted before it.
  const order = plan.deletes.map(({ digest }) => digest);
  const chain = [ofSignature, signature, arm64, inner, root].map(({ digest }) => order.indexOf(digest));
  assert.deepEqual(chain, [...chain].sort((one, other) => one - other));
  await client.delete(plan);
  for (const gone of [root, amd64, inner, arm64, signature, ofSignature]) assert.equal(has(registry, gone), false);
});

test("what an index of another tag lists loses its tag alone", async () => {
  const { registry, client } = await registryWith({ both: ociIndex(amd64, arm64), "both-amd64": amd64 });
  const plan = await client.planDeletion(`${APP}:both-amd64`);
  assert.deepEqual([plan.deletes, plan.tags, plan.keeps], [[], ["both-amd64"], [{ digest: amd64.digest, tags: ["both"] }]]);
  await client.delete(plan);
  assert.deepEqual([has(registry, amd64), registry.tags("team/app")], [true, ["both"]]);
  const pinned = await client.planDeletion(`${APP}@${amd64.digest}`);
  assert.deepEqual([pinned.deletes, pinned.tags, pinned.keeps], [[], [], [{ digest: amd64.digest, tags: ["both"] }]]);
});

for (const quirks of [[], ["noReferrers"]]) {
  test(`a referrer with a tag of its own stays, and what refers to it: ${quirks.join() || "in the API"}`, async () => {
    const { registry, client } = await registryWith({ one: ociIndex(amd64) }, { quirks });
    const push = async (document, name) => {
      for (const blob of document.blobs) await registry.putBlob("team/app", blob.bytes);
      await client.push(parseManifest(document.bytes), name ?? `${APP}@${document.digest}`);
      return document;
    };
    const sbom = await push(artifact({ subject: amd64, text: "an SBOM" }), `${APP}:sbom`);
    const ofSbom = await push(artifact({ subject: sbom, text: "its signature" }));
    const signature = await push(artifact({ subject: amd64, text: "a signature" }));
    const ofSignature = await push(artifact({ subject: signature, text: "of the signature" }));
    const plan = await client.planDeletion(`${APP}:one`);
    assert.deepEqual(digests(plan.deletes.filter(({ kind }) => kind === "referrer")), digests([signature, ofSignature]));
    assert.deepEqual(plan.keeps, [{ digest: sbom.digest, tags: ["sbom"] }]);
    await client.delete(plan);
    assert.deepEqual([sbom, ofSbom, signature, ofSignature].map((one) => has(registry, one)), [true, true, false, false]);
  });
}

test("a deletion that fails says what is left, and what is gone already is no failure", async () => {
  const index = indexWithAttestations(amd64, arm64);
  const { registry, client } = await registryWith({ one: index });
  const plan = await client.planDeletion(`${APP}:one`);
  await client.delete(`${APP}@${plan.deletes[1].digest}`);
  const failing = createClient({ retry: { attempts: 1 }, fetch: refusing(registry, plan.deletes[2].digest, 405) });
  const error = await failing.delete(await failing.planDeletion(`${APP}:one`)).catch((thrown) => thrown);
  assert.equal(error.code, "DELETE_UNSUPPORTED");
  assert.ok(error.details.left.includes(plan.deletes[2].digest));
  await client.delete(plan);
  for (const { digest } of plan.deletes) assert.equal(has(registry, { digest }), false);
});

/** The registry, which deletes this digest while it `may` not. */
function refusing(registry, digest, status, may = () => false) {
  return (url, init) => (init.method === "DELETE" && url.endsWith(digest) && !may()
    ? new Response("", { status })
    : registry.fetch(url, init));
}

for (const quirks of [[], ["noReferrers"]]) {
  test(`interrupted anywhere and repeated by its tag, a deletion ends in the same state: ${quirks.join() || "with the API"}`, async () => {
    const inner = indexWithAttestations(arm64);
    const index = ociIndex(amd64, inner);
    const signature = artifact({ subject: arm64, text: "of an image" });
    const ofSignature = artifact({ subject: signature, text: "of its signature" });
    for (let at = 0; at < 7; at++) {
      const { registry, client } = await registryWith({ one: index, other: ociIndex(s390x) }, { quirks });
      for (const document of [signature, ofSignature]) {
        for (const blob of document.blobs) await registry.putBlob("team/app", blob.bytes);
        await client.push(parseManifest(document.bytes), `${APP}@${document.digest}`);
      }
      const before = await client.planDeletion(`${APP}:one`);
      assert.equal(before.deletes.length, 7);
      let count = 0;
      const controller = new AbortController();
      const interrupted = createClient({
        fetch: async (url, init) => {
          if (init.method === "DELETE" && count++ === at) controller.abort();
          return registry.fetch(url, init);
        },
      });
      const { signal } = controller;
      await assert.rejects(async () => interrupted.delete(await interrupted.planDeletion(`${APP}:one`), { signal }), { code: "ABORTED" });
      assert.ok(registry.tags("team/app").includes("one"), `the tag is gone after ${at} deletions`);
      await client.delete(await client.planDeletion(`${APP}:one`));
      for (const { digest } of before.deletes) assert.equal(has(registry, { digest }), false, `${digest}, interrupted at ${at}`);
      assert.deepEqual(registry.tags("team/app"), ["other"]);
    }
  });
}

test("a registry that keeps what an index lists gets the index first", async () => {
  const index = indexWithAttestations(amd64);
  const { registry, client } = await registryWith({ one: index });
  const isGone = () => !has(registry, index);
  const keeping = createClient({ retry: { attempts: 1 }, fetch: refusing(registry, amd64.digest, 409, isGone) });
  const plan = await keeping.planDeletion(`${APP}:one`);
  await keeping.delete(plan);
  for (const { digest } of plan.deletes) assert.equal(has(registry, { digest }), false);
  await assert.rejects(client.resolve(`${APP}:one`), { code: "MANIFEST_UNKNOWN" });
});

test("an object that is no plan is not followed", async () => {
  const { client } = await registryWith({ one: amd64 });
  const plan = await client.planDeletion(`${APP}:one`);
  await assert.rejects(() => client.delete({ ...plan }), { code: "OPTION_INVALID" });
  await assert.rejects(() => client.planDeletion(`${APP}:none`), { code: "MANIFEST_UNKNOWN" });
});
