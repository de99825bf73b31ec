/** What the client writes, through the facade, against the registry in memory. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, digest } from "multiarch";
import { createMemoryRegistry } from "multiarch/testing";

import { collected, documentOf } from "../../support/calls.mjs";
import { artifact, dockerImage, indexWithAttestations, ociImage, ociIndex, entry } from "../../support/images.mjs";
import { until } from "../../support/until.mjs";

const HERE = "registry.example/a/b";
const MIB = 1 << 20;

const code = (promise) => promise.then(() => undefined, (error) => error.code ?? error);
const sent = (registry) => registry.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
const count = (registry, method) => registry.requests.filter((request) => request.method === method).length;
/** Uploads are cancelled in the background, after the call has failed. */
const cancelled = (registry, uploads) => until(() => count(registry, "DELETE") >= uploads, `${uploads} cancelled uploads`);
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A registry and a client of it; `image`, where there is one, is in `a/b` as `1`. */
async function registryAndClient({ image, options, ...registryOptions } = {}) {
  const registry = createMemoryRegistry(registryOptions);
  if (image) await put(registry, "a/b", image, "1");
  return { registry, client: createClient({ fetch: registry.fetch, ...options }) };
}

async function put(registry, repository, image, reference) {
  for (const blob of image.blobs) await registry.putBlob(repository, blob.bytes);
  for (const child of image.children) await put(registry, repository, child);
  await registry.putManifest(repository, reference, image.bytes, { mediaType: image.mediaType });
}

/** Bytes that differ from place to place, so that a piece in the wrong place is noticed. */
function content(size) {
  const bytes = new Uint8Array(size);
  for (let at = 0, state = 1; at < size; at += 1) bytes[at] = (state = (state * 1103515245 + 12345) >>> 0) >>> 16;
  return bytes;
}

/** A stream of odd pieces, and how much of it was ever read ahead of what was sent. */
function streamOf(bytes, piece = 100_003) {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(offset, (offset += piece)));
    },
  }, { highWaterMark: 0 });
}

const image = ociImage();
const big = content(20 * MIB + 5);
const bigBlob = { digest: digest(big), size: big.length };

for (const quirks of [[], ["noReferrers"]]) {
  test(`copy with referrers takes signatures of the index and of its images, however deep${quirks.length > 0 ? ", by their tags" : ""}`, async () => {
    const index = indexWithAttestations(image, ociImage({ architecture: "arm64" }));
    const source = createMemoryRegistry({ quirks });
    const target = createMemoryRegistry({ quirks });
    await put(source, "a/b", index, "1");
    const client = createClient({
      fetch: (url, init) => (new URL(url).host === "registry.example" ? source : target).fetch(url, init),
    });
    // Signed: the index, an image, and the signature of the index once more; and by cosign's tag.
    const push = async (document) => {
      for (const blob of document.blobs) await source.putBlob("a/b", blob.bytes);
      await client.push(documentOf(document), `${HERE}@${document.digest}`);
      return document;
    };
    const ofIndex = await push(artifact({ subject: index, text: "of the index" }));
    const ofImage = await push(artifact({ subject: image, text: "of the image" }));
    const ofSignature = await push(artifact({ subject: ofIndex, text: "of the signature" }));
    const cosign = `${index.digest.replace(":", "-")}.sig`;
    const signature = ociImage({ text: "a signature" });
    await put(source, "a/b", signature, cosign);
    const plain = await client.copy(`${HERE}:1`, "other.example/a/b:1");
    assert.equal(plain.referrers, undefined);
    const copied = await client.copy(`${HERE}:1`, "other.example/a/c:1", { referrers: true });
    assert.deepEqual([...copied.referrers].sort(), [ofIndex, ofImage, ofSignature, signature].map(({ digest }) => digest).sort());
    const listed = [];
    for await (const { digest } of client.referrers(`other.example/a/c@${index.digest}`)) listed.push(digest);
    assert.deepEqual(listed, [ofIndex.digest]);
    assert.equal(target.manifest("a/c", cosign).digest, signature.digest);
    assert.ok(target.manifest("a/c", ofSignature.digest) && target.manifest("a/c", ofImage.digest));
  });
}

