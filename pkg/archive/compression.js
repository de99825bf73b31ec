/**
 * Archives that are compressed as a whole. They cannot be read by ranges, and what lists their images may stand last: they
 * are decompressed once, to where the host keeps large things.
 */

import { isOurs } from "../core/errors.js";
import { until } from "../core/timers.js";
import { failure } from "./failure.js";
import { fileOfBlob } from "./input.js";

/** What compressed files begin with. */
const KINDS = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
];

/** How many decompressed bytes are kept: a few kilobytes can be made to say terabytes. */
export const SPOOLED_BYTES = 32 * 2 ** 30;
/** How much is read, and made a Blob of, at once. */
const PART = 1 << 20;
const BLOB = 16 << 20;

/**
 * The same source, or one of what it holds when it is decompressed. Rejects with ARCHIVE_UNSUPPORTED for what this host
 * cannot decompress, ARCHIVE_INVALID and ARCHIVE_TRUNCATED for what is broken, ARCHIVE_LIMIT for more than is kept.
 *
 * @param {import("./input.js").FileSource} source
 * @param {object} host
 * @param {(kind: string) => TransformStream | undefined} host.decompressor
 * @param {(parts: AsyncIterable<Uint8Array>) => Promise<import("./input.js").FileSource>} host.spool keeps the parts
 * @param {AbortSignal} [host.signal]
 * @param {(done: number, total: number) => void} [host.onProgress] of the compressed bytes
 */
export async function uncompressed(source, { decompressor, spool, signal, onProgress }) {
  const read = (offset, length) => until(source.read(offset, length), signal);
  const start = await read(0, Math.min(6, source.size));
  const [kind] = KINDS.find(([, magic]) => magic.every((byte, at) => start[at] === byte)) ?? [];
  if (kind === undefined) return source;
  const transform = decompressor(kind);
  if (!transform) {
    const hint = `Decompress it first, for example with \`${PROGRAMS[kind]}\`.`;
    throw failure("ARCHIVE_UNSUPPORTED", `the archive is compressed with ${kind}, which this host cannot decompress`, { hint });
  }
  const parts = streamOf({ size: source.size, read }, { signal, onProgress }).pipeThrough(transform);
  return spool(limited(parts, kind, signal));
}

const PROGRAMS = { gzip: "gunzip", zstd: "unzstd", bzip2: "bunzip2", xz: "unxz" };

/** Browsers: DecompressionStream, as far as it knows the format. */
export function hostDecompressor(kind) {
  try {
    return new DecompressionStream(kind);
  } catch {
    return undefined;
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

function streamOf(source, { signal, onProgress }) {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      signal?.throwIfAborted();
      if (at >= source.size) return controller.close();
      const part = await source.read(at, Math.min(PART, source.size - at));
      if (part.length === 0) return controller.close();
      at += part.length;
      onProgress?.(at, source.size);
      controller.enqueue(part);
    },
  }, { highWaterMark: 1 });
}

async function* limited(stream, kind, signal) {
  const reader = stream.getReader();
  let size = 0;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return;
      size += value.length;
      if (size > SPOOLED_BYTES) {
        throw failure("ARCHIVE_LIMIT", `the archive has more than ${SPOOLED_BYTES} bytes when it is decompressed`);
      }
      yield value;
    }
  } catch (cause) {
    if (isOurs(cause) || signal?.aborted) throw cause;
    const isCut = /unexpected end|incomplete|terminated|truncat/i.test(cause?.message ?? "");
    const message = `the ${kind} of the archive is ${isCut ? "cut off" : "damaged"} after ${size} decompressed bytes`;
    throw failure(isCut ? "ARCHIVE_TRUNCATED" : "ARCHIVE_INVALID", message, { cause });
  } finally {
    await reader.cancel().catch(() => {});
  }
}
