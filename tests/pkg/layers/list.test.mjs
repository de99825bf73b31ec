/** `listLayer`: what is in a layer, as it streams by. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import { layerType, listLayer } from "multiarch";

import { sha256 } from "../../support/images.mjs";
import { END, header, member, tar } from "../../support/layers.mjs";

const TAR = "application/vnd.oci.image.layer.v1.tar";
const GZIP = `${TAR}+gzip`;
const data = new URL("../../data/tars/", import.meta.url);

async function listed(bytes, mediaType = TAR, options = undefined) {
  const listing = listLayer(bytes instanceof ReadableStream ? bytes : new Blob([bytes]), mediaType, options);
  const entries = [];
  for await (const entry of listing) entries.push(entry);
  return { entries, summary: listing.summary };
}

/** A stream in pieces of that size. */
function pieces(bytes, size) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(new Uint8Array(bytes.subarray(at, (at += size))));
    },
  });
}

const SAMPLE = [
  { path: "etc/", type: "folder", mode: 0o755 },
  { path: "./etc/motd", content: "hello", mode: 0o600, uid: 7, gid: 8, mtime: 1700000000 },
  { path: "etc/link", type: "symlink", target: "../motd" },
  { path: "etc/.wh.gone", content: "" },
  { path: "var/.wh..wh..opq" },
  { path: "dev/null", type: "character", over: [[329, "0000001\x000000003\0"]] },
];

test("an entry says what it is, what it takes away, and where its content is", async () => {
  const { entries, summary } = await listed(tar(SAMPLE));
  const base = { size: 0, mode: 0o644, uid: 0, gid: 0, mtime: 0 };
  assert.deepEqual(entries, [
    { ...base, path: "etc", type: "folder", mode: 0o755 },
    { path: "etc/motd", type: "file", size: 5, mode: 0o600, uid: 7, gid: 8, mtime: 1700000000, offset: 1024 },
    { ...base, path: "etc/link", type: "symlink", target: "../motd" },
    { ...base, path: "etc/gone", type: "whiteout" },
    { ...base, path: "var", type: "opaque" },
    { ...base, path: "dev/null", type: "device", device: { kind: "character", major: 1, minor: 3 } },
  ]);
  assert.deepEqual(summary, { compression: "none", size: 4608, unpackedSize: 4608, entries: 6, findings: [] });
});

test("the media type may be wrong about the compression: the bytes decide, as with engines", async () => {
  for (const mediaType of [TAR, GZIP, `${TAR}+zstd`, "application/vnd.docker.image.rootfs.diff.tar.gzip", "text/plain"]) {
    const { entries, summary } = await listed(gzipSync(tar(SAMPLE)), mediaType);
    assert.deepEqual([entries.length, summary.compression], [6, "gzip"], mediaType);
  }
});

test("the archives of GNU tar, bsdtar and Python are listed, whatever the pieces", async () => {
  for (const name of readdirSync(data).filter((name) => name.endsWith(".tar"))) {
    const bytes = readFileSync(new URL(name, data));
    const whole = await listed(bytes);
    assert.ok(whole.entries.length > 1, name);
    for (const size of [1, 511, 4096]) {
      const { entries } = await listed(pieces(gzipSync(bytes), size));
      assert.deepEqual(entries, whole.entries, name);
    }
  }
});

test("a layer of several gzip members is one layer", async () => {
  const bytes = tar(SAMPLE);
  const members = Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))]);
  assert.equal((await listed(members, GZIP)).entries.length, 6);
});

describe("digests", () => {
  const bytes = gzipSync(tar(SAMPLE));
  const right = { digest: sha256(bytes), size: bytes.length, diffId: sha256(tar(SAMPLE)) };

  test("that fit let the entries end", async () => {
    assert.equal((await listed(bytes, GZIP, right)).entries.length, 6);
  });

  test("that do not fit fail before the end", async () => {
    const wrong = sha256("wrong");
    await assert.rejects(listed(bytes, GZIP, { ...right, digest: wrong }), { code: "DIGEST_MISMATCH" });
    await assert.rejects(listed(bytes, GZIP, { ...right, size: bytes.length + 1 }), { code: "SIZE_MISMATCH" });
    await assert.rejects(listed(bytes, GZIP, { ...right, size: 10 }), { code: "SIZE_MISMATCH" });
    await assert.rejects(listed(bytes, GZIP, { ...right, diffId: wrong }), ({ code, message, hint }) => {
      assert.equal(code, "DIGEST_MISMATCH");
      assert.match(message, /diff_id of the config/);
      assert.match(hint, /Do not use it/);
      return true;
    });
  });

  test("excuse nothing that stands behind the end of the gzip", async () => {
    const longer = Buffer.concat([bytes, Buffer.from("junk behind the end")]);
    await assert.rejects(listed(longer, GZIP, right), { code: "SIZE_MISMATCH" });
    await assert.rejects(listed(longer, GZIP, { digest: sha256(longer) }), { code: "ARCHIVE_INVALID" });
  });
});

