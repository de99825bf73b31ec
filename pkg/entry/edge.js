/** Edge runtimes of the Vercel family: as in workers, under the spelling that their bundlers know. */

import { edgeHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import wasm from "../wasm/multiarch_bg.wasm?module";
import glue from "../wasm/multiarch_bg.js";

configure(edgeHost(glue, wasm));

export * from "../index.js";
