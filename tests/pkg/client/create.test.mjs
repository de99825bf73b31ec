/** Indexes that are created from images and from what builders push, against the registry in memory. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, parseManifest } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import {
  attestation, dockerImage, dockerList, entry, indexWithAttestations, ociImage, ociIndex, pushAll, sha256,
} from "../../support/images.mjs";

const HOST = "registry.example";
const APP = `${HOST}/team/app`;
const amd64 = indexWithAttestations(ociImage());
const arm64 = indexWithAttestations(ociImage({ architecture: "arm64" }));

/** A registry with these images under these tags of one repository, and its requests from then on. */
async function registryWith(images, repository = "team/app", registry = createMemoryRegistry()) {
  for (const [tag, image] of Object.entries(images)) await pushAll(registry.fetch, `https://${HOST}`, repository, tag, image);
  registry.requests.length = 0;
  return registry;
}

const sent = (registry) => registry.requests.map(({ method, url }) => `${method} ${new URL(url).pathname.replace("/v2/", "")}`).sort();
const writes = (registry) => sent(registry).filter((line) => !/^(GET|HEAD) /.test(line));
const code = (promise) => promise.then(() => undefined, (error) => error.code);
const indented = (value) => JSON.stringify(value, undefined, 2);
const entriesOf = (...images) => images.flatMap((image) => JSON.parse(image.bytes).manifests);

