/** As `entry/inline.js`, over the core that reads. */

import { inlineHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import wasm from "../wasm/reader_bg.inline.js";
import glue from "../wasm/reader_bg.js";

configure(inlineHost(glue, wasm));

export * from "./index.js";
