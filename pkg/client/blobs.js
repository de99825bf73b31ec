/** Bodies of blobs, which the facade reads: content that large never crosses into the core. */

import { fromCore, isOurs } from "../core/errors.js";
import { failureOf } from "../core/foreign.js";
import { until } from "./call-host.js";
import { call } from "../core/load.js";

/**
 * The body of an answer as a stream that fails before its end when `verifier` or the network does.
 * @param {{ signal?: AbortSignal, idle: object, core: object, release(): void }} host of the call
 */
export function verified({ body }, verifier, host) {
  const { signal, idle, core, release } = host;
  const reader = body ? body.getReader() : EMPTY;
  // The call's signal and time limit hold until the stream is at its end.
  host.isReadOn = true;
  const failed = (error) => {
    release();
    void reader.cancel(error);
    if (isOurs(error)) throw error;
    throw fromCore(call((glue) => glue.rejection(failureOf(error), core.signal)));
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await until(reader.read(), signal, idle);
          if (done) {
            verifier.finish();
            release();
            controller.close();
          } else {
            verifier.update(value);
            controller.enqueue(value);
          }
        } catch (error) {
          failed(error);
        }
      },
      cancel(reason) {
        release();
        return reader.cancel(reason);
      },
    },
    // Nothing is read before the caller asks for it.
    { highWaterMark: 0 },
  );
}

/** A body without content. */
const EMPTY = { read: async () => ({ done: true }), cancel: async () => {} };