test("push puts the exact bytes under tags and digests", async () => {
  const { registry, client } = await registryAndClient();
  const pushed = await client.push(documentOf(image), `${HERE}:1`);
  assert.deepEqual(pushed, { mediaType: image.mediaType, digest: image.digest, size: image.size });
  assert.deepEqual(Buffer.from(registry.manifest("a/b", "1").bytes), image.bytes);
  await client.push(documentOf(dockerImage()), `${HERE}@${dockerImage().digest}`);
  assert.deepEqual(registry.tags("a/b"), ["1"]);
  assert.equal(await code(client.push(documentOf(image), `${HERE}@${dockerImage().digest}`)), "DIGEST_MISMATCH");
  assert.equal(await code(client.push(documentOf(image), [`${HERE}:1`, "registry.example/c:1"])), "OPTION_INVALID");
  assert.equal(await code(client.push({ bytes: "text" }, HERE)), "OPTION_INVALID");
  assert.equal(await code(client.push(documentOf(image), [])), "OPTION_INVALID");
  assert.equal(await code(client.push(documentOf(image), HERE, { expect: 1 })), "OPTION_INVALID");
});

test("several tags are one request where the registry knows how, else one each, and that is remembered", async () => {
  const tags = ["1", "2", "3"].map((tag) => `${HERE}:${tag}`);
  const joined = await registryAndClient();
  await joined.client.push(documentOf(image), tags);
  assert.equal(count(joined.registry, "PUT"), 1);
  assert.deepEqual(joined.registry.tags("a/b"), ["1", "2", "3"]);
  const single = await registryAndClient({ quirks: ["noTagParameter"] });
  await single.client.push(documentOf(image), tags);
  assert.equal(count(single.registry, "PUT"), 4);
  await single.client.push(documentOf(dockerImage()), tags);
  assert.equal(count(single.registry, "PUT"), 7);
  assert.equal(single.registry.manifest("a/b", "3").digest, dockerImage().digest);
});

for (const quirks of [[], ["noConditions"]]) {
  const where = quirks.length > 0 ? "where conditions are ignored" : "where conditions are honoured";
  test(`expect guards a tag ${where}`, async () => {
    const { registry, client } = await registryAndClient({ quirks });
    const other = dockerImage();
    const push = (expect, document = image) => client.push(documentOf(document), `${HERE}:1`, { expect });
    await push(null);
    assert.equal(await code(push(null, other)), "PRECONDITION_FAILED");
    assert.equal(await code(push(other.digest, other)), "PRECONDITION_FAILED");
    assert.equal(registry.manifest("a/b", "1").digest, image.digest);
    await push(image.digest, other);
    assert.equal(registry.manifest("a/b", "1").digest, other.digest);
  });
}

test("of writers that race for a tag each learns what became of it, where conditions are honoured", async () => {
  const { registry } = await registryAndClient({ image });
  const clients = Array.from({ length: 8 }, () => createClient({ fetch: registry.fetch }));
  const images = clients.map((_, at) => ociImage({ text: `writer ${at}` }));
  const results = await Promise.all(clients.map((client, at) =>
    code(client.push(documentOf(images[at]), `${HERE}:1`, { expect: image.digest }))));
  const winners = images.filter((_, at) => results[at] === undefined);
  assert.equal(winners.length, 1, String(results));
  assert.equal(registry.manifest("a/b", "1").digest, winners[0].digest);
  assert.deepEqual([...new Set(results.filter(Boolean))], ["PRECONDITION_FAILED"]);
});