describe("an end", () => {
  const endless = (chunk = member({ path: "a" })) => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(chunk)) });

  test("by the signal comes at once, before, between and while nothing comes", async () => {
    await assert.rejects(listed(tar(SAMPLE), TAR, { signal: AbortSignal.abort() }), { code: "ABORTED" });
    const controller = new AbortController();
    const silent = new ReadableStream({ start: (to) => to.enqueue(new Uint8Array(header({ path: "a" }))), cancel: () => (silent.isCancelled = true) });
    const waiting = listed(silent, TAR, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(waiting, { code: "ABORTED" });
    assert.equal(silent.isCancelled, true);
    await assert.rejects(listed(endless(), TAR, { signal: AbortSignal.timeout(50) }), { code: "TIMEOUT" });
  });

  test("by the caller lets go of the stream", async () => {
    let isCancelled = false;
    const stream = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(member({ path: "a" }))), cancel: () => void (isCancelled = true) });
    for await (const entry of listLayer(stream, TAR)) {
      assert.equal(entry.path, "a");
      break;
    }
    assert.equal(isCancelled, true);
  });

  test("by the caller's own stream fails with what that failed with", async () => {
    const own = new Error("the disk is gone");
    for (const mediaType of [TAR, GZIP]) {
      const start = mediaType === TAR ? header({ path: "a" }) : gzipSync(tar(SAMPLE)).subarray(0, 30);
      let isFirst = true;
      const stream = new ReadableStream({
        pull(to) {
          if (!isFirst) return to.error(own);
          isFirst = false;
          to.enqueue(new Uint8Array(start));
        },
      });
      await assert.rejects(listed(stream, mediaType), own);
    }
  });

  test("by the bytes that a layer may have stops a bomb", async () => {
    const bomb = gzipSync(Buffer.concat([header({ path: "zeros", size: 64 << 20 }), Buffer.alloc(64 << 20), END]));
    assert.ok(bomb.length < 100_000);
    await assert.rejects(listed(bomb, GZIP, { maxBytes: 1 << 20 }), ({ code, details }) => {
      assert.deepEqual([code, details.limit, details.most], ["ARCHIVE_LIMIT", "bytes", 1 << 20]);
      return true;
    });
    assert.equal((await listed(bomb, GZIP)).entries.length, 1);
  });
});

test("entries before a fault are given, and then the fault", async () => {
  const listing = listLayer(new Blob([tar([{ path: "a" }, Buffer.alloc(512, 1)])]), TAR);
  assert.equal((await listing.next()).value.path, "a");
  await assert.rejects(listing.next(), { code: "ARCHIVE_INVALID" });
  assert.equal(listing.summary, undefined);
});

test("what is encrypted, and what no host decompresses, is named", async () => {
  await assert.rejects(listed(tar(SAMPLE), `${GZIP}+encrypted`), { code: "LAYER_UNSUPPORTED", details: { reason: "encrypted" } });
  for (const [name, magic] of [["bzip2", "BZh91AY"], ["xz", "\xfd7zXZ\0\0"]]) {
    await assert.rejects(listed(Buffer.from(magic, "latin1")), { code: "LAYER_UNSUPPORTED", details: { reason: name } });
  }
});

test("what is no layer, and what are no options, is refused", async () => {
  for (const layer of [undefined, null, "text", 7, {}, new Uint8Array(3)]) assert.throws(() => listLayer(layer, TAR), { code: "OPTION_INVALID" });
  assert.throws(() => listLayer(new Blob([]), 7), { code: "OPTION_INVALID" });
  await assert.rejects(listed(tar([]), TAR, { digest: "7" }), { code: "DIGEST_INVALID" });
  assert.throws(() => listLayer(new Blob([]), TAR, { maxBytes: -1 }), { code: "OPTION_INVALID" });
  const texts = new ReadableStream({ start: (to) => to.enqueue("text") });
  await assert.rejects(listed(texts), { code: "OPTION_INVALID", message: /does not consist of bytes/ });
});

test("media types say what a layer is", () => {
  assert.deepEqual(layerType(GZIP), { kind: "layer", compression: "gzip" });
  assert.deepEqual(layerType("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"), { kind: "foreign", compression: "gzip" });
  assert.deepEqual(layerType(`${TAR}+zstd+encrypted`), { kind: "encrypted", compression: "zstd" });
  assert.deepEqual(layerType("application/wasm"), { kind: "unknown", compression: "none" });
});
