/**
 * The library as a program of its own loads it: the module comes from its file, which costs a start less than text
 * that has to be parsed and decoded. The core is the whole one, or the one that reads, whose module is two fifths of the size:
 * a command that reads starts in less time with that.
 */

import { readFileSync } from "node:fs";

import { configure, environment, replaceCore } from "../core/load.js";
import { nodeHost } from "../node/core-host.js";
import { nativeHash } from "../node/native-hash.js";
import wholeGlue from "../wasm/multiarch_bg.js";
import readerGlue from "../wasm/reader_bg.js";

/** What the core hashes itself in less time than it takes to load the host's hash, in bytes. */
const SMALL = 64 * 1024;

/** This host, with a core: its glue, and the file of its module. */
const host = (glue, file) => ({
  ...nodeHost(glue, () => readFileSync(new URL(`../wasm/${file}`, import.meta.url))),
  hash: (algorithm, bytes) => (bytes.length < SMALL ? undefined : nativeHash(algorithm, bytes)),
  loadZstd: () => import("../wasm/zstd.js"),
});

const CORES = { whole: host(wholeGlue, "multiarch_bg.wasm"), reader: host(readerGlue, "reader_bg.wasm") };

configure(CORES.whole);

/**
 * Goes on with the core of this name. Where another entry has described the host, as `standalone.js` does, its core stays: that
 * is a whole one.
 *
 * @param {"whole" | "reader"} name
 */
export function useCore(name) {
  const used = environment();
  if (used !== CORES[name] && Object.values(CORES).includes(used)) replaceCore(CORES[name]);
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
