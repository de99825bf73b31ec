/**
 * multiarch: multi-platform images without Docker. Every async call takes `signal`; every failure is a MultiarchError.
 * Needs the types of WebAssembly, streams, fetch and AbortSignal only: the DOM library, Node's types and workers' have them.
 */

export * from "./types/nouns.js";
export * from "./types/documents.js";
export * from "./types/lists.js";
export * from "./types/attestations.js";
export * from "./types/pin.js";
export * from "./types/layers.js";
export * from "./types/client.js";
export * from "./types/findings.js";
export * from "./types/drafts.js";
export * from "./types/specs.js";
export * from "./types/errors.js";
