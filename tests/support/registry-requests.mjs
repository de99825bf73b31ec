/** Requests to a registry in memory, for tests of the registry itself. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { createMemoryRegistry } from "multiarch/testing";

export const BASE = "https://registry.example";
export const NAME = "team/app";
export const digestOf = (content, algorithm = "sha256") =>
  `${algorithm}:${createHash(algorithm).update(content).digest("hex")}`;

/** A registry, and a function for one request to it: path or URL, then fetch's init. */
export function emptyRegistry(options) {
  const registry = createMemoryRegistry(options);
  const ask = (path, init) => registry.fetch(new URL(path, BASE), init);
  return { registry, ask };
}

/** Checks a refusal of the registry, and gives its one error. */
export async function refused(response, status, code) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/json");
  const { errors } = await response.json();
  assert.equal(errors.length, 1);
  assert.equal(errors[0].code, code);
  assert.equal(typeof errors[0].message, "string");
  return errors[0];
}

/** The request that puts a body. */
export const put = (body, mediaType) => ({
  method: "PUT",
  body,
  headers: mediaType ? { "content-type": mediaType } : {},
});
