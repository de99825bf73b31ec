/** Blobs that are read whole, because they are small: configs, attestations. */

import { are, counted } from "../core/counted.js";
import { MultiarchError } from "../core/errors.js";
import { MANIFEST_BYTES } from "../core/facts.js";

/**
 * The bytes of a blob, verified. Rejects with SIZE_MISMATCH for more or less than the descriptor states, and with
 * RESPONSE_TOO_LARGE for more than `most`.
 *
 * @param {object} client
 * @param {string} name the repository
 * @param {{ digest: string, size: number }} descriptor
 * @param {{ signal?: AbortSignal }} options
 * @param {number} [most] default: what a document may have
 */
export async function readBlob(client, name, { digest, size }, options, most = MANIFEST_BYTES) {
  if (size > most) {
    const message = `the blob ${digest} states ${size} bytes; at most ${most} are read`;
    throw new MultiarchError({ code: "RESPONSE_TOO_LARGE", message });
  }
  const reader = (await client.blob(name, digest, options)).getReader();
  const bytes = new Uint8Array(size);
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const end = length + part.value.length;
    if (end <= size) bytes.set(part.value, length);
    else await reader.cancel();
    length = end;
    if (end > size) break;
  }
  if (length === size) return bytes;
  const found = length > size ? "more bytes" : counted(length, "byte");
  throw new MultiarchError({
    code: "SIZE_MISMATCH", message: `${digest} has ${found} where ${size} ${are(size)} stated`, details: { digest, expected: size, actual: length },
  });
}
