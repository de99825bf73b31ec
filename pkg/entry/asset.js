/**
 * Browsers, by bundlers that emit the file which a `new URL` names, and by servers of the package's own files: the module
 * is fetched, and there is no second copy of it as text.
 */

import { compile, configure } from "../core/load.js";
import { hostFetch } from "../core/fetch.js";
import { REQUEST_INIT } from "./browser-request.js";
import glue from "../wasm/multiarch_bg.js";

configure({
  glue,
  load: async () => compile(await hostFetch(new URL("../wasm/multiarch_bg.wasm", import.meta.url))),
  loadZstd: () => import("../wasm/zstd.js"),
  requestInit: REQUEST_INIT,
});

export * from "../index.js";
