/** Any host that may compile at run time: the module is inlined, for single files, extensions and bundles without assets. */

import { inlineHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import wasm from "../wasm/multiarch_bg.inline.js";
import glue from "../wasm/multiarch_bg.js";

configure({ ...inlineHost(glue, wasm), loadZstd: () => import("../wasm/zstd.js") });

export * from "../index.js";
