/**
 * Blobs as the proxy gives them: a small one after it was verified, a larger one as a stream that breaks off where it is not
 * what its digest promises.
 */

import { decimalSize } from "../core/sizes.js";
import { Refusal } from "./answers.js";

/** What is verified before an answer begins: 4 MiB, the cap of image configs. */
const VERIFIED_BYTES = 4 << 20;

/** The largest blob that is passed on where no option says otherwise: configs and statements, but no layers. */
export const BUDGET_BYTES = VERIFIED_BYTES;

/**
 * @param {{ stream: ReadableStream<Uint8Array>, size: number | undefined }} blob as `openBlob` gives it
 * @param {number} budget the most bytes that are passed on
 * @returns {Promise<{ bytes?: Uint8Array, stream?: ReadableStream<Uint8Array> }>} one of both. Rejects with PROXY_LIMIT, and as
 *   the stream fails
 */
export async function passedOn({ stream, size }, budget) {
  const reader = stream.getReader();
  const counted = createCounter(reader, budget);
  if (size > budget) return counted.refuse();
  if (size > VERIFIED_BYTES) return { stream: heldBack(counted, []) };
  const parts = [];
  let length = 0;
  for (let part = await counted.read(); part; part = await counted.read()) {
    parts.push(part);
    length += part.length;
    // It is longer than was stated, or its length was not stated.
    if (length > VERIFIED_BYTES) return { stream: heldBack(counted, parts) };
  }
  return { bytes: new Uint8Array(await new Blob(parts).arrayBuffer()) };
}

/** A reader that fails beyond the budget, and cancels the registry's answer then. */
function createCounter(reader, budget) {
  let left = budget;
  async function refuse() {
    await reader.cancel();
    throw new Refusal("PROXY_LIMIT", `the blob is larger than the ${decimalSize(budget)} that this proxy passes on`);
  }
  return {
    refuse,
    /** The next part; undefined at the end, where the digest has been verified. */
    async read() {
      const { done, value } = await reader.read();
      if (done) return undefined;
      left -= value.length;
      return left < 0 ? refuse() : value;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/**
 * A stream of so many bytes as hosts state its length: workerd takes that from the stream alone, and without it ends an answer that
 * breaks off as if it were complete.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {number} [size]
 */
export function ofLength(stream, size) {
  const { FixedLengthStream } = globalThis;
  return FixedLengthStream && size !== undefined ? stream.pipeThrough(new FixedLengthStream(size)) : stream;
}

/**
 * The content as it comes, except that its last part is given when the digest is verified: an answer that states its length
 * is never complete with content that is not what was asked for.
 */
function heldBack(counted, parts) {
  const waiting = [...parts];
  return new ReadableStream(
    {
      async pull(controller) {
        while (waiting.length < 2) {
          const part = await counted.read();
          if (part) waiting.push(part);
          else break;
        }
        const isLast = waiting.length < 2;
        if (waiting.length > 0) controller.enqueue(waiting.shift());
        if (isLast) controller.close();
      },
      cancel: (reason) => counted.cancel(reason),
    },
    // Nothing is read before the visitor takes it.
    { highWaterMark: 0 },
  );
}