describe("create", () => {
  test("merges what buildx pushes for each platform, and loses nothing", async () => {
    const registry = await registryWith({ "1-amd64": amd64, "1-arm64": arm64 });
    const client = createClient({ fetch: registry.fetch });
    const published = await client.create(`${APP}:1`, [`${APP}:1-amd64`, `${APP}:1-arm64`]);
    const expected = {
      schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: entriesOf(amd64, arm64),
    };
    // The bytes that `docker buildx imagetools create` makes of them.
    assert.equal(new TextDecoder().decode(published.document.bytes), indented(expected));
    assert.deepEqual(published.references, [`${APP}:1@${published.document.digest}`]);
    assert.deepEqual(published.descriptor, {
      mediaType: expected.mediaType, digest: published.document.digest, size: published.document.size,
    });
    assert.deepEqual(published.conflicts, []);
    assert.equal(registry.manifest("team/app", "1").digest, published.document.digest);
    assert.deepEqual(sent(registry), [
      "GET team/app/manifests/1-amd64", "GET team/app/manifests/1-arm64", "HEAD team/app/manifests/1", "PUT team/app/manifests/1",
    ]);
  });

  test("again writes nothing", async () => {
    const registry = await registryWith({ a: amd64, b: arm64 });
    const client = createClient({ fetch: registry.fetch });
    await client.create([`${APP}:1`, `${HOST}/other/app:1`], [`${APP}:a`, `${APP}:b`]);
    registry.requests.length = 0;
    const again = await client.create([`${APP}:1`, `${HOST}/other/app:1`], [`${APP}:a`, `${APP}:b`]);
    assert.deepEqual([writes(registry), again.steps], [[], []]);
  });

  test("a dry run writes nothing, and its digest is that of the run", async () => {
    const registry = await registryWith({ a: amd64, b: arm64 });
    const client = createClient({ fetch: registry.fetch });
    const targets = [`${APP}:1`, `${HOST}/other/app:2`];
    const plan = await client.create(targets, [`${APP}:a`, ":b"], { dryRun: true });
    assert.deepEqual(writes(registry), []);
    const { document, steps } = await client.create(targets, [`${APP}:a`, ":b"]);
    assert.equal(plan.document.digest, document.digest);
    assert.deepEqual(plan.steps, steps);
    assert.equal(steps.filter((step) => step.startsWith("copy ")).length, 4);
    assert.deepEqual(steps.filter((step) => step.startsWith("put ")), [
      `put ${document.digest} as ${APP}:1`, `put ${document.digest} as ${HOST}/other/app:2`,
    ]);
  });

  test("puts under any number of names, in several repositories and registries", async () => {
    const registry = await registryWith({ a: amd64, b: arm64 });
    const other = createMemoryRegistry();
    const fetch = (url, init) => (new URL(url).host === HOST ? registry : other).fetch(url, init);
    const client = createClient({ fetch });
    const { document, references } = await client.create(
      [`${APP}:1`, `${APP}:latest`, `${HOST}/mirror/app:1`, "other.example/app:1"], [`${APP}:a`, `${APP}:b`],
    );
    assert.equal(references.length, 4);
    for (const [place, repository, tag] of [[registry, "team/app", "1"], [registry, "team/app", "latest"], [registry, "mirror/app", "1"], [other, "app", "1"]]) {
      assert.equal(place.manifest(repository, tag).digest, document.digest, `${repository}:${tag}`);
      for (const { digest } of document.manifests) assert.ok(place.manifest(repository, digest), digest);
    }
    const reader = createClient({ fetch });
    for (const platform of ["linux/amd64", "linux/arm64"]) {
      assert.ok((await reader.config("other.example/app:1", { platform })).rootfs);
    }
    // Within a registry blobs are mounted.
    assert.ok(registry.requests.some(({ method, url }) => method === "POST" && url.includes("mount=")));
    assert.ok(!registry.requests.some(({ method }) => method === "PATCH"));
  });

  test("takes digests and tags of the first target's repository, single manifests, Docker lists and documents", async () => {
    const docker = dockerImage({ architecture: "s390x" });
    const list = dockerList(dockerImage({ architecture: "ppc64le" }));
    const registry = await registryWith({ a: amd64, docker, list, c: arm64 });
    const client = createClient({ fetch: registry.fetch });
    const sources = [amd64.digest, ":docker", `@${list.digest}`, parseManifest(arm64.bytes)];
    const { document } = await client.create(`${APP}:1`, sources);
    assert.deepEqual(
      document.manifests.map(({ platform }) => platform.architecture),
      ["amd64", "unknown", "s390x", "ppc64le", "arm64", "unknown"],
    );
  });

  test("is a Docker list where all entries are Docker's, and an OCI index where one is not", async () => {
    const registry = await registryWith({ a: dockerImage(), b: dockerImage({ architecture: "arm64" }), c: ociImage({ architecture: "s390x" }) });
    const client = createClient({ fetch: registry.fetch });
    const type = async (...sources) => (await client.create(`${APP}:1`, sources)).document.mediaType;
    assert.match(await type(":a", ":b"), /manifest\.list\.v2/);
    assert.match(await type(":a", ":c"), /image\.index\.v1/);
    assert.match((await client.create(`${APP}:1`, [":a"], { type: "oci" })).document.mediaType, /image\.index\.v1/);
  });

  test("the only source stays byte for byte where nothing is changed", async () => {
    const registry = await registryWith({ a: amd64 });
    const client = createClient({ fetch: registry.fetch });
    const { document } = await client.create(`${HOST}/other/app:1`, [`${APP}:a`]);
    assert.equal(document.digest, amd64.digest);
    const annotated = await client.create(`${APP}:2`, [`${APP}:a`], { annotations: { "org.example.a": "b" } });
    assert.deepEqual(annotated.document.annotations, { "org.example.a": "b" });
    assert.equal(annotated.document.manifests.length, 2);
  });

  test("chosen platforms come with their attestations, or without", async () => {
    const both = indexWithAttestations(ociImage(), ociImage({ architecture: "arm64" }), ociImage({ architecture: "arm", variant: "v7" }));
    const registry = await registryWith({ both });
    const client = createClient({ fetch: registry.fetch });
    const made = async (options) => (await client.create(`${APP}:1`, [":both"], options)).document;
    const chosen = await made({ platforms: ["linux/arm64/v8", "linux/arm"] });
    assert.deepEqual(chosen.manifests.map(({ digest }) => digest), [1, 2, 4, 5].map((at) => JSON.parse(both.bytes).manifests[at].digest));
    assert.equal((await made({ attestations: false })).manifests.length, 3);
    assert.equal(await code(made({ platforms: ["linux/riscv64"] })), "PLATFORM_NOT_FOUND");
  });

  test("nested indexes are flattened, and what that loses is said", async () => {
    const inner = ociIndex(ociImage({ architecture: "arm64" }));
    const nested = ociIndex(ociImage(), entry(inner, { annotations: { "org.example.inner": "1" } }));
    const registry = await registryWith({ nested });
    const { document, conflicts } = await createClient({ fetch: registry.fetch }).create(`${APP}:1`, [":nested"]);
    assert.deepEqual(document.manifests.map(({ platform }) => platform.architecture), ["amd64", "arm64"]);
    assert.equal(conflicts.length, 1);
    assert.ok(conflicts[0].includes(inner.digest));
  });

  test("members that are not known here, os.version and data stay as they are", async () => {
    const windows = ociImage({ os: "windows", osVersion: "10.0.17763.1234" });
    const text = JSON.stringify({
      schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [{
        mediaType: windows.mediaType, digest: windows.digest, size: windows.size, urls: ["https://example.com/a"], "x-own": [1.0, { b: null }],
        platform: { architecture: "amd64", os: "windows", "os.version": "10.0.17763.1234", "os.features": ["win32k"], features: ["x"] },
        artifactType: "application/vnd.example", annotations: { "org.example.a": "<b>" },
      }],
      annotations: { "org.example.index": "1" },
    });
    const registry = await registryWith({ windows, b: ociImage() });
    const client = createClient({ fetch: registry.fetch });
    await client.push(parseManifest(text), `${APP}:odd`);
    const { document } = await client.create(`${APP}:1`, [":odd", ":b"]);
    assert.deepEqual(document.json.manifests[0], JSON.parse(text).manifests[0]);
    // Strings as Go writes them, as buildx does.
    assert.ok(new TextDecoder().decode(document.bytes).includes('"\\u003cb\\u003e"'));
    assert.deepEqual(document.json.annotations, { "org.example.index": "1" });
    const lone = await client.create(`${APP}:2`, [":windows"]);
    assert.equal(lone.document.manifests[0].platform.osVersion, "10.0.17763.1234");
  });

  test("annotations go where they are meant, in buildx's words", async () => {
    const registry = await registryWith({ a: amd64, b: arm64 });
    const client = createClient({ fetch: registry.fetch });
    const annotate = ["index:b=1", "index:a=2", "manifest-descriptor[linux/arm64]:c=3", "index,manifest-descriptor[linux/amd64]:d=4"];
    const { document } = await client.create(`${APP}:1`, [":a", ":b"], { annotate });
    assert.deepEqual(Object.entries(document.annotations), [["a", "2"], ["b", "1"], ["d", "4"]]);
    const of = (architecture) => document.manifests.find(({ platform }) => platform.architecture === architecture).annotations;
    assert.deepEqual([of("arm64"), of("amd64")], [{ c: "3" }, { d: "4" }]);
    assert.equal(await code(client.create(`${APP}:2`, [":a"], { annotate: ["manifest:a=b"] })), "OPTION_INVALID");
    assert.equal(await code(client.create(`${APP}:2`, [":a"], { annotate: ["manifest-descriptor[linux/s390x]:a=b"] })), "ENTRY_UNKNOWN");
  });

  test("the same digest twice is one entry, with what both sources say of it", async () => {
    const image = ociImage();
    const listed = ociIndex(entry(image, { annotations: { "org.example.a": "1" } }));
    const registry = await registryWith({ image, listed });
    const { document } = await createClient({ fetch: registry.fetch }).create(`${APP}:1`, [":image", ":listed", ":image"]);
    assert.equal(document.manifests.length, 1);
    assert.deepEqual(document.manifests[0].annotations, { "org.example.a": "1" });
  });

  const own = { artifactType: "application/vnd.example.set", subject: { mediaType: amd64.mediaType, digest: amd64.digest, size: amd64.size }, "x-own": [1.5] };
  const withOwn = (index) => {
    const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(index.bytes), ...own, annotations: { "org.example.a": "1" } }));
    return { ...index, bytes, digest: sha256(bytes), size: bytes.length };
  };

  test("what the first index has beside its entries stays when others are added to it, and nothing is written where nothing is new", async () => {
    const registry = await registryWith({ base: withOwn(amd64), more: arm64 });
    const client = createClient({ fetch: registry.fetch });
    const { document, conflicts } = await client.create(`${APP}:base`, [":more"], { append: true });
    assert.deepEqual(conflicts, []);
    const { artifactType, subject, "x-own": odd, annotations, manifests } = document.json;
    assert.deepEqual({ artifactType, subject, "x-own": odd }, own);
    assert.deepEqual([annotations, manifests], [{ "org.example.a": "1" }, entriesOf(amd64, arm64)]);
    registry.requests.length = 0;
    const again = await client.create(`${APP}:base`, [":more"], { append: true });
    assert.deepEqual([again.document.digest, again.steps, writes(registry)], [document.digest, [], []]);
  });

  test("what one of several indexes has beside its entries is said to be left out", async () => {
    const nested = ociIndex(entry(withOwn(arm64)));
    const registry = await registryWith({ a: withOwn(amd64), b: nested });
    const client = createClient({ fetch: registry.fetch });
    const { document, conflicts } = await client.create(`${APP}:1`, [":a", ":b", ":a"]);
    assert.deepEqual(Object.keys(document.json), ["schemaVersion", "mediaType", "manifests", "annotations"]);
    assert.deepEqual(conflicts, [
      `left out: artifactType, subject, x-own of the index ${APP}:a`,
      `left out: artifactType, subject, x-own of the index ${withOwn(arm64).digest}`,
    ]);
    const alone = await client.create(`${APP}:2`, [":a"]);
    assert.deepEqual([alone.document.digest, alone.conflicts], [withOwn(amd64).digest, []]);
  });

  test("two sources that contradict each other about one digest are refused, and both are named", async () => {
    const image = ociImage();
    const text = (members) => {
      const listed = { ...JSON.parse(ociIndex(image).bytes).manifests[0], ...members };
      const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(ociIndex(image).bytes), manifests: [listed] }));
      return { ...ociIndex(image), bytes, digest: sha256(bytes), size: bytes.length };
    };
    const docker = "application/vnd.docker.distribution.manifest.v2+json";
    const registry = await registryWith({ image, size: text({ size: 1 }), type: text({ mediaType: docker }), same: text({ "x-own": 1 }) });
    const client = createClient({ fetch: registry.fetch });
    const refused = { size: "SIZE_MISMATCH", type: "MEDIA_TYPE_MISMATCH" };
    for (const [tag, expected] of Object.entries(refused)) {
      const error = await client.create(`${APP}:1`, [":image", `:${tag}`]).catch((thrown) => thrown);
      assert.equal(error.code, expected);
      for (const part of [image.digest, `${APP}:image`, `${APP}:${tag}`]) assert.ok(error.message.includes(part), error.message);
    }
    await client.create(`${APP}:1`, [":image", ":same"]);
    assert.deepEqual(writes(registry), ["PUT team/app/manifests/1"]);
  });

  test("a descriptor is laid over the entry of a single manifest", async () => {
    const registry = await registryWith({ a: ociImage({ architecture: "arm", variant: "v7" }) });
    const client = createClient({ fetch: registry.fetch });
    const descriptor = { platform: { variant: "v6" }, annotations: { "org.example.a": "1" } };
    const { document } = await client.create(`${APP}:1`, [{ reference: `${APP}:a`, descriptor }]);
    assert.deepEqual(document.manifests[0].platform, { os: "linux", architecture: "arm", variant: "v6" });
    assert.deepEqual(document.manifests[0].annotations, { "org.example.a": "1" });
    const wrong = { digest: `sha256:${"0".repeat(64)}` };
    assert.equal(await code(client.create(`${APP}:1`, [{ reference: ":a", descriptor: wrong }])), "DIGEST_MISMATCH");
  });

  test("a descriptor is laid over the only image of an index, unless it is the index's own", async () => {
    const registry = await registryWith({ a: amd64, b: arm64, both: ociIndex(ociImage(), ociImage({ architecture: "arm64" })) });
    const client = createClient({ fetch: registry.fetch });
    const descriptor = { platform: { os: "windows", architecture: "amd64", osVersion: "10.0.1", osFeatures: ["win32k"] }, annotations: { "org.example.a": "1" } };
    const { document } = await client.create(`${APP}:1`, [{ reference: ":a", descriptor }, ":b"]);
    const [image, ...rest] = document.json.manifests;
    assert.deepEqual(image.platform, { architecture: "amd64", os: "windows", "os.version": "10.0.1", "os.features": ["win32k"] });
    assert.deepEqual(image.annotations, descriptor.annotations);
    assert.deepEqual(rest, entriesOf(amd64, arm64).slice(1));

    const own = { mediaType: amd64.mediaType, digest: amd64.digest, size: amd64.size, annotations: { "org.example.a": "1" } };
    const plain = await client.create(`${APP}:1`, [{ reference: ":a", descriptor: own }, ":b"]);
    assert.deepEqual(plain.document.json.manifests, entriesOf(amd64, arm64));
    assert.equal(await code(client.create(`${APP}:1`, [{ reference: ":b", descriptor: own }])), "DIGEST_MISMATCH");
    assert.equal(await code(client.create(`${APP}:1`, [{ reference: ":both", descriptor }])), "OPTION_INVALID");
    assert.equal(await code(client.create(`${APP}:1`, [{ reference: ":a", descriptor: { platform: "linux/arm64" } }])), "OPTION_INVALID");
  });
});

