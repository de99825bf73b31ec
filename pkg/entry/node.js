/** Node, Deno and Bun: the module is inlined, so nothing is read or fetched and every call may be synchronous. */

import { configure } from "../core/load.js";
import { nodeHost } from "../node/core-host.js";
import wasm from "../wasm/multiarch_bg.inline.js";
import glue from "../wasm/multiarch_bg.js";

configure({ ...nodeHost(glue, wasm), loadZstd: () => import("../wasm/zstd.js") });

export * from "../index.js";
