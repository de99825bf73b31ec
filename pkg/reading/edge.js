/** As `entry/edge.js`, over the core that reads. */

import { configure } from "../core/load.js";
import wasm from "../wasm/reader_bg.wasm?module";
import glue from "../wasm/reader_bg.js";

configure({ glue, compile: () => wasm, userAgent: true, waitsAlone: true });

export * from "./index.js";