describe("create from one index", () => {
  const text = JSON.stringify({
    schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", artifactType: "application/vnd.example",
    manifests: entriesOf(ociIndex(ociImage(), ociImage({ architecture: "arm64" }), entry(ociImage({ text: "bare" }), { platform: null }))),
    subject: { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: `sha256:${"a".repeat(64)}`, size: 7 },
    annotations: { "org.example.a": "1" }, "x-own": ["1.50"],
  }).replace('"1.50"', "1.50");
  const images = { one: ociImage(), two: ociImage({ architecture: "arm64" }), three: ociImage({ text: "bare" }) };

  test("keeps what it has beside its entries where some are left out, and entries without a platform", async () => {
    const registry = await registryWith(images);
    const client = createClient({ fetch: registry.fetch });
    await client.push(parseManifest(text), `${APP}:all`);
    const whole = await client.create(`${APP}:1`, [":all"], { order: undefined });
    assert.equal(new TextDecoder().decode(whole.document.bytes), text);
    const { document } = await client.create(`${APP}:1`, [":all"], { platforms: ["linux/arm64"], annotations: { "org.example.b": "2" } });
    const { manifests, ...rest } = JSON.parse(text);
    assert.equal(new TextDecoder().decode(document.bytes), JSON.stringify({
      schemaVersion: 2, mediaType: rest.mediaType, artifactType: rest.artifactType, manifests: manifests.slice(1), subject: rest.subject,
      annotations: { "org.example.a": "1", "org.example.b": "2" }, "x-own": ["1.50"],
    }, undefined, 2).replace('"1.50"', "1.50"));
  });

  test("replaces one of two images for one platform where that is wanted", async () => {
    const rivals = ociIndex(ociImage(), ociImage({ text: "other" }));
    const registry = await registryWith({ rivals });
    const client = createClient({ fetch: registry.fetch });
    assert.equal(await code(client.create(`${APP}:1`, [":rivals"])), "PLATFORM_DUPLICATE");
    const { document } = await client.create(`${APP}:1`, [":rivals"], { onDuplicate: "replace" });
    assert.deepEqual(document.manifests.map(({ digest }) => digest), [rivals.children[1].digest]);
    assert.equal((await client.create(`${APP}:1`, [":rivals"], { onDuplicate: "keep" })).document.digest, rivals.digest);
  });
});

