/** Platforms: texts, objects, and the one spelling in which they compare. */

import { call } from "../core/load.js";
import { optionsOf, platformOf, text } from "../core/arguments.js";

const HOST = { host: platformOf };

/** Parses a specifier; `host` fills what is missing. Throws PLATFORM_INVALID. */
export function parsePlatform(specifier, options) {
  const { host } = optionsOf(options, "parsePlatform", HOST);
  const given = text(specifier, "parsePlatform(specifier)", "PLATFORM_INVALID");
  return JSON.parse(call((core) => core.parsePlatform(given, host)));
}

/** The same platform in containerd's normal form. An empty os stays empty unless `host` names one. */
export function normalizePlatform(platform, options) {
  const { host } = optionsOf(options, "normalizePlatform", HOST);
  const given = platformOf(platform);
  return JSON.parse(call((core) => core.normalizePlatform(given, host?.os ?? "")));
}

/** The platform's specifier, as parsePlatform reads it. */
export function formatPlatform(platform) {
  const given = platformOf(platform);
  return call((core) => core.formatPlatform(given));
}
