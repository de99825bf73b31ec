/** `createManifests`: create, annotate, inspect, push and rm through the facade. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient, createManifests, decodeDraft, draftFileName, encodeDraft, memoryStore } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { dockerImage, ociImage, pushAll, sha256 } from "../../support/images.mjs";

const DOMAIN = "registry.example";
const LIST = `${DOMAIN}/team/app:1`;
const AMD64 = `${DOMAIN}/team/app:amd64`;
const ARM64 = `${DOMAIN}/team/app:arm64`;

/** A registry with two single-platform images, and `docker manifest` over it. */
async function ready(options = {}) {
  const registry = createMemoryRegistry(options);
  const images = { amd64: dockerImage(), arm64: dockerImage({ architecture: "arm64", variant: "v8" }) };
  for (const [tag, image] of Object.entries(images)) {
    for (const repository of ["team/app", "team/other"]) {
      for (const blob of image.blobs) await registry.putBlob(repository, blob.bytes);
      await registry.putManifest(repository, tag, image.bytes, { mediaType: image.mediaType });
    }
  }
  const client = createClient({ fetch: registry.fetch, ...(options.credentials && { credentials: options.credentials }) });
  const store = memoryStore();
  return { registry, images, client, store, manifests: createManifests({ client, store }) };
}

const listed = (registry) => registry.requests.map(({ method, url }) => `${method} ${new URL(url).pathname.slice(4)}`);

async function failure(promise) {
  return promise.then(() => assert.fail("it should have failed"), (error) => error);
}

/** The same registry and store, with `action` in the middle of the next request. */
function interrupted({ registry, store }, action) {
  let done;
  const fetch = async (...request) => {
    await (done ??= action());
    return registry.fetch(...request);
  };
  return createManifests({ client: createClient({ fetch }), store });
}

test("what others change while create reads images stays, and what was asked for is there", async () => {
  const all = await ready();
  const { store, manifests } = all;
  await manifests.create(LIST, [AMD64]);
  const other = `${DOMAIN}/team/other:arm64`;
  await interrupted(all, async () => {
    await manifests.annotate(LIST, AMD64, { osVersion: "6.1" });
    await manifests.create(LIST, [other], { amend: true });
  }).create(LIST, [AMD64, ARM64], { amend: true });
  const drafted = await store.read(LIST);
  assert.deepEqual(drafted.map(({ ref }) => ref), [AMD64, ARM64, other]);
  assert.equal(drafted[0].descriptor.platform.osVersion, "6.1");

  await manifests.rm([LIST]);
  await manifests.create(LIST, [AMD64]);
  await interrupted(all, () => manifests.rm([LIST])).create(LIST, [AMD64, ARM64], { amend: true });
  assert.deepEqual((await store.read(LIST)).map(({ ref }) => ref), [AMD64, ARM64]);
});

