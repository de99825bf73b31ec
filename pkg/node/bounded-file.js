/** Reads files that are to be short: a name may lead to a device without an end. */

import { open } from "node:fs/promises";

/** The longest file that is read, in bytes: documents have 4 MiB, and people write less. */
export const LONGEST = 32 << 20;
/** How much is read at once, in bytes. */
const CHUNK = 1 << 18;

/** @returns {Promise<Buffer | undefined>} what the file holds; undefined where that is longer than LONGEST; rejects as `open` does */
export async function readShort(file) {
  let handle;
  try {
    handle = await open(file);
    return await joinedShort(chunksOf(handle));
  } finally {
    await handle?.close();
  }
}

/** Parts as one; undefined where they are longer than LONGEST. @param {AsyncIterable<Uint8Array>} parts */
export async function joinedShort(parts) {
  const chunks = [];
  let size = 0;
  for await (const chunk of parts) {
    size += chunk.length;
    if (size > LONGEST) return undefined;
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
