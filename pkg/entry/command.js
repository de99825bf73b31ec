/**
 * The library as a program of its own loads it: the module comes from its file, which costs a start less than text
 * that has to be parsed and decoded.
 */

import { readFileSync } from "node:fs";

import { configure } from "../core/load.js";
import { nodeHost } from "../node/core-host.js";
import { nativeHash } from "../node/native-hash.js";
import glue from "../wasm/multiarch_bg.js";

/** What the core hashes itself in less time than it takes to load the host's hash, in bytes. */
const SMALL = 64 * 1024;

configure({
  ...nodeHost(glue, () => readFileSync(new URL("../wasm/multiarch_bg.wasm", import.meta.url))),
  hash: (algorithm, bytes) => (bytes.length < SMALL ? undefined : nativeHash(algorithm, bytes)),
  loadZstd: () => import("../wasm/zstd.js"),
});

// The commands import the package from here alone, so none of them can meet a core that is not configured.
export { attestationsOf } from "../attestations/lazy.js";
export { createClient } from "../client/client.js";
export { MultiarchError } from "../core/errors.js";
export { inParallel } from "../core/parallel.js";
export { isAttestation } from "../lists/images.js";
export { leavesOf } from "../lists/leaves.js";
export { createManifests } from "../lists/manifests.js";
export { readBlob } from "../lists/read-blob.js";
export { createDigester } from "../nouns/digest.js";
export { chosenFrom, parseImageConfig, parseManifest, selectPlatform } from "../nouns/document.js";
export { formatPlatform, parsePlatform } from "../nouns/platform.js";
export { printable } from "../nouns/printable.js";
export { parseReference } from "../nouns/reference.js";
