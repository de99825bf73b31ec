/** Docker's warning about an image that this host cannot run as it is. */

import { formatPlatform } from "../../nouns/platform.js";
import { printable } from "../../entry/command.js";

import { hostPlatform } from "../../node/platform.js";

const IMAGE_TYPES = [
  "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json",
];

/**
 * Docker gives it when it starts a single image and nobody has asked for a platform. It is worth no failure:
 * where the image's config cannot be read, nothing is said.
 *
 * @param {import("multiarch").Client} client
 * @param {{ reference: string, mediaType: string }} image pinned to its digest
 * @param {import("multiarch").Platform} [host]
 * @returns {Promise<string | undefined>}
 */
export async function mismatch(client, { reference, mediaType }, host = engine()) {
  if (!host || !IMAGE_TYPES.includes(mediaType)) return undefined;
  try {
    await client.resolve(reference, { platform: host, host });
    return undefined;
  } catch (error) {
    const [platform] = error.details?.available ?? [];
    if (error.code !== "PLATFORM_NOT_FOUND" || !platform) return undefined;
    return `WARNING: The requested image's platform (${printable(platform)}) does not match the detected host ` +
      `platform (${formatPlatform(host)}) and no specific platform was requested`;
  }
}

/** What containers run on here: Linux in a virtual machine on a Mac, and on Windows either of two. */
function engine() {
  const host = hostPlatform();
  if (host.os === "windows") return undefined;
  return host.os === "darwin" ? { ...host, os: "linux" } : host;
}
