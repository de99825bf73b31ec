/** Cloudflare Workers: modules are compiled when the worker is deployed and imported as such. */

import { edgeHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import wasm from "../wasm/multiarch_bg.wasm";
import glue from "../wasm/multiarch_bg.js";

configure(edgeHost(glue, wasm));

export * from "../index.js";