test("a writer between the write and the look is reported", async () => {
  const other = dockerImage();
  const { registry } = await registryAndClient({ image, quirks: ["noConditions"] });
  const wrapped = createClient({
    fetch: async (url, init) => {
      const answer = await registry.fetch(url, init);
      if (init.method === "PUT") await put(registry, "a/b", other, "1");
      return answer;
    },
  });
  const ours = documentOf(ociImage({ text: "ours" }));
  const error = await wrapped.push(ours, `${HERE}:1`, { expect: image.digest }).catch((thrown) => thrown);
  assert.equal(error.code, "TAG_MOVED");
  assert.equal(error.details.actual, other.digest);
});

test("wait returns when the registry shows what it took", async () => {
  const { registry, client } = await registryAndClient();
  registry.faults.push({ match: { method: "HEAD", times: 2 }, answer: { status: 404, headers: { "content-type": "application/json" } } });
  await client.push(documentOf(image), `${HERE}:1`, { wait: true });
  assert.deepEqual(sent(registry).map((line) => line.split(" ")[0]), ["PUT", "HEAD", "HEAD", "HEAD"]);
});

for (const quirks of [[], ["noReferrers"], ["oneReferrerPerPage"], ["noReferrersFilter"]]) {
  test(`what is pushed with a subject is among its referrers: ${quirks[0] ?? "plain"}`, async () => {
    const { registry, client } = await registryAndClient({ image, quirks });
    const notes = ["a", "b", "c"].map((text) => artifact({ subject: image, text, annotations: { text } }));
    const signature = artifact({ subject: image, artifactType: "application/x.signature" });
    for (const one of [...notes, signature, notes[0]]) await client.push(documentOf(one), `${HERE}@${one.digest}`);
    const all = await collected(client.referrers(`${HERE}:1`));
    assert.deepEqual(all.map((found) => found.digest).sort(), [...notes, signature].map((one) => one.digest).sort());
    assert.equal(all.find((found) => found.digest === notes[1].digest).annotations.text, "b");
    const wanted = { artifactType: "application/x.signature" };
    const signatures = await collected(client.referrers(`${HERE}@${image.digest}`, wanted));
    assert.deepEqual(signatures.map((found) => found.digest), [signature.digest]);
    const fallback = registry.manifest("a/b", image.digest.replace(":", "-"));
    assert.equal(fallback !== undefined, quirks[0] === "noReferrers");
    assert.deepEqual(await collected(client.referrers(`${HERE}@${notes[0].digest}`)), []);
  });
}

test("referrers that a client pushes at once are all listed, and none gets in another's way", async () => {
  const { registry, client } = await registryAndClient({ image, quirks: ["noReferrers"] });
  const notes = Array.from({ length: 12 }, (_, at) => artifact({ subject: image, text: `note ${at}` }));
  await Promise.all(notes.map((one) => client.push(documentOf(one), `${HERE}@${one.digest}`)));
  const listed = await collected(client.referrers(`${HERE}@${image.digest}`));
  assert.deepEqual(listed.map((found) => found.digest).sort(), notes.map((one) => one.digest).sort());
  const tag = `PUT /v2/a/b/manifests/${image.digest.replace(":", "-")}`;
  assert.equal(sent(registry).filter((line) => line === tag).length, notes.length);
});

test("mount says whether the registry took the blob over", async () => {
  const { registry, client } = await registryAndClient({ image });
  const [{ digest: blob }] = image.blobs;
  assert.equal(await client.mount(blob, HERE, "registry.example/c"), true);
  assert.ok(registry.blob("c", blob));
  assert.equal(await client.mount(digest("nowhere"), HERE, "registry.example/c"), false);
  assert.equal(await client.mount(blob, HERE, "elsewhere.example/c"), false);
  const refusing = await registryAndClient({ image, quirks: ["mountRefused"] });
  assert.equal(await refusing.client.mount(blob, HERE, "registry.example/c"), false);
  await cancelled(refusing.registry, 1);
  assert.equal(count(refusing.registry, "DELETE"), 1);
});

