/** As `entry/edge.js`, over the core that reads. */

import { edgeHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import wasm from "../wasm/reader_bg.wasm?module";
import glue from "../wasm/reader_bg.js";

configure(edgeHost(glue, wasm));

export * from "./index.js";
