/** A registry proxy over a registry in memory, and the checks of its answers. */

import assert from "node:assert/strict";

import { createProxy } from "multiarch/proxy";
import { createMemoryRegistry } from "multiarch/testing";

import { dockerImage, dockerList } from "./images.mjs";

export const REGISTRY = "registry.example";
export const NAME = `${REGISTRY}/v2/team/app`;
export const HERE = "http://127.0.0.1:8080";
export const SECRET = "s3cret-of-the-operator";

/** A seeded registry, a proxy in front of it, and a function for one GET. */
export async function registryBehindProxy({ registry: registryOptions, ...proxyOptions } = {}) {
  const registry = createMemoryRegistry(registryOptions);
  const image = dockerImage();
  const list = dockerList(image, dockerImage({ architecture: "arm64" }));
  for (const child of list.children) {
    for (const { bytes } of child.blobs) await registry.putBlob("team/app", bytes);
    await registry.putManifest("team/app", undefined, child.bytes);
  }
  await registry.putManifest("team/app", "1.0", list.bytes);
  const proxy = createProxy({ registries: [REGISTRY], fetch: registry.fetch, ...proxyOptions });
  const ask = (path, init) => proxy(new Request(new URL(path, HERE), init));
  return { registry, proxy, ask, image, list };
}

/** Checks a refusal of the proxy, and gives its error. */
export async function refused(response, status, code) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const { errors } = JSON.parse(text);
  assert.equal(errors.length, 1);
  assert.equal(errors[0].code, code);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  guarded(response);
  return { ...errors[0], headers: response.headers };
}

/** What stands on every answer. */
export function guarded({ headers }) {
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy"), /default-src 'none'.*sandbox/);
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("vary"), "Origin");
  assert.ok(headers.has("cross-origin-resource-policy"));
}