for (const size of [0, 1, 8 * MIB, 8 * MIB + 1, big.length]) {
  for (const kind of ["bytes", "a stream"]) {
    test(`upload of ${size} bytes as ${kind}`, async () => {
      const events = [];
      const { registry, client } = await registryAndClient({ options: { onEvent: (event) => events.push(event) } });
      const bytes = big.subarray(0, size);
      const blob = { digest: digest(bytes), size };
      await client.upload(HERE, kind === "bytes" ? bytes : streamOf(bytes), blob);
      assert.deepEqual(Buffer.compare(registry.blob("a/b", blob.digest), bytes), 0);
      const chunks = size > 8 * MIB ? Math.ceil(size / (8 * MIB)) : 0;
      assert.deepEqual([count(registry, "PATCH"), count(registry, "PUT"), count(registry, "DELETE")], [chunks, 1, 0]);
      const progress = events.filter(({ type }) => type === "progress");
      assert.deepEqual(progress.at(-1), { type: "progress", digest: blob.digest, done: size, total: size });
      assert.equal(progress.length, Math.max(chunks, 1));
      registry.requests.length = 0;
      await client.upload(HERE, kind === "bytes" ? bytes : streamOf(bytes), blob);
      assert.deepEqual(sent(registry), [`HEAD /v2/a/b/blobs/${blob.digest}`]);
    });
  }
}

for (const quirks of [["chunkedOnly"], ["largeChunks"], ["absoluteLocations"], ["noMonolithicUpload"]]) {
  test(`upload to a registry with ${quirks}`, async () => {
    const { registry, client } = await registryAndClient({ quirks });
    await client.upload(HERE, new TextEncoder().encode("small"), { digest: digest("small"), size: 5 });
    await client.upload(HERE, streamOf(big), bigBlob);
    assert.ok(registry.blob("a/b", digest("small")));
    assert.equal(Buffer.compare(registry.blob("a/b", bigBlob.digest), big), 0);
  });
}

for (const [name, fault] of Object.entries({ reset: "reset", lost: "lost", 503: { status: 503 }, 416: { status: 416 } })) {
  for (const method of ["PATCH", "PUT", "POST"]) {
    if (method !== "PATCH" && name === "416") continue;
    test(`upload goes on after ${name} of a ${method}, and sends no more than it has to`, async () => {
      const { registry, client } = await registryAndClient();
      registry.faults.push({ match: { method, skip: method === "PATCH" ? 1 : 0, times: 1 }, answer: fault });
      await client.upload(HERE, streamOf(big), bigBlob);
      assert.equal(Buffer.compare(registry.blob("a/b", bigBlob.digest), big), 0);
      const repeated = method === "PATCH" && name !== "lost" ? 1 : 0;
      assert.equal(count(registry, "PATCH"), 3 + repeated);
    });
  }
}

test("content that is not what was promised is never completed, and its upload is cancelled", async () => {
  const { registry, client } = await registryAndClient();
  const wrong = { ...bigBlob, digest: digest("other") };
  assert.equal(await code(client.upload(HERE, streamOf(big), wrong)), "DIGEST_MISMATCH");
  assert.equal(await code(client.upload(HERE, streamOf(big), { ...bigBlob, size: big.length - 1 })), "SIZE_MISMATCH");
  assert.equal(await code(client.upload(HERE, streamOf(big), { ...bigBlob, size: big.length + 1 })), "SIZE_MISMATCH");
  await cancelled(registry, 3);
  assert.deepEqual([count(registry, "POST"), count(registry, "DELETE"), count(registry, "PUT")], [3, 3, 0]);
  assert.equal(registry.blob("a/b", wrong.digest), undefined);
});

test("an aborted upload stops the stream and cancels itself", async () => {
  const { registry, client } = await registryAndClient();
  const controller = new AbortController();
  let reasons;
  const endless = new ReadableStream({
    pull(stream) {
      if (count(registry, "PATCH") > 0) controller.abort(new Error("enough"));
      stream.enqueue(new Uint8Array(MIB));
    },
    cancel: (reason) => void (reasons = [reason]),
  });
  const given = { digest: digest("x"), size: 1000 * MIB };
  assert.equal(await code(client.upload(HERE, endless, given, { signal: controller.signal })), "ABORTED");
  await cancelled(registry, 1);
  assert.equal(count(registry, "DELETE"), 1);
  await until(() => reasons, "the stream is cancelled");
});