test("the whole way: create, inspect, annotate, push, purge, rm, amend, resolve", async () => {
  const { registry, images, client, manifests } = await ready();

  const created = await manifests.create(LIST, [ARM64, AMD64]);
  assert.equal(created.list, LIST);
  assert.deepEqual(created.entries.map(({ ref }) => ref), [AMD64, ARM64]);
  assert.equal(registry.requests.length, 4);
  const drafted = JSON.parse(await manifests.inspect(LIST));
  assert.deepEqual(drafted.manifests.map(({ digest }) => digest), [images.amd64.digest, images.arm64.digest]);
  assert.deepEqual(drafted.manifests[1].platform, { architecture: "arm64", os: "linux", variant: "v8" });
  const verbose = JSON.parse(await manifests.inspect(LIST, { verbose: true }));
  assert.deepEqual(verbose.map(({ Ref }) => Ref), [AMD64, ARM64]);
  assert.equal(Buffer.from(verbose[0].Raw, "base64").toString(), images.amd64.bytes.toString());
  assert.equal(await manifests.inspect(AMD64, { list: LIST }), `${JSON.stringify(JSON.parse(images.amd64.bytes), null, "\t")}\n`);

  const { entry, known } = await manifests.annotate(LIST, ARM64, { osVersion: "6.1" });
  assert.equal(entry.descriptor.platform.osVersion, "6.1");
  assert.equal(known, true);
  const text = await manifests.inspect(LIST);
  assert.equal(JSON.parse(text).manifests[1].platform["os.version"], "6.1");

  const pushed = await manifests.push(LIST);
  assert.deepEqual(pushed.pushed, []);
  const body = registry.manifest("team/app", "1").bytes;
  assert.equal(`${Buffer.from(body)}\n`, text);
  assert.equal(pushed.digest, sha256(body));

  assert.equal((await manifests.push(LIST, { purge: true })).purged, true);
  assert.deepEqual(await manifests.ls(), []);
  assert.equal((await failure(manifests.push(LIST))).message, `No such manifest: ${LIST}`);
  assert.equal((await failure(manifests.rm([LIST]))).message, `No such manifest: ${LIST}`);

  await manifests.create(LIST, [AMD64], { amend: true });
  assert.deepEqual((await manifests.create(LIST, [ARM64], { amend: true })).entries.length, 2);
  await manifests.push(LIST);
  await manifests.rm([LIST]);
  for (const name of ["amd64", "arm64"]) {
    const { digest } = await client.resolve(LIST, { platform: `linux/${name}` });
    assert.equal(digest, images[name].digest);
  }
});

test("a draft that exists is not touched unless that is asked for", async () => {
  const { registry, manifests, store } = await ready();
  await manifests.create(LIST, [AMD64]);
  const refused = await failure(manifests.create(LIST, [ARM64]));
  assert.equal(refused.message, "refusing to amend an existing manifest list with no --amend flag");
  assert.equal(refused.code, "DRAFT_EXISTS");

  registry.requests.length = 0;
  const { reused } = await manifests.create(LIST, [AMD64, AMD64], { amend: true });
  assert.deepEqual([reused[0], registry.requests.length], [AMD64, 0]);

  const replaced = await manifests.create(LIST, [ARM64], { replace: true });
  assert.deepEqual(replaced.entries.map(({ ref }) => ref), [ARM64]);
  assert.deepEqual((await store.read(LIST)).map(({ ref }) => ref), [ARM64]);
});

test("refresh says which tags have moved, and keeps what was annotated", async () => {
  const { registry, images, manifests } = await ready();
  await manifests.create(LIST, [AMD64, ARM64]);
  await manifests.annotate(LIST, AMD64, { osFeatures: ["sse4"] });
  const other = dockerImage({ text: "newer" });
  for (const blob of other.blobs) await registry.putBlob("team/app", blob.bytes);
  await registry.putManifest("team/app", "amd64", other.bytes, { mediaType: other.mediaType });
  const { moved, entries } = await manifests.create(LIST, [], { refresh: true });
  assert.deepEqual(moved, [{ ref: AMD64, from: images.amd64.digest, to: other.digest }]);
  assert.deepEqual(entries[0].descriptor.platform.osFeatures, ["sse4"]);
});

const tagged = async (registry, tag, image) => pushAll(registry.fetch, `https://${DOMAIN}`, "team/app", tag, image);

