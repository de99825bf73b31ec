/** zstd, by the host where it has it and by our own decoder where not: layers and archives, whole, in many frames, cut off and wrong. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { afterEach, describe, test } from "node:test";
import zlib from "node:zlib";

import { listLayer } from "multiarch";
import { openArchive } from "multiarch/archive";

import { configure, environment } from "../../../pkg/core/load.js";
import { ZstdFrames } from "../../../pkg/layers/zstd-frames.js";
import { layoutMembers, tarOf } from "../../support/archives.mjs";
import { ociImage } from "../../support/images.mjs";

const TYPE = "application/vnd.oci.image.layer.v1.tar+zstd";
const data = new URL("../../data/", import.meta.url);
const file = (name) => readFileSync(new URL(name, data));
const tar = file("tars/gnu-pax.tar");
const frames = readdirSync(new URL("zstd/", data)).filter((name) => name.endsWith(".zst")).map((name) => [name, file(`zstd/${name}`)]);

const hostOf = environment();
afterEach(() => configure(hostOf));

/** Our decoder, and the host's where it has one. */
const DECODERS = {
  "our decoder": () => configure({ ...hostOf, createDecompressor: undefined }),
  ...("createZstdDecompress" in zlib && { "the host's": () => {} }),
};

/** A frame of one raw block with that descriptor, and what follows it in the header. */
function raw(descriptor, header, content) {
  const block = (content.length << 3) | 1;
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, descriptor, ...header, block & 255, (block >> 8) & 255, block >> 16, ...content]);
}

/** Content of any size in raw blocks, which is zstd that no compressor is needed for. */
function stored(content) {
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38])];
  for (let at = 0; at < content.length; at += 65536) {
    const part = content.subarray(at, at + 65536);
    const header = (part.length << 3) | Number(at + 65536 >= content.length);
    parts.push(Buffer.from([header & 255, (header >> 8) & 255, header >> 16]), part);
  }
  return Buffer.concat(parts);
}

function skipped(length) {
  const frame = Buffer.alloc(8 + length, 7);
  frame.writeUInt32LE(0x184d2a5e);
  frame.writeUInt32LE(length, 4);
  return frame;
}

const pieces = (bytes, size) => new ReadableStream({
  start(controller) {
    for (let at = 0; at < bytes.length; at += size) controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
    controller.close();
  },
});

async function paths(bytes, { size = 1 << 20, ...options } = {}) {
  const entries = listLayer(pieces(bytes, size), TYPE, options);
  const found = [];
  for await (const { path } of entries) found.push(path);
  return { found, summary: entries.summary };
}

const code = (promise) => promise.then(() => "none", (error) => error.code ?? String(error));