test("what the caller's own stream throws comes out as it is", async () => {
  const { registry, client } = await registryAndClient();
  const failure = new Error("the disk is gone");
  const broken = new ReadableStream({ pull: (controller) => controller.error(failure) });
  await assert.rejects(client.upload(HERE, broken, { digest: digest("x"), size: 5 }), failure);
  const texts = new ReadableStream({ pull: (controller) => controller.enqueue("text") });
  assert.equal(await code(client.upload(HERE, texts, { digest: digest("x"), size: 5 })), "OPTION_INVALID");
  assert.equal(await code(client.upload(HERE, "text", { digest: digest("x"), size: 5 })), "OPTION_INVALID");
  assert.equal(await code(client.upload(HERE, new Uint8Array(5), { digest: digest("x") })), "OPTION_INVALID");
  assert.equal(await code(client.upload(HERE, new Uint8Array(5), { digest: "x", size: 5 })), "DIGEST_INVALID");
  assert.equal(registry.repositories().length, 0);
});

test("an upload stays with its registry, unless its other place is named; that gets no secret", async () => {
  const auth = { type: "basic", users: { ada: "canary" } };
  const options = { credentials: () => ({ username: "ada", password: "canary" }) };
  const refused = await registryAndClient({ auth, options, quirks: ["uploadsElsewhere"] });
  assert.equal(await code(refused.client.upload(HERE, streamOf(big), bigBlob)), "LOCATION_REFUSED");
  const allowed = await registryAndClient({
    auth,
    options: { ...options, uploadOrigins: ["uploads.registry.example"] },
    quirks: ["uploadsElsewhere"],
  });
  await allowed.client.upload(HERE, streamOf(big), bigBlob);
  assert.ok(allowed.registry.blob("a/b", bigBlob.digest));
  const elsewhere = allowed.registry.requests.filter(({ url }) => url.startsWith("https://uploads."));
  assert.equal(elsewhere.length, 4);
  for (const { headers } of elsewhere) assert.equal(headers.authorization, undefined);
});

const index = indexWithAttestations(
  ...["amd64", "arm64", "arm", "386", "s390x", "riscv64"].map((architecture) => ociImage({ architecture })),
);

/** A registry for each domain, so that a copy goes from one to another. */
function twoRegistries({ from, to } = {}) {
  const source = createMemoryRegistry(from);
  const target = createMemoryRegistry({ ...to, quirks: ["childrenRequired", ...(to?.quirks ?? [])] });
  const fetch = (url, init) => (new URL(url).host.endsWith("source.example") ? source : target).fetch(url, init);
  return { source, target, client: createClient({ fetch }) };
}

for (const quirks of [[], ["noReferrers"], ["chunkedOnly"], ["noDigestHeader"]]) {
  test(`copy of six platforms with attestations across registries: ${quirks[0] ?? "plain"}`, async () => {
    const { source, target, client } = twoRegistries({ to: { quirks } });
    await put(source, "a/b", index, "1");
    const copied = await client.copy("source.example/a/b:1", "registry.example/c/d:2");
    assert.deepEqual(copied, { mediaType: index.mediaType, digest: index.digest, size: index.size, preserved: true });
    assert.deepEqual(target.tags("c/d"), ["2"]);
    assert.deepEqual(Buffer.from(target.manifest("c/d", "2").bytes), index.bytes);
    const blobs = new Set(index.children.flatMap((child) => child.blobs.map((blob) => blob.digest)));
    for (const blob of blobs) assert.ok(target.blob("c/d", blob));
    assert.equal(source.requests.filter(({ url }) => url.includes("/blobs/")).length, blobs.size);
    target.requests.length = source.requests.length = 0;
    await client.copy("source.example/a/b:1", "registry.example/c/d:2");
    assert.deepEqual([count(target, "POST"), count(target, "PATCH"), count(target, "PUT")], [0, 0, 1]);
    assert.equal(source.requests.filter(({ url }) => url.includes("/blobs/")).length, 0);
  });
}

