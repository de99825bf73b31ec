/** Drafts that are edited: by the operations of an index, as docker's files hold them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient, createManifests, decodeDraft, encodeDraft, memoryStore } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";

const APP = "registry.example/team/app";
const LIST = `${APP}:1`;
const amd64 = ociImage();
const arm64 = ociImage({ architecture: "arm64" });
const s390x = ociImage({ architecture: "s390x" });
const newer = ociImage({ architecture: "arm64", text: "newer" });

/** A registry with images and indexes of them, `docker manifest` over it, and a draft of two images. */
async function ready(sources = [`${APP}:amd64`, `${APP}:arm64`]) {
  const registry = createMemoryRegistry();
  const images = { amd64, arm64, s390x, newer, "bx-arm64": indexWithAttestations(arm64), "bx-s390x": indexWithAttestations(s390x) };
  for (const [tag, image] of Object.entries(images)) await pushAll(registry.fetch, "https://registry.example", "team/app", tag, image);
  const store = memoryStore();
  const manifests = createManifests({ client: createClient({ fetch: registry.fetch }), store });
  await manifests.create(LIST, sources);
  const pushed = async () => {
    await manifests.push(LIST);
    return JSON.parse(Buffer.from(registry.manifest("team/app", "1").bytes));
  };
  return { registry, store, manifests, pushed };
}

const refs = async (store) => (await store.read(LIST)).map(({ ref }) => ref.replace(APP, "")).sort();
const platforms = ({ manifests }) => manifests.map(({ platform }) => platform.architecture).sort();

test("entries are added with their attestations, replaced and removed, and a push writes them whole", async () => {
  const { store, manifests, pushed } = await ready();
  const { list, steps } = await manifests.edit(LIST, (index, document) => {
    assert.deepEqual(document.manifests.map(({ digest }) => digest).sort(), [amd64.digest, arm64.digest].sort());
    index.add(":bx-s390x").replace("linux/arm64", `${APP}:newer`).remove(`${APP}:amd64`);
  });
  assert.equal(list, LIST);
  assert.equal(steps.length, 5, steps.join("\n"));
  const [, attestation] = JSON.parse(indexWithAttestations(s390x).bytes).manifests;
  assert.deepEqual(await refs(store), [`@${attestation.digest}`, `@${s390x.digest}`, ":newer"].sort());
  const index = await pushed();
  assert.deepEqual(platforms(index), ["arm64", "s390x", "unknown"]);
  assert.ok(index.manifests.some(({ digest }) => digest === newer.digest));
});

test("annotations of an image stand in docker's file and outlive docker's own annotate; those of the list stand beside it", async () => {
  const { store, manifests, pushed } = await ready();
  await manifests.edit(LIST, (index) =>
    index.annotate("linux/arm64", { note: "an image" }).annotate("index", { title: "a list" }).setPlatform("linux/arm64", { variant: "v8" }));
  // Docker writes a file again without the member that it does not know.
  const [one, other] = (await store.read(LIST)).sort((a, b) => a.ref.localeCompare(b.ref));
  const { Multiarch: _, ...dockers } = JSON.parse(encodeDraft(other));
  const rewritten = decodeDraft(JSON.stringify(dockers));
  assert.equal(rewritten.listing, undefined);
  await store.write(LIST, [one, rewritten]);
  const { annotations, manifests: entries } = await pushed();
  assert.deepEqual(annotations, { title: "a list" });
  const arm = entries.find(({ digest }) => digest === arm64.digest);
  assert.deepEqual([arm.annotations, arm.platform.variant], [{ note: "an image" }, "v8"]);
  await manifests.edit(LIST, (index) => index.annotate("index", { title: null }).annotate("linux/arm64/v8", { note: null }));
  const without = await pushed();
  assert.equal(without.annotations, undefined);
  assert.ok(without.manifests.every((entry) => entry.annotations === undefined));
});

test("the only image that docker has annotated keeps its own annotations", async () => {
  const { store, manifests, pushed } = await ready([`${APP}:arm64`]);
  await manifests.edit(LIST, (index) => index.annotate("linux/arm64", { note: "kept" }));
  const [{ listing: _, ...entry }] = await store.read(LIST);
  await store.write(LIST, [entry]);
  assert.deepEqual((await pushed()).manifests[0].annotations, { note: "kept" });
});

test("what an index says of an image stays, and its name stands for its image", async () => {
  const { manifests, pushed } = await ready([`${APP}:amd64`, `${APP}:bx-arm64`]);
  await manifests.edit(LIST, (index) => index.setPlatform(`${APP}:bx-arm64`, { variant: "v8" }));
  const { manifests: entries } = await pushed();
  assert.deepEqual(entries.map(({ platform }) => platform.variant), [undefined, "v8", undefined]);
  await manifests.edit(LIST, (index) => index.remove(`${APP}:bx-arm64`));
  assert.deepEqual(platforms(await pushed()), ["amd64"], "its attestation goes with it");
});

test("a dry run writes nothing, and an edit that is repeated writes nothing again", async () => {
  const { store, manifests } = await ready();
  const before = await store.read(LIST);
  const change = (index) => index.add(`${APP}:s390x`).annotate("index", { a: "b" });
  const planned = await manifests.edit(LIST, change, { dryRun: true });
  assert.deepEqual(await store.read(LIST), before);
  const { entries, steps } = await manifests.edit(LIST, change);
  assert.deepEqual([entries, steps], [planned.entries, planned.steps]);
  assert.deepEqual((await manifests.edit(LIST, change)).steps, []);
});

test("what a draft does not hold is refused, with what to do in its place", async () => {
  const { manifests, store } = await ready();
  const refused = [
    [(index) => index.order("platform"), /cannot hold what order sets/],
    [(index) => index.subject(`${APP}:amd64`), /cannot hold what subject sets/],
    [(index) => index.artifactType("a/b"), /cannot hold what artifactType sets/],
    [(index) => index.convert("application/vnd.oci.image.index.v1+json"), /cannot hold what convert sets/],
  ];
  for (const [change, message] of refused) {
    await assert.rejects(manifests.edit(LIST, change), (error) => error.code === "OPTION_INVALID" && message.test(error.message) && /^Leave it out: /.test(error.hint));
  }
  const entry = { mediaType: amd64.mediaType, digest: amd64.digest, size: amd64.size };
  await assert.rejects(manifests.edit(LIST, (index) => index.add(entry)), { code: "OPTION_INVALID" });
  await assert.rejects(manifests.edit(LIST, (index) => index.add(`${APP}:newer`)), { code: "PLATFORM_DUPLICATE" });
  await assert.rejects(manifests.edit(LIST, (index) => index.remove("linux/riscv64")), { code: "ENTRY_UNKNOWN" });
  await assert.rejects(manifests.edit(`${APP}:none`, () => {}), { code: "DRAFT_UNKNOWN" });
  await assert.rejects(manifests.edit(`${APP}@${amd64.digest}`, () => {}), { code: "OPTION_INVALID" });
  assert.deepEqual(await refs(store), [":amd64", ":arm64"]);
});
