/** The facade: everything that is exported under `multiarch`. No environment access; an entry describes the host. */

export { createClient } from "./client.js";
export { createDigester, digest, parseDigest, verifyStream } from "./digest.js";
export { parseImageConfig, parseManifest, selectPlatform } from "./document.js";
export { decodeDraft, draftFileName, encodeDraft } from "./drafts.js";
export { editIndex } from "./edit.js";
export { MultiarchError } from "./errors.js";
export { init } from "./load.js";
export { createManifests } from "./manifests.js";
export { formatPlatform, normalizePlatform, parsePlatform } from "./platform.js";
export { printable } from "./printable.js";
export { parseReference } from "./reference.js";
export { browserStore } from "./stores/browser.js";
export { memoryStore } from "./stores/memory.js";
export { version } from "./version.js";