describe("create asks for little", () => {
  test("each source and each manifest once, however often they are named and wherever they go", async () => {
    const registry = await registryWith({ a: amd64, single: ociImage({ architecture: "s390x" }) });
    const client = createClient({ fetch: registry.fetch });
    const targets = ["one/app:1", "two/app:1", "three/app:1"].map((name) => `${HOST}/${name}`);
    await client.create(targets, [`${APP}:a`, `${APP}:single`, `${APP}:a`, `${APP}:single`]);
    const reads = sent(registry).filter((line) => line.startsWith("GET ") && line.includes("/manifests/"));
    assert.deepEqual(reads, [
      "GET team/app/manifests/a", "GET team/app/manifests/single", ...entriesOf(amd64).map(({ digest }) => `GET team/app/manifests/${digest}`),
    ].sort());
  });

  test("and of what was begun nothing again", async () => {
    const registry = await registryWith({ a: amd64, b: arm64 });
    let puts = 0;
    const failing = (url, init) => (init?.method === "PUT" && url.includes("/manifests/") && (puts += 1) > 2 ? new Response("", { status: 400 }) : registry.fetch(url, init));
    const targets = [`${HOST}/one/app:1`, `${HOST}/one/app:2`];
    await assert.rejects(createClient({ fetch: failing }).create(targets, [`${APP}:a`, `${APP}:b`]));
    registry.requests.length = 0;
    const { document } = await createClient({ fetch: registry.fetch }).create(targets, [`${APP}:a`, `${APP}:b`]);
    const children = writes(registry).filter((line) => line.startsWith("PUT one/app/manifests/sha256") && !line.endsWith(document.digest));
    assert.equal(children.length, 2);
    for (const tag of ["1", "2"]) assert.equal(registry.manifest("one/app", tag).digest, document.digest);
  });
});

