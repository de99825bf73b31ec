/** Bodies of blobs, read by the facade: bytes that large never cross into the core as a whole. */

import { fromCore, MultiarchError } from "./errors.js";
import { until } from "./host.js";
import { call } from "./load.js";

/**
 * The body of `response` as a stream that fails before its end when `verifier` objects, or when the network does.
 * @param {{ signal?: AbortSignal, idle: object }} call
 */
export function verified(response, verifier, { signal, idle }) {
  const reader = readerOf(response);
  const failed = (error) => {
    reader.cancel(error).catch(() => {});
    if (error instanceof MultiarchError) throw error;
    throw fromCore(call((core) => core.rejection(error, signal)));
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await until(reader.read(), signal, idle);
          if (done) {
            verifier.finish();
            controller.close();
          } else {
            verifier.update(value);
            controller.enqueue(value);
          }
        } catch (error) {
          failed(error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read ahead of whoever reads.
    { highWaterMark: 0 },
  );
}

/** A reader of the body, also where a hand-written response has no stream. */
function readerOf(response) {
  if (typeof response.body?.getReader === "function") return response.body.getReader();
  let done = response.body === null;
  return {
    async read() {
      if (done) return { done };
      done = true;
      return { done: false, value: new Uint8Array(await response.arrayBuffer()) };
    },
    async cancel() {},
  };
}
