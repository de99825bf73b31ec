/**
 * The library as a program of its own loads it: the module comes from its file, which costs a start less than text
 * that has to be parsed and decoded.
 */

import { readFileSync } from "node:fs";

import { createNativeHash } from "../node/native-hash.js";
import { configure } from "../load.js";

configure({
  compile: () => new WebAssembly.Module(readFileSync(new URL("../wasm/multiarch_bg.wasm", import.meta.url))),
  userAgent: true,
  createHash: createNativeHash,
});

export * from "../api.js";