describe("create refuses", () => {
  test("two images for one platform, and names both; or follows the option", async () => {
    const other = indexWithAttestations(ociImage({ architecture: "arm64", variant: "v8", text: "other" }));
    const registry = await registryWith({ a: arm64, b: other });
    const client = createClient({ fetch: registry.fetch });
    const error = await client.create(`${APP}:1`, [":a", ":b"]).catch((thrown) => thrown);
    assert.equal(error.code, "PLATFORM_DUPLICATE");
    assert.deepEqual(error.details.references, [`${APP}:a`, `${APP}:b`]);
    for (const digest of error.details.digests) assert.ok(error.message.includes(digest));
    assert.deepEqual(writes(registry), []);
    const replaced = await client.create(`${APP}:1`, [":a", ":b"], { onDuplicate: "replace" });
    assert.deepEqual(replaced.document.manifests.map(({ digest }) => digest), JSON.parse(other.bytes).manifests.map(({ digest }) => digest));
    assert.equal((await client.create(`${APP}:2`, [":a", ":b"], { onDuplicate: "keep" })).document.manifests.length, 4);
  });

  test("what a Docker list cannot hold, with what to do", async () => {
    const registry = await registryWith({ a: dockerImage(), attested: amd64 });
    const client = createClient({ fetch: registry.fetch });
    const error = await client.create(`${APP}:1`, [":a"], { annotate: ["index:a=b"] }).catch((thrown) => thrown);
    assert.equal(error.code, "MEDIA_TYPE_UNSUPPORTED");
    assert.match(error.hint, /type `oci`/);
    const converted = await client.create(`${APP}:1`, [":attested"], { type: "docker" }).catch((thrown) => thrown);
    assert.equal(converted.code, "MEDIA_TYPE_UNSUPPORTED");
    assert.match(converted.message, /annotations/);
    assert.deepEqual(writes(registry), []);
  });

  test("what is not there, and what says nothing", async () => {
    const registry = await registryWith({ a: amd64 });
    const client = createClient({ fetch: registry.fetch });
    assert.equal(await code(client.create(`${APP}:1`, [":a", ":nothing"])), "MANIFEST_UNKNOWN");
    assert.equal(await code(client.create(`${APP}:1`, [])), "OPTION_INVALID");
    assert.equal(await code(client.create([], [":a"])), "OPTION_INVALID");
    assert.equal(await code(client.create(`${APP}:1`, [{}])), "OPTION_INVALID");
    assert.equal(await code(client.create(`${APP}@sha256:${"0".repeat(64)}`, [":a"])), "DIGEST_MISMATCH");
    assert.deepEqual(writes(registry), []);
  });

  test("an expected digest that is none, before anything is asked", async () => {
    const registry = await registryWith({ a: amd64, b: arm64 });
    const client = createClient({ fetch: registry.fetch });
    assert.equal(await code(client.create(`${APP}:a`, [":b"], { expect: "sha256:1" })), "DIGEST_INVALID");
    assert.equal(await code(client.edit(`${APP}:a`, () => {}, { expect: "sha256:1" })), "DIGEST_INVALID");
    assert.deepEqual(sent(registry), []);
  });

  test("a tag that is not as expected", async () => {
    const registry = await registryWith({ a: amd64, b: arm64 });
    const client = createClient({ fetch: registry.fetch });
    assert.equal(await code(client.create(`${APP}:a`, [":b"], { expect: null })), "PRECONDITION_FAILED");
    assert.equal(await code(client.create(`${APP}:a`, [":b"], { expect: arm64.digest, merge: false })), "PRECONDITION_FAILED");
    // All names are looked at before the first write, in every repository.
    const targets = [`${HOST}/other/app:1`, `${APP}:a`];
    for (const options of [{ expect: null }, { expect: null, dryRun: true }]) {
      assert.equal(await code(client.create(targets, [`${APP}:b`], options)), "PRECONDITION_FAILED");
    }
    assert.deepEqual(writes(registry), []);
    const { document } = await client.create(`${APP}:a`, [":b"], { expect: amd64.digest });
    assert.equal(registry.manifest("team/app", "a").digest, document.digest);
  });
});

test("entries that are no manifests are copied as the blobs that they are", async () => {
  const registry = await registryWith({ a: amd64 });
  const client = createClient({ fetch: registry.fetch });
  const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...(await registry.putBlob("team/app", "a layer")) };
  const { manifests } = JSON.parse(amd64.bytes);
  const cache = { schemaVersion: 2, mediaType: amd64.mediaType, manifests: [...manifests, layer] };
  await client.push(parseManifest(JSON.stringify(cache)), `${APP}:cache`);
  const { document } = await client.create(`${HOST}/other/app:1`, [`${APP}:cache`]);
  assert.equal(document.manifests.length, 3);
  const copied = await client.blob(`${HOST}/other/app`, layer.digest);
  assert.equal(await new Response(copied).text(), "a layer");
});
