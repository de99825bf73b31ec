/** Edge runtimes of the Vercel family: as in workers, under the spelling that their bundlers know. */

import { configure } from "../core/load.js";
import wasm from "../wasm/multiarch_bg.wasm?module";
import glue from "../wasm/multiarch_bg.js";

configure({ glue, compile: () => wasm, userAgent: true, waitsAlone: true });

export * from "../index.js";
