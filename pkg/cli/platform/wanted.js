/** Reads the platform that a command asks for. */

import { parsePlatform } from "../../entry/command.js";
import { hostPlatform } from "../../node/platform.js";

/**
 * The value of `--platform` as options of a call: the platform, and this host. The host fills the missing parts, and is
 * the platform for `local`.
 *
 * @param {string | undefined} specifier
 * @returns {{ platform?: import("multiarch").Platform, host?: import("multiarch").Platform }} empty without a specifier; throws
 *   PLATFORM_INVALID
 */
export function wantedPlatform(specifier) {
  if (specifier === undefined) return {};
  const host = hostPlatform();
  const local = specifier === "local" || specifier === "host";
  return { platform: local ? host : parsePlatform(specifier, { host }), host };
}
