/** As `entry/asset.js`, over the core that reads. */

import { compile, configure } from "../core/load.js";
import { hostFetch } from "../core/fetch.js";
import { REQUEST_INIT } from "../entry/browser-request.js";
import glue from "../wasm/reader_bg.js";

configure({
  glue,
  load: async () => compile(await hostFetch(new URL("../wasm/reader_bg.wasm", import.meta.url))),
  requestInit: REQUEST_INIT,
});

export * from "./index.js";