for (const quirks of [[], ["mountRefused"]]) {
  test(`copy within a registry ${quirks.length > 0 ? "that mounts nothing" : "mounts"}`, async () => {
    const { registry, client } = await registryAndClient({ image: index, quirks: ["childrenRequired", ...quirks] });
    await client.copy(`${HERE}:1`, "registry.example/c:1");
    assert.equal(registry.manifest("c", "1").digest, index.digest);
    const reads = registry.requests.filter(({ method, url }) => method === "GET" && url.includes("/blobs/"));
    assert.equal(reads.length === 0, quirks.length === 0);
    registry.requests.length = 0;
    await client.copy(`${HERE}:1`, `${HERE}:2`);
    assert.deepEqual(sent(registry), ["GET /v2/a/b/manifests/1", "PUT /v2/a/b/manifests/2"]);
  });
}

test("copy of chosen platforms says whether it kept the document", async () => {
  const { source, target, client } = twoRegistries();
  await put(source, "a/b", index, "1");
  const one = await client.copy("source.example/a/b:1", "registry.example/one", { platforms: ["linux/arm64"], attestations: false });
  assert.equal(one.digest, index.children[1].digest);
  assert.equal(one.preserved, true);
  const attested = await client.copy("source.example/a/b:1", "registry.example/one:attested", { platforms: ["linux/arm64"] });
  assert.equal(attested.preserved, false);
  const { manifests } = await client.manifest("registry.example/one:attested");
  assert.deepEqual(manifests.map((found) => found.digest), [1, 7].map((at) => index.children[at].digest));
  const two = await client.copy("source.example/a/b:1", "registry.example/two:x", {
    platforms: ["linux/arm64", { os: "linux", architecture: "s390x" }],
  });
  assert.equal(two.preserved, false);
  const written = await client.manifest("registry.example/two:x");
  assert.equal(written.digest, two.digest);
  assert.deepEqual(
    written.manifests.map((found) => found.digest),
    [1, 4, 7, 10].map((at) => index.children[at].digest),
  );
  assert.equal(target.repositories().length, 2);
  const refused = (platforms) => code(client.copy("source.example/a/b:1", "registry.example/x", { platforms }));
  assert.equal(await refused(["linux/mips"]), "PLATFORM_NOT_FOUND");
  assert.equal(await refused([]), "OPTION_INVALID");
  assert.equal(await refused("linux"), "OPTION_INVALID");
});

test("nested indexes and artifacts are copied from the bottom up", async () => {
  const { source, target, client } = twoRegistries();
  const nested = ociIndex(entry(ociIndex(ociImage({ architecture: "arm64" }), ociImage())), ociImage({ text: "beside" }));
  for (const [tag, whole] of Object.entries({ nested, note: artifact() })) {
    await put(source, "a/b", whole, tag);
    await client.copy(`source.example/a/b:${tag}`, "registry.example/c");
    assert.equal(target.manifest("c", tag).digest, whole.digest);
  }
});

test("a copy that breaks at any request leaves the tag as it was, and is finished by the next one", async () => {
  const whole = await (async () => {
    const { source, target, client } = twoRegistries();
    await put(source, "a/b", index, "1");
    await client.copy("source.example/a/b:1", "registry.example/c:1");
    return target.requests.length;
  })();
  const before = ociImage({ text: "what was there before" });
  let checked = 0;
  for (let broken = 0; broken < whole; broken += 3) {
    let seen = 0;
    const { source, target } = twoRegistries({ to: { faults: () => (seen++ >= broken ? { status: 403 } : undefined) } });
    await put(source, "a/b", index, "1");
    await put(target, "c", before, "1");
    const route = (url, init) => (new URL(url).host === "source.example" ? source : target).fetch(url, init);
    const first = createClient({ fetch: route });
    assert.ok(await code(first.copy("source.example/a/b:1", "registry.example/c:1")), `request ${broken}`);
    assert.equal(target.manifest("c", "1").digest, before.digest);
    const there = index.children.flatMap((child) => child.blobs).filter(({ digest: one }) => target.blob("c", one));
    await settled();
    target.requests.length = source.requests.length = 0;
    seen = -Infinity;
    await createClient({ fetch: route }).copy("source.example/a/b:1", "registry.example/c:1");
    assert.equal(target.manifest("c", "1").digest, index.digest);
    const again = source.requests.filter(({ url }) => there.some(({ digest: one }) => url.endsWith(`/blobs/${one}`)));
    assert.deepEqual(again, []);
    checked += 1;
  }
  assert.ok(checked > 10, `${checked} places of ${whole} requests`);
});

