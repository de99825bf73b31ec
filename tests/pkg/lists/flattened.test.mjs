/** Drafts of indexes: what becomes of them in any store, which images are taken, and what a push makes of two for one platform. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient, createManifests, decodeDraft, encodeDraft, isAttestation, memoryStore } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { attestation, dockerImage, dockerList, entry, indexWithAttestations, ociImage, ociIndex, sha256 } from "../../support/images.mjs";

const REPOSITORY = "registry.example/team/app";
const LIST = `${REPOSITORY}:1`;
const AMD64 = ociImage();
const ARM64 = ociImage({ architecture: "arm64" });
const BOTH = indexWithAttestations(AMD64, ARM64);

async function ready(images = { both: BOTH }) {
  const registry = createMemoryRegistry();
  const put = async (image, reference) => {
    for (const blob of image.blobs) await registry.putBlob("team/app", blob.bytes);
    for (const child of image.children) await put(child);
    await registry.putManifest("team/app", reference, image.bytes, { mediaType: image.mediaType });
  };
  for (const [tag, image] of Object.entries(images)) await put(image, tag);
  const store = memoryStore();
  const manifests = createManifests({ client: createClient({ fetch: registry.fetch }), store });
  const create = (tags, options) => manifests.create(LIST, tags.map((tag) => `${REPOSITORY}:${tag}`), options);
  const pushed = () => JSON.parse(Buffer.from(registry.manifest("team/app", "1").bytes));
  return { registry, store, manifests, put, create, pushed };
}

const digests = (entries) => entries.map(({ descriptor }) => descriptor.digest).sort();
const failure = (promise) => promise.then(() => assert.fail("it should have failed"), (error) => error);

test("an index becomes its images and attestations, and a file of docker's keeps what it says of each", async () => {
  const { registry, create } = await ready();
  const { entries, flattened } = await create(["both"]);
  assert.deepEqual(digests(entries), BOTH.children.map(({ digest }) => digest).sort());
  assert.deepEqual(flattened, [{ ref: `${REPOSITORY}:both`, digest: BOTH.digest, entries: flattened[0].entries }]);
  for (const one of entries) {
    assert.equal(one.ref, `${REPOSITORY}@${one.descriptor.digest}`);
    assert.deepEqual(decodeDraft(encodeDraft(one)), one);
    const { Multiarch, ...docker } = JSON.parse(encodeDraft(one));
    assert.deepEqual(Object.keys(docker), ["Ref", "Descriptor", "Raw", "OCIManifest"]);
    assert.equal(JSON.parse(Multiarch.Entry).digest, one.descriptor.digest);
  }
  assert.equal(entries.filter(({ descriptor }) => isAttestation(descriptor)).length, 2);
  const requests = registry.requests.length;
  assert.equal(requests, 1 + 4 + 2, "the index, each manifest in it, and the config of each image");
});

test("an image whose config is for another platform than its index states is said", async () => {
  const wrong = ociIndex(entry(AMD64, { platform: { os: "linux", architecture: "arm64" } }), entry(ociImage({ architecture: "arm", variant: "v7" }), { platform: { os: "linux", architecture: "arm" } }));
  const { create } = await ready({ wrong });
  const { warnings } = await create(["wrong"]);
  assert.deepEqual(warnings, [`${REPOSITORY}@${AMD64.digest} is listed for linux/arm64, and its config is for linux/amd64`]);
});

test("a damaged member is said, with the file", async () => {
  const { create } = await ready();
  const [one, other] = (await create(["both"])).entries;
  const file = JSON.parse(encodeDraft(one));
  for (const Multiarch of [{}, [], { Entry: "{" }, { Entry: other.listing.entry, Sources: [] }, { Entry: one.listing.entry, Sources: [] }]) {
    const error = await failure((async () => decodeDraft(JSON.stringify({ ...file, Multiarch }), { path: "/a" }))());
    assert.deepEqual([error.code, error.details.file], ["DRAFT_CORRUPT", "/a"], JSON.stringify(Multiarch));
  }
  assert.equal(decodeDraft(JSON.stringify({ ...file, Multiarch: null })).listing, undefined);
});

test("platforms and attestations are chosen over all sources", async () => {
  const { create } = await ready({ both: BOTH, s390x: ociImage({ architecture: "s390x" }) });
  const taken = async (options) => digests((await create(["both", "s390x"], { dryRun: true, ...options })).entries);
  assert.deepEqual(await taken({ platforms: ["linux/arm64"] }), [ARM64.digest, attestation(ARM64).image.digest].sort());
  assert.deepEqual(await taken({ attestations: false, platforms: ["linux/amd64", "linux/s390x"] }),
    [AMD64.digest, ociImage({ architecture: "s390x" }).digest].sort());
  assert.equal((await taken({ attestations: false })).length, 3);
  const error = await failure(taken({ platforms: ["linux/riscv64"] }));
  assert.equal(error.code, "PLATFORM_NOT_FOUND");
  assert.deepEqual(error.details.available, ["linux/amd64", "linux/arm64", "linux/s390x"]);
});

test("create --amend asks for nothing that the draft has, under the name of the index either", async () => {
  const { registry, create, manifests } = await ready();
  await create(["both"]);
  await manifests.annotate(LIST, "linux/arm64", { variant: "v8" });
  const before = registry.requests.length;
  const { reused, entries } = await create(["both"], { amend: true });
  assert.deepEqual(reused, [`${REPOSITORY}:both`]);
  assert.equal(registry.requests.length, before);
  assert.equal(entries.find(({ descriptor }) => descriptor.digest === ARM64.digest).descriptor.platform.variant, "v8");
});

test("an image that two indexes have stays while one of them has it", async () => {
  const next = ociImage({ text: "next" });
  const { create, put, store } = await ready({ one: ociIndex(AMD64, ARM64), two: ociIndex(ARM64) });
  await create(["one", "two"]);
  await put(ociIndex(next), "one");
  const { moved, entries } = await create([], { refresh: true });
  assert.deepEqual(moved.map(({ ref, to }) => [ref, to]), [[`${REPOSITORY}:one`, ociIndex(next).digest]]);
  assert.deepEqual(digests(entries), [ARM64.digest, next.digest].sort());
  await put(AMD64, "one");
  await create([], { refresh: true });
  assert.deepEqual((await store.read(LIST)).map(({ ref }) => ref).sort(), [`${REPOSITORY}:one`, `${REPOSITORY}@${ARM64.digest}`]);
  await put(ociIndex(AMD64), "one");
  const again = await create([], { refresh: true });
  assert.deepEqual(again.entries.map(({ ref }) => ref).sort(), [AMD64, ARM64].map(({ digest }) => `${REPOSITORY}@${digest}`).sort());
});

test("an image that was named by its digest stays when the index that has it moves", async () => {
  const { create, manifests, put } = await ready({ both: ociIndex(AMD64, ARM64) });
  await manifests.create(LIST, [`${REPOSITORY}:both`, `@${AMD64.digest}`]);
  await put(ociIndex(ARM64), "both");
  assert.deepEqual(digests((await create([], { refresh: true })).entries), [AMD64.digest, ARM64.digest].sort());
});

test("an entry is found by digest, platform and the index of one image; where it is several, all are named", async () => {
  const { create, manifests } = await ready({ both: BOTH, s390x: indexWithAttestations(ociImage({ architecture: "s390x" })) });
  await create(["both", "s390x"]);
  for (const name of [ARM64.digest, `@${ARM64.digest}`, "linux/arm64", "linux/arm64/v8", `${REPOSITORY}@${ARM64.digest}`]) {
    const { entry: found } = await manifests.annotate(LIST, name, { osVersion: "1" });
    assert.equal(found.descriptor.digest, ARM64.digest, name);
  }
  const { entry: found } = await manifests.annotate(LIST, `${REPOSITORY}:s390x`, { variant: "z15" });
  assert.equal(found.descriptor.platform.architecture, "s390x");
  const error = await failure(manifests.annotate(LIST, `${REPOSITORY}:both`, { variant: "v8" }));
  assert.equal(error.code, "DRAFT_UNKNOWN");
  assert.deepEqual(error.details.entries, [AMD64, ARM64].map(({ digest }) => `${REPOSITORY}@${digest}`).sort());
  assert.equal((await failure(manifests.annotate(LIST, "linux/riscv64", {}))).code, "DRAFT_UNKNOWN");
});

test("a push writes an entry's own text, changed where it was annotated", async () => {
  const { create, manifests, pushed } = await ready();
  await create(["both"]);
  await manifests.push(LIST);
  const stated = JSON.parse(BOTH.bytes).manifests;
  for (const one of pushed().manifests) assert.deepEqual(one, stated.find(({ digest }) => digest === one.digest));
  await manifests.annotate(LIST, "linux/arm64", { variant: "v8", osFeatures: ["a"] });
  await manifests.push(LIST);
  const arm64 = pushed().manifests.find(({ digest }) => digest === ARM64.digest);
  assert.deepEqual(arm64.platform, { architecture: "arm64", os: "linux", variant: "v8", "os.features": ["a"] });
  assert.equal(pushed().manifests.length, 4);
});

test("a Docker list is made where it can hold everything, and is refused where it cannot", async () => {
  const images = [dockerImage(), dockerImage({ architecture: "arm64" })];
  const { create, manifests, pushed } = await ready({ list: dockerList(...images), both: BOTH });
  await create(["list"]);
  await manifests.push(LIST);
  assert.equal(pushed().mediaType, "application/vnd.docker.distribution.manifest.list.v2+json");
  await create(["both"], { amend: true });
  await manifests.push(LIST);
  assert.equal(pushed().mediaType, "application/vnd.oci.image.index.v1+json");
  const error = await failure(manifests.push(LIST, { type: "docker" }));
  assert.equal(error.code, "MEDIA_TYPE_UNSUPPORTED");
  assert.match(error.message, /annotations/);
});

test("an entry without a platform gets that of its config", async () => {
  const { create, manifests, pushed } = await ready({ bare: ociIndex(entry(ARM64, { platform: null })) });
  await create(["bare"]);
  await manifests.push(LIST);
  assert.deepEqual(pushed().manifests[0].platform, { architecture: "arm64", os: "linux" });
});

test("two images for one platform: a draft warns, and a list without a draft is refused unless it is said what becomes of them", async () => {
  const other = ociImage({ architecture: "arm64", variant: "v8", text: "other" });
  const { create, manifests, pushed } = await ready({ both: BOTH, other });
  await create(["both", "other"]);
  const { warnings } = await manifests.push(LIST);
  assert.equal(warnings.length, 1);
  for (const part of ["linux/arm64", ARM64.digest, other.digest, `${REPOSITORY}:other`]) assert.ok(warnings[0].includes(part), part);
  assert.equal(pushed().manifests.length, 5);

  const error = await failure(create(["both", "other"], { push: true }));
  assert.equal(error.code, "PLATFORM_DUPLICATE");
  assert.deepEqual(error.details.digests, [ARM64.digest, other.digest]);
  await create(["both", "other"], { push: true, onDuplicate: "replace" });
  assert.deepEqual(pushed().manifests.map(({ digest }) => digest).sort(), [AMD64.digest, attestation(AMD64).image.digest, other.digest].sort());
  await create(["both", "other"], { push: true, onDuplicate: "keep" });
  assert.equal(pushed().manifests.length, 5);
});

test("two images for one platform are no rivals where podman's mark tells them apart", async () => {
  const zstd = entry(ociImage({ text: "zstd" }), { annotations: { "io.github.containers.compression.zstd": "true" } });
  const { create } = await ready({ podman: ociIndex(AMD64, zstd) });
  assert.deepEqual((await create(["podman"], { push: true })).plan.warnings, []);
});

test("an attestation whose image is not in the list is said", async () => {
  const { manifests, create } = await ready({ lonely: ociIndex(AMD64, attestation(ARM64)) });
  await create(["lonely"]);
  const { warnings } = await manifests.push(LIST, { dryRun: true });
  assert.deepEqual(warnings, [`${REPOSITORY}@${attestation(ARM64).image.digest} is an attestation of ${ARM64.digest}, which is not in the list`]);
});

test("annotations of indexes come along where the sources agree, and are said to be left out where not", async () => {
  const annotated = (image, annotations) => {
    const index = ociIndex(image);
    const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(index.bytes), annotations }));
    return { ...index, bytes };
  };
  const { manifests, create, pushed } = await ready({
    one: annotated(AMD64, { "org.example.same": "1", "org.example.other": "1" }),
    two: annotated(ARM64, { "org.example.same": "1", "org.example.other": "2", "org.example.own": "3" }),
  });
  await create(["one", "two"]);
  const { warnings } = await manifests.push(LIST);
  assert.deepEqual(pushed().annotations, { "org.example.own": "3", "org.example.same": "1" });
  assert.deepEqual(warnings, ["the sources annotate org.example.other differently: the list does without it"]);
});

test("annotations of an index inside an index come along, and of its entry it is said that they do not", async () => {
  const annotated = (index, annotations) => {
    const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(index.bytes), annotations }));
    return { ...index, bytes, digest: sha256(bytes), size: bytes.length };
  };
  const inner = annotated(ociIndex(ARM64), { "org.example.inner": "1", "org.example.both": "inner" });
  const outer = annotated(ociIndex(AMD64, entry(inner, { annotations: { "org.example.entry": "1" } })), { "org.example.both": "outer" });
  const { manifests, create, pushed } = await ready({ outer });
  const { warnings } = await create(["outer"]);
  assert.deepEqual(warnings, [
    `left out: the annotations of the index ${inner.digest} as an entry of ${REPOSITORY}:outer`,
    `left out: the annotation org.example.both of ${inner.digest}, which another source gives another value`,
  ]);
  await manifests.push(LIST);
  assert.deepEqual(pushed().annotations, { "org.example.both": "outer", "org.example.inner": "1" });
});

test("what an index has beside its entries is said to be left out of a draft", async () => {
  const index = ociIndex(AMD64);
  const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(index.bytes), artifactType: "application/vnd.example", "x-own": 1, subject: null }));
  const { create } = await ready({ odd: { ...index, bytes } });
  assert.deepEqual((await create(["odd"])).warnings, [`left out: artifactType, x-own of the index ${REPOSITORY}:odd`]);
});

test("what no draft can hold is refused, and what is missing is named with the index that lists it", async () => {
  const { registry, create, store } = await ready();
  const layer = { mediaType: "application/vnd.buildkit.cacheconfig.v0", digest: AMD64.blobs[0].digest, size: AMD64.blobs[0].size };
  const text = (manifests) => new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: BOTH.mediaType, manifests }));
  await registry.putManifest("team/app", "cache", text([layer]), { mediaType: BOTH.mediaType });
  const refused = await failure(create(["cache"]));
  assert.deepEqual([refused.code, refused.message.includes(layer.mediaType)], ["MEDIA_TYPE_UNSUPPORTED", true]);
  const gone = `sha256:${"1".repeat(64)}`;
  await registry.putManifest("team/app", "gone", text([{ mediaType: AMD64.mediaType, digest: gone, size: 7 }]), { mediaType: BOTH.mediaType });
  const missing = await failure(create(["gone"]));
  assert.equal(missing.code, "MANIFEST_UNKNOWN");
  assert.equal(missing.message, `no such manifest: ${REPOSITORY}@${gone}, an image that ${REPOSITORY}:gone lists`);
  assert.deepEqual(await store.list(), []);
});
