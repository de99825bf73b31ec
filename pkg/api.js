/** The facade: everything that is exported under `multiarch`. No environment access; an entry describes the host. */

import { call } from "./load.js";
import { text } from "./values.js";

export { createClient, createManifests } from "./client.js";
export { createDigester, digest, parseDigest, verifyStream } from "./digest.js";
export { parseImageConfig, parseManifest, selectPlatform } from "./document.js";
export { MultiarchError } from "./errors.js";
export { init } from "./load.js";
export { formatPlatform, normalizePlatform, parsePlatform } from "./platform.js";
export { parseReference } from "./reference.js";
export { version } from "./version.js";

/** Text from a registry made safe for a terminal: controls and bidirectional marks become visible. */
export function printable(value) {
  return call((core) => core.printable(text(value, "printable(text)")));
}
