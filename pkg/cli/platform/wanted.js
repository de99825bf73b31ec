/** The platform that a command asks for. */

import { hostPlatform } from "../../node/platform.js";
import { parsePlatform } from "../../nouns/platform.js";
import "../../entry/command.js";

/**
 * What `--platform` asks for, as options of a call: the platform and the machine that asks. This host fills what
 * is left out, and is the whole of `local`.
 *
 * @param {string | undefined} specifier
 * @returns {{ platform?: import("multiarch").Platform, host?: import("multiarch").Platform }} empty without one
 */
export function wantedPlatform(specifier) {
  if (specifier === undefined) return {};
  const host = hostPlatform();
  const local = specifier === "local" || specifier === "host";
  return { platform: local ? host : parsePlatform(specifier, { host }), host };
}
