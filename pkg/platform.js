/** Platforms: texts, objects, and the one spelling in which they compare. */

import { call } from "./load.js";
import { optionsOf, platformOf, text } from "./values.js";

/** Parses a specifier; `host` fills what is missing. Throws PLATFORM_INVALID. */
export function parsePlatform(specifier, options) {
  const { host } = optionsOf(options, "parsePlatform");
  const given = text(specifier, "parsePlatform(specifier)");
  const machine = platformOf(host);
  return JSON.parse(call((core) => core.parsePlatform(given, machine)));
}

/** The same platform in containerd's normal form. An empty os stays empty unless `host` names one. */
export function normalizePlatform(platform, options) {
  const { host } = optionsOf(options, "normalizePlatform");
  const given = platformOf(platform);
  const os = host?.os === undefined ? "" : text(host.os, "host.os");
  return JSON.parse(call((core) => core.normalizePlatform(given, os)));
}

/** The platform's specifier, as parsePlatform reads it. */
export function formatPlatform(platform) {
  const given = platformOf(platform);
  return call((core) => core.formatPlatform(given));
}