test("refresh never makes a third platform of two", async () => {
  const first = { os: "linux", architecture: "amd64" };
  const rows = [
    // The config before, what is annotated, the config after: the platform then, and whether the old one went.
    [first, { arch: "arm", variant: "v6" }, first, first, true],
    [first, { variant: "v2" }, { ...first, variant: "v3" }, { ...first, variant: "v3" }, true],
    [{ os: "linux", architecture: "arm", variant: "v7" }, {}, { os: "linux", architecture: "arm64" }, { os: "linux", architecture: "arm64" }, true],
    [{ os: "windows", architecture: "amd64", osVersion: "10.0.1" }, { osFeatures: ["win32k"] }, first, first, true],
    [first, { variant: "v2", osVersion: "6.1" }, first, { ...first, variant: "v2", osVersion: "6.1" }, false],
    [first, { arch: "arm" }, { os: "linux", architecture: "" }, { os: "linux", architecture: "arm" }, false],
  ];
  for (const [before, annotated, after, outcome, isDropped] of rows) {
    const { registry, manifests } = await ready();
    await tagged(registry, "moving", dockerImage(before));
    const moving = `${DOMAIN}/team/app:moving`;
    await manifests.create(LIST, [moving]);
    const { entry } = await manifests.annotate(LIST, moving, annotated);
    const stated = entry.descriptor.platform;
    await tagged(registry, "moving", dockerImage({ ...after, text: "newer" }));
    const { entries, moved } = await manifests.create(LIST, [], { refresh: true });
    assert.deepEqual(entries[0].descriptor.platform, outcome);
    assert.deepEqual([moved.length, moved[0].dropped], [1, isDropped ? stated : undefined]);
  }
});

test("a failed create leaves nothing behind", async () => {
  const { manifests, store } = await ready();
  const gone = `${DOMAIN}/team/app:gone`;
  const error = await failure(manifests.create(LIST, [AMD64, gone, ARM64]));
  assert.equal(error.message, `no such manifest: ${gone}`);
  assert.equal(error.code, "MANIFEST_UNKNOWN");
  assert.deepEqual(await store.list(), []);
});

test("two names that share a file are refused before anything is written", async () => {
  const { registry, manifests, store } = await ready();
  const error = await failure(manifests.create(LIST, [`${DOMAIN}/team/app:a-b`, `${DOMAIN}/team/app-a:b`]));
  assert.equal(error.code, "DRAFT_COLLISION");
  assert.deepEqual(error.details.references.sort(), [`${DOMAIN}/team/app-a:b`, `${DOMAIN}/team/app:a-b`]);
  assert.deepEqual([registry.requests.length, (await store.list()).length], [0, 0]);
});

test("annotate takes every well-formed pair, unsets, and refuses the rest in docker's words", async () => {
  const { manifests } = await ready();
  await manifests.create(LIST, [AMD64, ARM64]);
  assert.equal((await manifests.annotate(LIST, AMD64, { os: "linux", arch: "loong64" })).known, false);
  const { entry } = await manifests.annotate(LIST, ARM64, { unset: ["variant"] });
  assert.equal(entry.descriptor.platform.variant, undefined);
  const refused = await failure(manifests.annotate(LIST, AMD64, { arch: "Big Iron" }));
  assert.equal(refused.message, "manifest entry for image has unsupported os/arch combination: /Big Iron");
  const absent = await failure(manifests.annotate(LIST, "alpine", { arch: "arm" }));
  assert.equal(absent.message, `manifest for image alpine does not exist in ${LIST}`);
  assert.equal((await failure(manifests.annotate("A:", "x", {}))).message, "annotate: error parsing name for manifest list A:: invalid reference format: repository name (library/A) must be lowercase");
});

const OTHER = `${DOMAIN}/prod/app:1`;

test("images of another repository are mounted, each blob once, and put before the list", async () => {
  const { registry, images, manifests } = await ready();
  await manifests.create(OTHER, [AMD64, ARM64]);
  registry.requests.length = 0;
  const { pushed, digest } = await manifests.push(OTHER);
  assert.deepEqual(pushed, [images.amd64, images.arm64].map((image) => `${DOMAIN}/prod/app@${image.digest}`));
  const requests = listed(registry);
  const count = (start) => requests.filter((request) => request.startsWith(start)).length;
  assert.deepEqual([count("HEAD"), count("POST"), count("PUT"), count("GET")], [2, 4, 3, 0]);
  assert.equal(requests.at(-1), "PUT prod/app/manifests/1");
  assert.equal(registry.manifest("prod/app", "1").digest, digest);

  registry.requests.length = 0;
  await manifests.push(OTHER);
  assert.equal(listed(registry).filter((request) => request.startsWith("POST")).length, 0);
});

