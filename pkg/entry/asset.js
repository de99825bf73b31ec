/**
 * Browsers, by bundlers that emit the file which a `new URL` names, and by servers of the package's own files: the module
 * is fetched, and there is no second copy of it as text.
 */

import { hostFetch } from "../core/fetch.js";
import { browserHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import glue from "../wasm/multiarch_bg.js";

const file = () => hostFetch(new URL("../wasm/multiarch_bg.wasm", import.meta.url));

configure({ ...browserHost(glue, file), loadZstd: () => import("../wasm/zstd.js") });

export * from "../index.js";
