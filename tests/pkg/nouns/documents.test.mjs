/** Documents and selections: what the facade adds to the core. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { createClient, parseImageConfig, parseManifest, selectPlatform } from "multiarch";

import { run } from "../../support/run.mjs";
import { codeOf, indexOf } from "../../support/vectors.mjs";

const INDEX = "application/vnd.oci.image.index.v1+json";
const sha256 = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const LINUX = { os: "linux", architecture: "amd64" };
const ARM = { os: "linux", architecture: "arm64", variant: "v8" };

test("a document is its exact bytes and a view of them", () => {
  const text = ` ${indexOf([LINUX, ARM])}\n`;
  const given = Buffer.from(text);
  const document = parseManifest(given);
  given.fill(0);
  assert.equal(Buffer.from(document.bytes).toString(), text);
  assert.equal(document.digest, sha256(text));
  assert.equal(document.size, Buffer.byteLength(text));
  assert.equal(document.kind, "index");
  assert.equal(document.mediaType, INDEX);
  assert.deepEqual(document.json, JSON.parse(text));
  assert.equal(document.json, document.json);
  assert.deepEqual(document.manifests.map(({ platform }) => platform), [LINUX, ARM]);
  assert.deepEqual([document.layers, document.config, document.subject, document.annotations], [[], undefined, undefined, {}]);
  assert.ok(Object.isFrozen(document));
});

test("bytes may come from any view, and from text", () => {
  const text = indexOf([LINUX]);
  const padded = Buffer.concat([Buffer.from("xx"), Buffer.from(text), Buffer.from("yy")]);
  const view = new DataView(padded.buffer, padded.byteOffset + 2, text.length);
  for (const bytes of [text, Buffer.from(text), view, Uint8Array.from(Buffer.from(text)).buffer]) {
    assert.equal(parseManifest(bytes).digest, sha256(text));
  }
});

test("keys that are special in JavaScript are ordinary keys", () => {
  const annotations = '{"__proto__":"a","constructor":"b","toString":"c"}';
  const text = indexOf([LINUX]).replace('"size":2', `"size":2,"annotations":${annotations}`).replace(/}$/, `,"annotations":${annotations}}`);
  const document = parseManifest(text);
  for (const found of [document.annotations, document.manifests[0].annotations]) {
    assert.deepEqual(Object.entries(found), [["__proto__", "a"], ["constructor", "b"], ["toString", "c"]]);
    assert.equal(Object.getPrototypeOf(found), Object.prototype);
  }
  assert.equal({}.a, undefined);
  const [candidate] = selectPlatform(document, LINUX).candidates;
  assert.ok(Object.hasOwn(candidate.descriptor.annotations, "__proto__"));
});

test("what the digest or the type does not promise is refused", () => {
  const text = indexOf([LINUX]);
  assert.equal(parseManifest(text, { digest: sha256(text), mediaType: `${INDEX}; charset=utf-8` }).mediaType, INDEX);
  assert.equal(codeOf(() => parseManifest(text, { digest: sha256("other") })), "DIGEST_MISMATCH");
  assert.equal(codeOf(() => parseManifest(text, { digest: "sha256:abc" })), "DIGEST_INVALID");
  assert.equal(codeOf(() => parseManifest(text, { mediaType: "text" })), "MEDIA_TYPE_INVALID");
  assert.equal(codeOf(() => parseManifest(text, { mediaType: 5 })), "OPTION_INVALID");
  assert.equal(codeOf(() => parseManifest({})), "OPTION_INVALID");
  assert.equal(codeOf(() => parseManifest("")), "JSON_INVALID");
  assert.equal(codeOf(() => parseManifest("[".repeat(1_000_000))), "JSON_TOO_DEEP");
  assert.equal(codeOf(() => parseManifest(new Uint8Array(9 << 20))), "MANIFEST_TOO_LARGE");
  assert.equal(codeOf(() => parseManifest(new Uint8Array(1 << 28))), "MANIFEST_TOO_LARGE");
});

test("a document that is no JSON has no json", () => {
  const document = parseManifest(new Uint8Array([0xff, 1]), { mediaType: "application/octet-stream" });
  assert.deepEqual([document.kind, document.json, document.size], ["unknown", undefined, 2]);
});

test("a selection carries the index's own descriptors", () => {
  const index = parseManifest(indexOf([LINUX, ARM]));
  const selection = selectPlatform(index, "linux/arm64", { policy: "strict" });
  assert.equal(selection.descriptor, index.manifests[1]);
  assert.equal(selection.index, 1);
  assert.deepEqual(selection.candidates.map(({ index: at, rank }) => [at, rank]), [[1, 0], [0, undefined]]);
  assert.ok(selection.candidates.every(({ reason }) => reason.length > 0));
  const none = selectPlatform(index, "windows/amd64");
  assert.ok(!("descriptor" in none) && !("index" in none));
  assert.equal(none.candidates.length, 2);
});

test("a selection is a plain frozen object, and every copy of it has its candidates", () => {
  const index = parseManifest(indexOf([LINUX, ARM]));
  const selected = () => selectPlatform(index, "linux/arm64");
  const selection = selected();
  assert.deepEqual(Object.keys(selection), ["descriptor", "index", "policy", "candidates"]);
  assert.deepEqual([Object.isFrozen(selection), Object.getPrototypeOf(selection)], [true, Object.prototype]);
  const { candidates } = selection;
  assert.deepEqual([candidates.length, selection.candidates === candidates], [2, true]);
  const { descriptor, index: at, policy } = selection;
  for (const copy of [{ ...selected() }, structuredClone(selected()), JSON.parse(JSON.stringify(selected()))]) {
    assert.deepEqual(copy, { descriptor, index: at, policy, candidates });
    assert.deepEqual(Object.getOwnPropertySymbols(copy), []);
  }
  assert.deepEqual(Object.create(selected()).candidates, candidates);
  assert.deepEqual(new Proxy(selected(), {}).candidates, candidates);
  const shown = inspect(selected(), { depth: 9 });
  assert.ok(candidates.every(({ reason }) => shown.includes(`reason: '${reason}'`)), shown);
});

test("a document that was cloned or written by hand can be selected from", () => {
  const index = parseManifest(indexOf([LINUX, ARM]));
  assert.equal(selectPlatform(structuredClone(index), "linux/arm64").descriptor.digest, index.manifests[1].digest);
  const { bytes, mediaType, digest } = index;
  assert.equal(selectPlatform({ bytes, mediaType, digest }, "linux/arm64").index, 1);
  assert.equal(codeOf(() => selectPlatform({ bytes, mediaType, digest: sha256("other") }, "linux/arm64")), "DIGEST_MISMATCH");
  for (const value of [undefined, null, 5, "text", {}]) {
    assert.equal(codeOf(() => selectPlatform(value, "linux/arm64")), "OPTION_INVALID");
  }
  assert.equal(codeOf(() => selectPlatform(index, "linux/arm64", { policy: "best" })), "OPTION_INVALID");
  assert.equal(codeOf(() => selectPlatform(index, undefined)), "PLATFORM_INVALID");
});

test("an image config shows its platform and keeps the rest", () => {
  const json = { architecture: "arm64", os: "linux", variant: "v8", config: { Env: ["A=b"] }, rootfs: { type: "layers", diff_ids: [] } };
  const config = parseImageConfig(JSON.stringify(json), { digest: sha256(JSON.stringify(json)) });
  assert.deepEqual(config.platform, ARM);
  assert.deepEqual([config.json, config.config, config.rootfs], [json, json.config, json.rootfs]);
  assert.ok(!("history" in config) && !("created" in config));
  assert.equal(codeOf(() => parseImageConfig("[]")), "CONFIG_INVALID");
  assert.deepEqual(parseImageConfig('{"created":"yesterday"}').platform, { os: "", architecture: "" });
  assert.equal(codeOf(() => parseImageConfig("{}", { digest: sha256("other") })), "DIGEST_MISMATCH");
});

test("an entry that cannot be used says so, is shown, and no call takes it", async () => {
  const text = indexOf([LINUX, ARM]).replace(/"digest":"sha256:/, '"digest":"../');
  const document = parseManifest(text);
  const [odd, good] = document.manifests;
  assert.match(odd.problem, /^manifests\[0\]\.digest is not valid/);
  assert.deepEqual([odd.platform, odd.digest.startsWith("../"), odd.mediaType.length > 0], [undefined, true, true]);
  assert.deepEqual([good.platform, good.problem], [ARM, undefined]);
  assert.equal(selectPlatform(document, ARM).index, 1);
  const { index, candidates } = selectPlatform(document, LINUX);
  assert.equal(index, undefined);
  assert.match(candidates[0].reason, /^cannot be used: manifests\[0\]/);
  assert.ok(!("rank" in candidates[0]));
  const client = createClient({ fetch: () => assert.fail("nothing is asked for") });
  await assert.rejects(client.blob("registry.example/a", odd.digest), { code: "DIGEST_INVALID" });
  await assert.rejects(client.push(document, "registry.example/a:1"), { code: "DESCRIPTOR_INVALID" });
});

test("what a document says is shown at most so far", async () => {
  const long = "\u007f".repeat(1_000_000);
  const text = indexOf([LINUX]).replace(/"digest":"[^"]*"/, () => `"digest":${JSON.stringify(long)}`);
  const [odd] = parseManifest(text).manifests;
  assert.ok(odd.problem.length <= 2_000, `${odd.problem.length}`);
  const many = Array.from({ length: 400 }, (_, at) => ({ os: "linux", architecture: `${"\u007f".repeat(3_000)}${at}` }));
  const body = indexOf(many);
  const client = createClient({ fetch: async () => new Response(body, { headers: { "content-type": INDEX } }) });
  const error = await client.resolve("registry.example/a:1", { platform: LINUX }).catch((failure) => failure);
  assert.equal(error.code, "PLATFORM_NOT_FOUND");
  assert.ok(error.message.length <= 2_000 && error.hint.length <= 2_000);
  assert.equal(error.details.available.length, 256);
  assert.ok(error.details.available.every((shown) => shown.length <= 2_000));
});

test("documents come to no harm from one another", async () => {
  const texts = [indexOf([LINUX, ARM]), indexOf([ARM, LINUX]), indexOf([ARM])];
  const documents = texts.map((text) => parseManifest(text));
  for (const [wanted, positions] of [[LINUX, [0, 1, undefined]], [ARM, [1, 0, 0]]]) {
    const chosen = documents.map((document) => selectPlatform(document, wanted).index);
    assert.deepEqual(chosen, positions);
  }
  const [first, second] = texts.map((text) => parseManifest(text));
  assert.deepEqual([second, first].map(({ manifests }) => manifests.length), [2, 2]);
  // A caller's own object may parse while it is read.
  const odd = { bytes: first.bytes, mediaType: first.mediaType, get manifests() { return parseManifest(texts[2]).manifests; } };
  assert.equal(selectPlatform(odd, LINUX).index, 0);
  const fetch = async (url) => new Response(texts[Number(String(url).at(-1))], { headers: { "content-type": INDEX } });
  const client = createClient({ fetch });
  const found = await Promise.all([0, 1, 2].map((tag) => client.manifest(`registry.example/a:${tag}`)));
  assert.deepEqual(found.map((document) => selectPlatform(document, ARM).index), [1, 0, 0]);
});

test("the core's memory does not grow with the number of documents", async () => {
  const source = `
    const { Instance } = WebAssembly;
    let memory;
    WebAssembly.Instance = function (...given) {
      const instance = new Instance(...given);
      memory ??= instance.exports.memory;
      return instance;
    };
    const { parseManifest, selectPlatform } = await import("multiarch");
    const entry = (at) => ({
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: "sha256:" + String(at).padStart(64, "0"),
      size: 1,
      platform: { os: "linux", architecture: "a" + at },
      annotations: { note: "n".repeat(3900) },
    });
    const text = JSON.stringify({ schemaVersion: 2, mediaType: ${JSON.stringify(INDEX)}, manifests: Array.from({ length: 1000 }, (_, at) => entry(at)) });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < 50; at++) selectPlatform(parseManifest(bytes), "linux/a999");
    console.log(bytes.length, memory.buffer.byteLength);`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", source], { cwd: import.meta.dirname });
  const [size, memory] = stdout.trim().split(" ").map(Number);
  assert.ok(size > 4e6, stderr);
  assert.ok(memory <= 24 * 2 ** 20, `${memory} bytes`);
});
