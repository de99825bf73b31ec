/** Requests by `nodeFetch`, and the causes of their failures. */

import assert from "node:assert/strict";

export const direct = { proxy: false, env: {} };

/** The cause of a request that must fail. */
export async function causeOf(promise) {
  const error = await promise.then(() => assert.fail("the request succeeded"), (reason) => reason);
  assert.ok(error instanceof TypeError, String(error));
  assert.equal(error.message, error.cause.message);
  return error.cause;
}

/** The bytes of a body that is read to its end. */
export async function readAll(body) {
  const reader = body.getReader();
  const chunks = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value);
  return Buffer.concat(chunks);
}