test("where the registry does not mount, blobs are copied through", async () => {
  const { registry, images, manifests } = await ready({ quirks: ["mountRefused"] });
  await manifests.create(OTHER, [AMD64]);
  await manifests.push(OTHER);
  for (const { digest, bytes } of images.amd64.blobs) {
    assert.equal(sha256(registry.blob("prod/app", digest)), sha256(bytes));
  }
});

test("one token serves a whole push", async () => {
  const { registry, manifests } = await ready({
    auth: { type: "bearer", users: { ada: "secret" } },
    credentials: () => ({ username: "ada", password: "secret" }),
  });
  await manifests.create(OTHER, [AMD64, ARM64, `${DOMAIN}/team/other:arm64`]);
  const before = registry.requests.length;
  await manifests.push(OTHER);
  const tokens = registry.requests.slice(before).filter(({ url }) => url.includes("token"));
  const refused = registry.requests.slice(before).filter(({ status }) => status === 401);
  assert.deepEqual([tokens.length, refused.length], [1, 1]);
});

test("a registry that states another digest is not believed", async () => {
  const { registry, manifests } = await ready();
  await manifests.create(LIST, [AMD64]);
  const lie = `sha256:${"1".repeat(64)}`;
  registry.faults.push({ match: { method: "PUT" }, answer: { headers: { "docker-content-digest": lie } } });
  const error = await failure(manifests.push(LIST, { purge: true }));
  assert.equal(error.code, "DIGEST_MISMATCH");
  assert.equal((await manifests.ls()).length, 1);
});

test("a list with several tags in one go, and a dry run that writes nothing", async () => {
  const { registry, manifests, store } = await ready();
  const options = { push: true, tags: ["latest", "2"] };
  const dry = await manifests.create(OTHER, [AMD64, ARM64], { ...options, dryRun: true });
  assert.deepEqual(registry.repositories(), ["team/app", "team/other"]);
  assert.equal(dry.plan.steps.at(-1), `put ${DOMAIN}/prod/app:2`);
  const done = await manifests.create(OTHER, [AMD64, ARM64], options);
  assert.equal(done.plan.digest, dry.plan.digest);
  assert.deepEqual(registry.tags("prod/app"), ["1", "2", "latest"]);
  assert.deepEqual(await store.list(), []);
});

test("a dry run of create fails where create does, and tells what a push would be refused for", async () => {
  const { registry, manifests, store } = await ready();
  await tagged(registry, "bare", dockerImage({ os: "", architecture: "" }));
  const bare = [`${DOMAIN}/team/app:bare`];
  const { refused, plan, entries } = await manifests.create(LIST, bare, { dryRun: true });
  assert.ok(refused instanceof Error);
  assert.deepEqual([refused.code, plan, entries.length], ["PLATFORM_INVALID", undefined, 1]);
  assert.deepEqual(await store.list(), []);
  assert.equal((await failure(manifests.create(LIST, bare, { dryRun: true, push: true }))).message, refused.message);
  assert.equal((await manifests.create(LIST, bare)).refused, undefined);
  assert.equal((await failure(manifests.push(LIST))).message, refused.message);
  await manifests.rm([LIST]);
  assert.equal((await manifests.create(LIST, [AMD64], { dryRun: true })).refused, undefined);
  assert.equal((await failure(manifests.create(LIST, [`${DOMAIN}/team/app:gone`], { dryRun: true }))).code, "MANIFEST_UNKNOWN");
});

test("what is to be purged may be gone already", async () => {
  const all = await ready();
  await all.manifests.create(LIST, [AMD64]);
  const { purged } = await interrupted(all, () => all.manifests.rm([LIST])).push(LIST, { purge: true });
  assert.equal(purged, true);
});

