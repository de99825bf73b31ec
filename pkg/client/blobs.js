/** Bodies of blobs, which the facade reads: content that large never crosses into the core. */

import { fromCore, isOurs } from "../core/errors.js";
import { failureOf } from "../core/foreign.js";
import { call } from "../core/load.js";
import { createVerifier } from "../nouns/digest.js";

/**
 * Asks for a blob.
 *
 * @param {Function} run makes one call on the core's client, see `runnerOf`
 * @param {{ reference: string, digest: string }} given
 * @returns {Promise<{ stream: ReadableStream<Uint8Array>, size: number | undefined }>} a stream that fails before its end when
 *   the content is not what the digest promises, and the size where the registry states it
 */
export const openBlob = (run, given, options) =>
  run(options, async ({ ask, host }) => {
    const [content, size] = await ask("blob", given);
    return { stream: verified(content, createVerifier({ digest: given.digest, size }), host), size };
  });

/**
 * The body of an answer as a stream that fails before its end when `verifier` or the network does.
 * @param {import("../core/content.js").Content} content
 * @param {{ plainSignal?: object, release(): void }} host of the call
 */
function verified(content, verifier, host) {
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
