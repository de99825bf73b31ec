/** As `entry/node.js`, over the core that reads. */

import { configure } from "../core/load.js";
import wasm from "../wasm/reader_bg.inline.js";
import { createNativeHash, nativeHash } from "../node/native-hash.js";
import { createNativeDecompressor } from "../node/native-zlib.js";
import glue from "../wasm/reader_bg.js";

configure({
  glue,
  compile: () => new WebAssembly.Module(wasm()),
  userAgent: true,
  createHash: createNativeHash,
  hash: nativeHash,
  createDecompressor: createNativeDecompressor,
});

export * from "./index.js";
