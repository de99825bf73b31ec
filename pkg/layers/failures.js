/** The errors of layers that are read. */

import { MultiarchError, fromCore, isOurs } from "../core/errors.js";
import { LAYER_ERRORS } from "../core/facts.js";
import { failureOf, plainSignal } from "../core/foreign.js";
import { call } from "../core/load.js";

/** An error with the hint of its code, or a better one. @param {{ hint?: string, details?: object, cause?: unknown }} [facts] */
export function layerError(code, message, { hint = LAYER_ERRORS[code].hint, ...facts } = {}) {
  return new MultiarchError({ code, message, ...LAYER_ERRORS[code], hint, ...facts });
}

/** What is about the content of a layer, beside its own errors. */
const OF_CONTENT = new Set([...Object.keys(LAYER_ERRORS), "DIGEST_MISMATCH", "SIZE_MISMATCH"]);

/** The same error, saying in which layer of the image it is. What is about the call or the network stays as it is. */
export function inLayer(error, { index, digest }) {
  if (!isOurs(error) || !OF_CONTENT.has(error.code)) return error;
  const { code, message, hint, retryable, details } = error;
  return new MultiarchError({ code, message: `layer ${index} (${digest}): ${message}`, hint, retryable, details, cause: error });
}

/** What is said of a foreign layer that the registry does not have. */
export function foreign({ digest, index }) {
  return layerError("LAYER_UNSUPPORTED", `layer ${index} (${digest}) is foreign: the registry need not have it, and does not`, {
    hint: "Its manifest says at which URLs it is; they are not asked.", details: { reason: "foreign" },
  });
}

/** What a call that a signal ended fails with: ABORTED or TIMEOUT. Anything else as it is. */
export function abortedOr(error, signal) {
  if (isOurs(error) || !signal?.aborted) return error;
  return fromCore(call((core) => core.rejection(failureOf(error), plainSignal(signal)))) ?? error;
}
