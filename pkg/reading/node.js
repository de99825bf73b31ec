/** As `entry/node.js`, over the core that reads. */

import { configure } from "../core/load.js";
import { nodeHost } from "../node/core-host.js";
import wasm from "../wasm/reader_bg.inline.js";
import glue from "../wasm/reader_bg.js";

configure(nodeHost(glue, wasm));

export * from "./index.js";