for (const [name, choose] of Object.entries(DECODERS)) {
  describe(name, () => {
    test("what zstd made is the tar that it was, whatever the pieces", async () => {
      const whole = await paths(tar);
      for (const [file, bytes] of frames) {
        for (const size of [1, 700, 1 << 20]) {
          choose();
          const { found, summary } = await paths(bytes, { size });
          assert.deepEqual(found, whole.found, file);
          assert.deepEqual([summary.compression, summary.unpackedSize, summary.size], ["zstd", tar.length, bytes.length]);
        }
      }
    });

    test("frames follow each other, and those with tables between them are passed over", async () => {
      choose();
      const whole = await paths(tar);
      const parts = [0, 512, 20_000, 20_001, tar.length].map((from, at, all) => stored(tar.subarray(from, all[at + 1])));
      const bytes = Buffer.concat([skipped(0), ...parts.slice(0, -1).flatMap((part) => [part, skipped(900)])]);
      for (const size of [1, 5, 4096, 1 << 20]) assert.deepEqual((await paths(bytes, { size })).found, whole.found, `pieces of ${size}`);
    });

    test("a cut is seen wherever it is", async () => {
      choose();
      const [first] = frames[0].slice(1);
      for (const length of [5, 9, 100, first.length - 3, first.length - 1]) {
        assert.equal(await code(paths(first.subarray(0, length))), "ARCHIVE_TRUNCATED", `${length} bytes`);
      }
      const two = Buffer.concat([stored(tar.subarray(0, 700)), stored(tar.subarray(700))]);
      assert.equal(await code(paths(two.subarray(0, 710))), "ARCHIVE_TRUNCATED");
    });

    test("what is wrong has its code", async () => {
      const good = raw(0x20, [3], Buffer.from("abc"));
      const [, checked] = frames.find(([file]) => file === "fast.zst");
      const cases = [
        ["a checksum that does not fit", Buffer.concat([checked.subarray(0, -1), Buffer.of(checked.at(-1) ^ 1)]), "ARCHIVE_INVALID"],
        ["something behind the last frame", Buffer.concat([good, Buffer.from("something else")]), "ARCHIVE_INVALID"],
        ["a block of no kind", Buffer.concat([good.subarray(0, 6), Buffer.of(7, 0, 0)]), "ARCHIVE_INVALID"],
        ["another size than is stated", raw(0x20, [4], Buffer.from("abc")), "ARCHIVE_INVALID"],
        ["a dictionary", raw(0x21, [9, 3], Buffer.from("abc")), "LAYER_UNSUPPORTED"],
        ["a window of 256 MiB", raw(0, [0x90], Buffer.from("abc")), "ARCHIVE_LIMIT"],
      ];
      for (const [what, bytes, expected] of cases) {
        choose();
        assert.equal(await code(paths(bytes)), expected, what);
        assert.equal(await code(paths(bytes, { size: 1 })), expected, `${what}, byte by byte`);
      }
    });

    test("a bomb ends at the limit", async () => {
      choose();
      const run = (isLast) => [(isLast | 2) & 255, 0, 0x10, 0];
      const bytes = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, ...Array.from({ length: 4000 }, (_, at) => run(Number(at === 3999))).flat()]);
      assert.equal(await code(paths(bytes, { maxBytes: 1 << 20 })), "ARCHIVE_LIMIT");
    });

    test("an archive is read, and one that is cut off or has something behind it is refused", async () => {
      choose();
      const image = ociImage({ architecture: "amd64" });
      const bytes = stored(tarOf(layoutMembers({ app: image })));
      const archive = await openArchive(new Blob([skipped(5), bytes.subarray(0)]));
      assert.equal((await archive.manifest("app")).digest, image.digest);
      await archive.close();
      assert.equal(await code(openArchive(new Blob([bytes.subarray(0, -700)]))), "ARCHIVE_TRUNCATED");
      assert.equal(await code(openArchive(new Blob([bytes, "something else"]))), "ARCHIVE_INVALID");
      assert.equal(await code(openArchive(new Blob([raw(0x21, [9, 3], Buffer.from("abc"))]))), "ARCHIVE_UNSUPPORTED");
    });
  });
}

test("a host that may not load it says so, and one that failed to load it tries again", async () => {
  const [, bytes] = frames[0];
  configure({ ...hostOf, createDecompressor: undefined, loadZstd: undefined });
  await assert.rejects(paths(bytes), { code: "LAYER_UNSUPPORTED", details: { reason: "zstd" } });
  // A module that was loaded stays, so this has to be another one than the tests before have.
  const fresh = await import("../../../pkg/layers/zstd.js?again");
  configure({ ...hostOf, loadZstd: () => Promise.reject(new Error("no such file")) });
  await assert.rejects(fresh.zstdDecoder(), { code: "LOAD_FAILED", message: /zstd|no such file/ });
  configure(hostOf);
  assert.equal(typeof (await fresh.zstdDecoder()), "function");
});

test("frames are found wherever the pieces end", () => {
  const [one, two] = [frames[0][1], frames[1][1]];
  const bytes = Buffer.concat([skipped(3), one, skipped(0), two]);
  for (let size = 1; size < 40; size += 1) {
    const walker = new ZstdFrames();
    const found = [[]];
    for (let at = 0; at < bytes.length; at += size) {
      for (const { bytes: part, isEnd } of walker.parts(bytes.subarray(at, at + size))) {
        found.at(-1).push(part);
        if (isEnd) found.push([]);
      }
    }
    assert.ok(walker.isBetween);
    assert.deepEqual(found.map((parts) => Buffer.concat(parts)), [one, two, Buffer.alloc(0)], `pieces of ${size}`);
  }
});
