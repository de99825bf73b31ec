/** Reads files that are to be short: a name may lead to a device without an end, or to a pipe that has no writer. */

import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** The longest file that is read, in bytes: documents have 4 MiB, and people write less. */
export const LONGEST = 32 << 20;
/** How much is read at once, in bytes. */
const CHUNK = 1 << 18;

/** Flags of `open` that do not wait for the writer of a pipe. */
export const AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file that a person names: what is piped in (`<(...)`) is waited for.
 *
 * @returns {Promise<Buffer | undefined>} what the file holds; undefined where that is longer than LONGEST; rejects as `open` does
 */
export async function readShort(file) {
  const handle = await open(file);
  try {
    return await joinedShort(chunksOf(handle));
  } finally {
    await handle.close();
  }
}

/**
 * Reads a file that stands in a folder, and that no person has named: pipes and devices are no such files.
 *
 * @returns {Promise<Buffer | undefined>} what the file holds; undefined where that is longer than `longest`; rejects as `open`
 *   does, with EISDIR for a folder, and with ENOTSUP for what is no regular file
 */
export async function readRegular(file, longest = LONGEST) {
  const handle = await open(file, AT_ONCE);
  try {
    const found = await handle.stat();
    if (!found.isFile()) {
      const code = found.isDirectory() ? "EISDIR" : "ENOTSUP";
      throw Object.assign(new Error(`${code}: not a regular file`), { code, syscall: "open" });
    }
    return await joinedShort(chunksOf(handle), longest);
  } finally {
    await handle.close();
  }
}

/** Parts as one; undefined where they are longer than `longest`. @param {AsyncIterable<Uint8Array>} parts */
export async function joinedShort(parts, longest = LONGEST) {
  const chunks = [];
  let size = 0;
  for await (const chunk of parts) {
    size += chunk.length;
    if (size > longest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* chunksOf(handle) {
  for (;;) {
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafe(CHUNK) });
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
