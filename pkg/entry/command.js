/**
 * The library as a program of its own loads it: the module comes from its file, which costs a start less than text
 * that has to be parsed and decoded. The core is the one that reads until a command needs the whole one, whose module is two and a
 * half times as long and whose glue is loaded with it: a command that only reads starts in less time.
 */

import { readFileSync } from "node:fs";

import { configure, environment, replaceCore } from "../core/load.js";
import { nodeHost } from "../node/core-host.js";
import { nativeHash } from "../node/native-hash.js";
import readerGlue from "../wasm/reader_bg.js";

/** What the core hashes itself in less time than it takes to load the host's hash, in bytes. */
const SMALL = 64 * 1024;

/** This host, with a core: its glue, and the file of its module. */
const host = (glue, file) => ({
  ...nodeHost(glue, () => readFileSync(new URL(`../wasm/${file}`, import.meta.url))),
  hash: (algorithm, bytes) => (bytes.length < SMALL ? undefined : nativeHash(algorithm, bytes)),
  loadZstd: () => import("../wasm/zstd.js"),
});

const reader = host(readerGlue, "reader_bg.wasm");

// A process that has imported the package as well has described its host already, with the whole core.
if (!environment().glue) configure(reader);

/**
 * Goes on with the whole core, for good: it does what the other one does, and several commands may run in one process at a time.
 * Where another entry has described the host, as `standalone.js` does, its core stays: that is a whole one.
 */
export async function useWholeCore() {
  const { default: glue } = await import("../wasm/multiarch_bg.js");
  if (environment() === reader) replaceCore(host(glue, "multiarch_bg.wasm"));
}

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
