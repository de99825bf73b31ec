/** The app of every combination: it reads a manifest and resolves a platform, over a registry on loopback. */

import { createClient } from "multiarch";

/** @param {string} domain of the registry @returns {Promise<string>} the digests of the index and of the image for arm64 */
export async function answer(domain) {
  const client = createClient();
  const index = await client.manifest(`${domain}/demo/app:1.0`);
  const { digest } = await client.resolve(`${domain}/demo/app:1.0`, { platform: "linux/arm64" });
  return `${index.digest} ${digest}`;
}