test("images of another registry are copied", async () => {
  const { registry, images, store } = await ready();
  const other = createMemoryRegistry();
  const fetch = (url, init) => (new URL(url).host === DOMAIN ? registry : other).fetch(url, init);
  const manifests = createManifests({ client: createClient({ fetch }), store });
  const list = "elsewhere.example/team/app:1";
  await manifests.create(list, [AMD64]);
  assert.equal(JSON.parse(await manifests.inspect(list)).manifests.length, 1);
  const steps = (await manifests.push(list, { dryRun: true })).steps;
  assert.ok(steps.includes(`copy ${images.amd64.blobs[0].digest} from ${DOMAIN}/team/app`), steps.join("\n"));
  const { pushed } = await manifests.push(list);
  assert.deepEqual(pushed, [`elsewhere.example/team/app@${images.amd64.digest}`]);
  assert.deepEqual(Buffer.from(other.manifest("team/app", images.amd64.digest).bytes), images.amd64.bytes);
});

test("what a store throws keeps its code, and a lock encloses the change", async () => {
  const { client } = await ready();
  const inner = memoryStore();
  const order = [];
  const store = {
    ...inner,
    async lock(list, action) {
      order.push("lock");
      const value = await action();
      order.push("unlock");
      return value;
    },
    async write(list, entries) {
      order.push("write");
      return inner.write(list, entries);
    },
  };
  const manifests = createManifests({ client, store });
  await manifests.create(LIST, [AMD64]);
  assert.deepEqual(order, ["lock", "write", "unlock"]);
  store.read = async () => {
    throw Object.assign(new Error("unexpected end of JSON input"), { code: "DRAFT_CORRUPT", hint: "remove it" });
  };
  const error = await failure(manifests.create(LIST, [AMD64]));
  assert.deepEqual([error.code, error.message, error.hint], ["DRAFT_CORRUPT", "unexpected end of JSON input", "remove it"]);
});

test("what a store says of a draft reaches the caller with its facts", async () => {
  const { manifests, store } = await ready();
  const facts = { path: "list/entry", reason: "ENOSPC", list: LIST, name: AMD64, other: ARM64, file: "entry" };
  const thrown = Object.assign(new Error("x"), { code: "DRAFT_CORRUPT", details: { ...facts, secret: {}, count: 1 } });
  store.read = () => Promise.reject(thrown);
  assert.deepEqual((await failure(manifests.push(LIST))).details, facts);
  thrown.code = "EIO";
  const foreign = await failure(manifests.push(LIST));
  assert.deepEqual([foreign.code, foreign.details], ["DRAFT_UNAVAILABLE", undefined]);
});

test("drafts are docker's files", async () => {
  const { manifests } = await ready();
  const { entries } = await manifests.create(LIST, [AMD64]);
  const file = encodeDraft(entries[0]);
  assert.equal(JSON.parse(file).Ref, AMD64);
  assert.deepEqual(decodeDraft(file), entries[0]);
  assert.equal(draftFileName("localhost:5000/a/b:1"), "localhost-5000_a_b-1");
  const error = await failure((async () => decodeDraft("{", { path: "list/entry" }))());
  assert.deepEqual([error.code, error.message, error.details.file], ["DRAFT_CORRUPT", "unexpected end of JSON input", "list/entry"]);
});

test("an OCI image makes an OCI index", async () => {
  const { registry, manifests } = await ready();
  const image = ociImage({ architecture: "riscv64" });
  await pushAll(registry.fetch, `https://${DOMAIN}`, "team/app", "riscv64", image);
  await manifests.create(LIST, [`${DOMAIN}/team/app:riscv64`]);
  await manifests.push(LIST);
  assert.equal(registry.manifest("team/app", "1").mediaType, "application/vnd.oci.image.index.v1+json");
});
