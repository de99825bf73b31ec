/** The bytes of one file out of an unpacked layer. */

/** The part of a batch that belongs to a file. */
export function within({ bytes, offset: start }, offset, size) {
  const from = Math.max(0, offset - start);
  return bytes.subarray(from, Math.max(from, Math.min(bytes.length, offset + size - start)));
}

/**
 * The bytes of a layer from `offset` on, `size` of them. The layer is read to its end, where its digest is known.
 *
 * @param {AsyncIterable<{ offset: number, bytes: Uint8Array }>} batches as `readLayer` has them
 */
export async function* partOf(batches, offset, size) {
  for await (const batch of batches) {
    const part = within(batch, offset, size);
    if (part.length > 0) yield part;
  }
}
