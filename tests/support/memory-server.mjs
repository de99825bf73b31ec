/** A registry in memory, served on loopback. */

import { serve } from "../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../pkg/testing/index.js";
import { pushAll } from "./images.mjs";

/**
 * @param {Record<string, import("./images.mjs").Image>} [images] by the repository and the tag they are pushed to: `team/app:1`
 * @returns {Promise<{ registry: object, url: string, host: string, requests: string[], close: () => Promise<void> }>} `registry` is
 *   that of multiarch/testing; `requests` are those over loopback, each as its method and the last but one part of its path:
 *   `HEAD manifests`, `GET tags`
 */
export async function serveRegistry(images = {}) {
  const registry = createMemoryRegistry();
  const requests = [];
  const { url, close } = await serve((request) => {
    requests.push(`${request.method} ${new URL(request.url).pathname.split("/").at(-2)}`);
    return registry.fetch(request);
  });
  for (const [name, image] of Object.entries(images)) await pushAll(registry.fetch, url, ...name.split(":"), image);
  return { registry, url, host: new URL(url).host, requests, close };
}
