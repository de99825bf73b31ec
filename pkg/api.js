/** The facade: everything that is exported under `multiarch`. No environment access; an entry describes the host. */

import { call } from "./load.js";
import { text } from "./values.js";

export { createClient } from "./client.js";
export { createDigester, digest, parseDigest, verifyStream } from "./digest.js";
export { parseImageConfig, parseManifest, selectPlatform } from "./document.js";
export { decodeDraft, draftFileName, encodeDraft } from "./drafts.js";
export { MultiarchError } from "./errors.js";
export { init } from "./load.js";
export { createManifests } from "./manifests.js";
export { formatPlatform, normalizePlatform, parsePlatform } from "./platform.js";
export { parseReference } from "./reference.js";
export { browserStore } from "./stores/browser.js";
export { memoryStore } from "./stores/memory.js";
export { version } from "./version.js";

/** Text from a registry made safe for a terminal: controls and bidirectional marks become visible. */
export function printable(value) {
  return call((core) => core.printable(text(value, "printable(text)")));
}