test("a blob whose source breaks off goes on from there", async () => {
  for (const answer of [{ resetAfter: 9 * MIB + 3 }, { truncate: 9 * MIB + 3 }]) {
    const { source, target, client } = twoRegistries({ from: { quirks: ["redirectBlobs"] } });
    const large = ociImage({ text: Buffer.from(big.map((byte) => 97 + (byte % 26))).toString() });
    await put(source, "a/b", large, "1");
    const layer = large.blobs[1];
    const path = (asked) => asked.startsWith("/storage/") && asked.endsWith(layer.digest);
    source.faults.push({ match: { path, times: 2 }, answer });
    await client.copy("source.example/a/b:1", "registry.example/c:1");
    assert.equal(Buffer.compare(target.blob("c", layer.digest), layer.bytes), 0);
    const reads = source.requests.filter(({ url }) => path(new URL(url).pathname));
    const ranges = reads.map(({ headers }) => headers.range);
    assert.deepEqual(ranges, [undefined, `bytes=${9 * MIB + 3}-`, `bytes=${18 * MIB + 6}-`]);
    const patches = count(target, "PATCH");
    assert.equal(patches, 3);
  }
});

test("delete takes tags and manifests, and says what a registry does not do", async () => {
  const { registry, client } = await registryAndClient({ image });
  await client.push(documentOf(image), `${HERE}:2`);
  await client.delete(`${HERE}:1`);
  assert.deepEqual(registry.tags("a/b"), ["2"]);
  assert.equal(await code(client.delete(`${HERE}:1`)), "MANIFEST_UNKNOWN");
  assert.equal(await code(client.delete(HERE)), "OPTION_INVALID");
  await client.delete(`${HERE}@${image.digest}`);
  assert.deepEqual(registry.tags("a/b"), []);
  for (const quirk of ["noTagDelete", "deleteDisabled"]) {
    const refusing = await registryAndClient({ image, quirks: [quirk] });
    assert.equal(await code(refusing.client.delete(`${HERE}:1`)), "DELETE_UNSUPPORTED");
    assert.deepEqual(refusing.registry.tags("a/b"), ["1"]);
  }
  const lost = await registryAndClient({ image, faults: [{ match: { method: "DELETE", times: 1 }, answer: "lost" }] });
  await lost.client.delete(`${HERE}:1`);
  assert.deepEqual(lost.registry.tags("a/b"), []);
});

test("every write works with tokens of its own least scope", async () => {
  const auth = { type: "bearer", users: { ada: { password: "secret", actions: ["pull", "push", "delete"] } } };
  const asked = [];
  const options = {
    credentials: (registry, { repository, actions }) => {
      asked.push(`${repository} ${actions}`);
      return { username: "ada", password: "secret" };
    },
  };
  const { registry, client } = await registryAndClient({ image, auth, options });
  await client.copy(`${HERE}:1`, "registry.example/c:1");
  await client.upload("registry.example/c", streamOf(big), bigBlob);
  await client.push(documentOf(image), ["registry.example/c:2", "registry.example/c:3"], { expect: null });
  await client.delete("registry.example/c:2");
  assert.deepEqual(registry.tags("c"), ["1", "3"]);
  assert.deepEqual([...new Set(asked)], ["a/b pull", "c pull,push", "c *"]);
});
