/** Node, Deno and Bun as hosts of either core: their own hashes and decompressors, and their user agent. */

import { createNativeHash, nativeHash } from "./native-hash.js";
import { createNativeDecompressor } from "./native-zlib.js";

/**
 * @param {import("../core/load.js").Environment["glue"]} glue
 * @param {() => BufferSource} wasm reads the module
 * @returns {import("../core/load.js").Environment}
 */
export const nodeHost = (glue, wasm) => ({
  glue,
  compile: () => new WebAssembly.Module(wasm()),
  userAgent: true,
  createHash: createNativeHash,
  hash: nativeHash,
  createDecompressor: createNativeDecompressor,
});
