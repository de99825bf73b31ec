/** Reports a request without an answer as the global `fetch` does: a TypeError with a cause. */

/**
 * An error for `cause`, with Node's own code (`ECONNREFUSED`, `ENOTFOUND`, `EPROTO`, …) as `cause.code`.
 *
 * @param {Error & { code?: string, errors?: Error[] }} cause
 * @returns {TypeError}
 */
export function fetchFailed(cause) {
  // A name with several addresses fails with an AggregateError, which has no message of its own.
  const first = cause.message === "" && cause.errors?.length > 0 ? cause.errors[0] : cause;
  return new TypeError(first.message, { cause: first });
}

/**
 * The cause of a failed request.
 *
 * @param {string} code
 * @param {string} message
 * @param {"connect" | "send" | "headers" | "body"} [phase] of the request, for a time limit
 * @returns {Error & { code: string, phase?: string }}
 */
export function failure(code, message, phase) {
  return Object.assign(new Error(message), { code, ...(phase && { phase }) });
}
