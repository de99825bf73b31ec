/** References, platforms, digests and texts: what the facade adds to the core. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createDigester, digest, formatPlatform, parseDigest, parsePlatform, parseReference, printable, verifyStream } from "multiarch";
import { createHash } from "node:crypto";

import { codeOf } from "../../support/vectors.mjs";

const hex = (algorithm, bytes) => `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;

test("a reference is frozen and plain", () => {
  const reference = parseReference("ghcr.io/owner/app:1.0");
  assert.ok(Object.isFrozen(reference));
  assert.deepEqual({ ...reference }, {
    domain: "ghcr.io",
    path: "owner/app",
    tag: "1.0",
    name: "ghcr.io/owner/app",
    familiar: "ghcr.io/owner/app:1.0",
    canonical: "ghcr.io/owner/app:1.0",
  });
});

test("what is no text is an option error, not a defect", () => {
  for (const value of [undefined, null, 5, {}, [], Symbol("a"), 5n]) {
    for (const work of [parseReference, parseDigest, printable, (text) => parsePlatform(text), createDigester.bind(null, null)]) {
      assert.equal(codeOf(() => work(value)), "OPTION_INVALID");
    }
  }
  assert.equal(codeOf(() => parsePlatform("linux", 5)), "OPTION_INVALID");
});

test("lone surrogates and other odd texts stay inside of errors", () => {
  for (const text of ["\ud800", "a\ud800b", "\0", "\u202e", "x".repeat(1 << 20)]) {
    assert.equal(codeOf(() => parseReference(text)), "REFERENCE_INVALID");
    assert.equal(codeOf(() => parsePlatform(text)), "PLATFORM_INVALID");
  }
});

test("platforms are read from any object, and refused where they are none", () => {
  assert.equal(formatPlatform({ os: "linux", architecture: "arm", variant: undefined }), "linux/arm");
  assert.equal(formatPlatform("linux/arm/v7"), "linux/arm/v7");
  assert.equal(codeOf(() => formatPlatform(undefined)), "PLATFORM_INVALID");
  assert.equal(codeOf(() => formatPlatform(5)), "PLATFORM_INVALID");
  assert.equal(codeOf(() => formatPlatform({ os: 5 })), "OPTION_INVALID");
  assert.equal(codeOf(() => formatPlatform({ os: "linux", architecture: "a", osFeatures: "win32k" })), "OPTION_INVALID");
  const mine = new Error("mine");
  const throwing = { get os() { throw mine; } };
  assert.throws(() => formatPlatform(throwing), { code: "OPTION_INVALID", message: "os of the platform cannot be read", cause: mine });
  assert.equal(digest("still alive").length, 71);
});

test("digests take texts as UTF-8, and bytes of any view or size", () => {
  assert.equal(digest("Größe"), hex("sha256", Buffer.from("Größe")));
  const bytes = new Uint8Array(3_000_001).map((_, at) => at);
  assert.equal(digest(bytes), hex("sha256", bytes));
  assert.equal(digest(bytes.buffer, "sha512"), hex("sha512", bytes));
  assert.equal(digest(new DataView(bytes.buffer, 1, 5)), hex("sha256", bytes.subarray(1, 6)));
  assert.equal(digest(new Uint16Array(bytes.buffer, 2, 3)), hex("sha256", bytes.subarray(2, 8)));
  assert.equal(codeOf(() => digest([1, 2])), "OPTION_INVALID");
  assert.equal(codeOf(() => digest("", "md5")), "DIGEST_UNSUPPORTED");
  const digester = createDigester();
  digester.update(bytes);
  assert.equal(digester.digest(), hex("sha256", bytes));
  digester.update(bytes);
  assert.equal(digester.digest(), hex("sha256", Buffer.concat([bytes, bytes])));
});

test("printable leaves plain text alone and shows the rest", () => {
  assert.equal(printable("näme 名前"), "näme 名前");
  assert.equal(printable("a\u001b[2J\u202e"), "a\\u{1b}[2J\\u{202e}");
});

const streamOf = (...chunks) => new ReadableStream({
  start(controller) {
    for (const chunk of chunks) controller.enqueue(chunk);
    controller.close();
  },
});

/** What passed, and the code of the error that ended it. */
async function read(stream) {
  const passed = [];
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: Buffer.concat(passed) };
      passed.push(value);
    }
  } catch (error) {
    return { bytes: Buffer.concat(passed), code: error.code, details: error.details };
  }
}

test("verifyStream passes what is promised and nothing else", async () => {
  const content = Buffer.from("abcdef");
  for (const algorithm of ["sha256", "sha384", "sha512"]) {
    const expected = { digest: hex(algorithm, content), size: 6 };
    const chunks = [content.subarray(0, 2), new Uint8Array(0), content.subarray(2)];
    assert.deepEqual(await read(streamOf(...chunks).pipeThrough(verifyStream(expected))), { bytes: content });
    const wrong = { digest: hex(algorithm, "other") };
    assert.equal((await read(streamOf(...chunks).pipeThrough(verifyStream(wrong)))).code, "DIGEST_MISMATCH");
  }
  const expected = { digest: hex("sha256", content), size: 6 };
  const short = await read(streamOf(content.subarray(0, 5)).pipeThrough(verifyStream(expected)));
  assert.equal(short.code, "SIZE_MISMATCH");
  assert.deepEqual([short.details.expected, short.details.actual], [6, 5]);
  const long = await read(streamOf(content, content, content).pipeThrough(verifyStream(expected)));
  assert.equal(long.code, "SIZE_MISMATCH");
  assert.ok(long.bytes.length <= 6, `${long.bytes.length} bytes passed`);
  assert.equal((await read(streamOf(content).pipeThrough(verifyStream({ digest: expected.digest, size: 0 })))).code, "SIZE_MISMATCH");
});

test("verifyStream refuses at once what can never be verified", () => {
  assert.equal(codeOf(() => verifyStream({ digest: "sha256:abc" })), "DIGEST_INVALID");
  assert.equal(codeOf(() => verifyStream({ digest: `blake3:${"0".repeat(64)}` })), "DIGEST_UNSUPPORTED");
  assert.equal(codeOf(() => verifyStream()), "OPTION_INVALID");
  assert.equal(codeOf(() => verifyStream({ digest: hex("sha256", ""), size: -1 })), "OPTION_INVALID");
});
