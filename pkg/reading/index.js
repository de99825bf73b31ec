/** The facade of `multiarch/reader`: what reads, which is all that the core behind it does. */

export { attestationsOf, describeAttestation } from "../attestations/lazy.js";
export { createReader as createClient } from "../client/reading.js";
export { diff } from "../diff/lazy.js";
export { createDigester, digest, parseDigest, verifyStream } from "../nouns/digest.js";
export { parseImageConfig, parseManifest, selectPlatform } from "../nouns/document.js";
export { imagesOf, isAttestation } from "../lists/images.js";
export { MultiarchError, isMultiarchError } from "../core/errors.js";
export { init } from "../core/load.js";
export { formatPlatform, normalizePlatform, parsePlatform } from "../nouns/platform.js";
export { printable } from "../nouns/printable.js";
export { parseReference } from "../nouns/reference.js";
export { version } from "../core/facts.js";
