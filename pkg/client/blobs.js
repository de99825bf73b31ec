/** Bodies of blobs, which the facade reads: content that large never crosses into the core. */

import { fromCore, isOurs } from "../core/errors.js";
import { failureOf } from "../core/foreign.js";
import { call } from "../core/load.js";

/**
 * The body of an answer as a stream that fails before its end when `verifier` or the network does.
 * @param {import("../core/content.js").Content} content
 * @param {{ plainSignal?: object, release(): void }} host of the call
 */
export function verified(content, verifier, host) {
  // The call's signal and time limit hold until the stream is at its end.
  host.isReadOn = true;
  const failed = (error) => {
    host.release();
    void content.cancel(error);
    if (isOurs(error)) throw error;
    throw fromCore(call((glue) => glue.rejection(failureOf(error), host.plainSignal)));
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const part = await content.next();
          if (part) {
            verifier.update(part);
            controller.enqueue(part);
          } else {
            verifier.finish();
            host.release();
            controller.close();
          }
        } catch (error) {
          failed(error);
        }
      },
      cancel(reason) {
        host.release();
        return content.cancel(reason);
      },
    },
    // Nothing is read before the caller asks for it.
    { highWaterMark: 0 },
  );
}
