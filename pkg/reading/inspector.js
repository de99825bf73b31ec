/** As `asset.js`, with what the inspector checks an index with. */

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
export { checkEntries } from "../check/entries.js";
export { Report } from "../check/report.js";
export { leavesOf } from "../lists/leaves.js";
