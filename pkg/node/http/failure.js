/** How a request that got no answer is reported: as a TypeError with a cause, like the global `fetch` does. */

/**
 * An error for `cause`, with Node's own code (`ECONNREFUSED`, `ENOTFOUND`, `EPROTO`, …) as `cause.code`.
 *
 * @param {Error & { code?: string, errors?: Error[] }} cause
 * @returns {TypeError}
 */
export function fetchFailed(cause) {
  // A name with several addresses fails with one error for all of them, which has no message of its own.
  const first = cause.message === "" && cause.errors?.length > 0 ? cause.errors[0] : cause;
  return new TypeError(first.message, { cause: first });
}

/**
 * @param {string} code
 * @param {string} message
 * @param {"connect" | "send" | "headers" | "body"} [phase] of the request, for a time limit
 * @returns {Error & { code: string, phase?: string }}
 */
export function failure(code, message, phase) {
  return Object.assign(new Error(message), { code, ...(phase && { phase }) });
}
