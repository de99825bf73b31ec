/**
 * Decompresses archives that are compressed. They cannot be read by ranges, and what lists their images may stand last: they
 * are decompressed once, to where the host keeps large things.
 */

import { until } from "../core/timers.js";
import { LONGEST_MAGIC, compressionOf, decompressed } from "../layers/decompress.js";
import { failure } from "./failure.js";
import { fileOfBlob } from "./input.js";

/** How many decompressed bytes are kept: a few kilobytes can be made to say terabytes. */
export const SPOOLED_BYTES = 32 * 2 ** 30;
/** How much is read, and made a Blob of, at once. */
const PART = 1 << 20;
const BLOB = 16 << 20;

const PROGRAMS = { gzip: "gunzip", zstd: "unzstd", bzip2: "bunzip2", xz: "unxz" };
const ARCHIVE = {
  noun: "archive", fail: failure,
  unsupported: { code: "ARCHIVE_UNSUPPORTED", hint: (kind) => `Decompress it first, for example with \`${PROGRAMS[kind]}\`.` },
};

/**
 * The same source, or one of what it holds when it is decompressed. Rejects with ARCHIVE_UNSUPPORTED for what this host
 * cannot decompress, ARCHIVE_INVALID and ARCHIVE_TRUNCATED for what is broken, ARCHIVE_LIMIT for more than is kept.
 *
 * @param {import("./input.js").FileSource} source
 * @param {object} host
 * @param {(parts: AsyncIterable<Uint8Array>) => Promise<import("./input.js").FileSource>} host.spool keeps the parts
 * @param {AbortSignal} [host.signal]
 * @param {(done: number, total: number) => void} [host.onProgress] of the compressed bytes
 */
export async function uncompressed(source, { spool, signal, onProgress }) {
  const read = (offset, length) => until(source.read(offset, length), signal);
  const kind = compressionOf(await read(0, Math.min(LONGEST_MAGIC, source.size)));
  if (kind === "none") return source;
  return spool(limited(decompressed(kind, partsOf({ size: source.size, read }, onProgress), ARCHIVE), signal));
}

async function* partsOf(source, onProgress) {
  for (let at = 0; at < source.size; ) {
    const part = await source.read(at, Math.min(PART, source.size - at));
    if (part.length === 0) return;
    at += part.length;
    onProgress?.(at, source.size);
    yield part;
  }
}

async function* limited(parts, signal) {
  let size = 0;
  for await (const part of parts) {
    signal?.throwIfAborted();
    size += part.length;
    if (size > SPOOLED_BYTES) {
      throw failure("ARCHIVE_LIMIT", `the archive has more than ${SPOOLED_BYTES} bytes when it is decompressed`);
    }
    yield part;
  }
}

/** Keeps the parts as Blobs, which browsers move to the disk. */
export async function spoolToBlob(parts) {
  const blobs = [];
  let held = [];
  let size = 0;
  const keep = () => {
    if (held.length > 0) blobs.push(new Blob(held));
    [held, size] = [[], 0];
  };
  for await (const part of parts) {
    held.push(part);
    size += part.length;
    if (size >= BLOB) keep();
  }
  keep();
  return fileOfBlob(new Blob(blobs));
}
