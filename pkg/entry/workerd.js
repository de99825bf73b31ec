/** Cloudflare Workers: modules are compiled when the worker is deployed and imported as such. */

import { configure } from "../core/load.js";
import wasm from "../wasm/multiarch_bg.wasm";
import glue from "../wasm/multiarch_bg.js";

configure({ glue, compile: () => wasm, userAgent: true, waitsAlone: true });

export * from "../index.js";
