/** The facade: everything that is exported under `multiarch`. No environment access; an entry describes the host. */

export { attestationsOf, describeAttestation } from "./attestations/lazy.js";
export { createClient } from "./client/client.js";
export { diff } from "./diff/lazy.js";
export { createDigester, digest, parseDigest, verifyStream } from "./nouns/digest.js";
export { parseImageConfig, parseManifest, selectPlatform } from "./nouns/document.js";
export { buildIndex } from "./lists/build.js";
export { imagesOf, isAttestation } from "./lists/images.js";
export { openImage } from "./layers/image.js";
export { layerType, listLayer } from "./layers/list.js";
export { decodeDraft, draftFileName, encodeDraft } from "./lists/drafts.js";
export { editIndex } from "./lists/edit.js";
export { MultiarchError, isMultiarchError } from "./core/errors.js";
export { init } from "./core/load.js";
export { createManifests } from "./lists/manifests.js";
export { pin } from "./pin/pin.js";
export { formatPlatform, normalizePlatform, parsePlatform } from "./nouns/platform.js";
export { printable } from "./nouns/printable.js";
export { parseReference } from "./nouns/reference.js";
export { applySpec } from "./specs/apply.js";
export { checkLock } from "./specs/check.js";
export { parseSpec } from "./specs/parse.js";
export { specFromTemplate } from "./specs/template.js";
export { browserStore } from "./lists/stores/browser.js";
export { memoryStore } from "./lists/stores/memory.js";
export { version } from "./core/facts.js";
