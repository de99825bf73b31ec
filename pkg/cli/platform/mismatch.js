/** Docker's warning about an image for another platform than this host's. */

import { DOCKER_MANIFEST, OCI_MANIFEST } from "../../core/facts.js";
import { formatPlatform, printable } from "../../entry/command.js";
import { hostPlatform } from "../../node/platform.js";

const IMAGE_TYPES = [DOCKER_MANIFEST, OCI_MANIFEST];

/**
 * Docker prints it when it starts a single image and no platform was requested. It never fails: without a readable
 * config there is no warning.
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

/** The platform of containers on this host: Linux in a virtual machine on a Mac; unknown on Windows, which has two. */
function engine() {
  const host = hostPlatform();
  if (host.os === "windows") return undefined;
  return host.os === "darwin" ? { ...host, os: "linux" } : host;
}
