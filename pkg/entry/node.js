/** Node, Deno and Bun: the module is inlined, so nothing is read or fetched and every call may be synchronous. */

import { configure } from "../core/load.js";
import wasm from "../wasm/multiarch_bg.inline.js";
import { createNativeHash, nativeHash } from "../node/native-hash.js";
import { createNativeDecompressor } from "../node/native-zlib.js";
import glue from "../wasm/multiarch_bg.js";

configure({
  glue,
  compile: () => new WebAssembly.Module(wasm()),
  userAgent: true,
  createHash: createNativeHash,
  hash: nativeHash,
  createDecompressor: createNativeDecompressor,
  loadZstd: () => import("../wasm/zstd.js"),
});

export * from "../index.js";
