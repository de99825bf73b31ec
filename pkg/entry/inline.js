/** Any host that may compile at run time: the module is inlined, for single files, extensions and bundles without assets. */

import { configure } from "../core/load.js";
import wasm from "../wasm/multiarch_bg.inline.js";
import { REQUEST_INIT } from "./browser-request.js";
import glue from "../wasm/multiarch_bg.js";

configure({
  glue,
  compile: () => new WebAssembly.Module(wasm()),
  loadZstd: () => import("../wasm/zstd.js"),
  requestInit: REQUEST_INIT,
});

export * from "../index.js";
