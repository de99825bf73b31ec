/** The whole package, over a core of its own: what needs more than reading imports it when it is asked for. */

import { compile, configure } from "../pkg/core/load.js";
import { hostFetch } from "../pkg/core/fetch.js";
import { REQUEST_INIT } from "../pkg/entry/browser-request.js";
import glue from "../pkg/wasm/multiarch_bg.js";
import wasm from "../pkg/wasm/multiarch_bg.wasm";

// The proxy lies at the page's own origin, which may know the page by a cookie.
configure({
  glue,
  load: async () => compile(await hostFetch(new URL(wasm, import.meta.url))),
  loadZstd: () => import("../pkg/wasm/zstd.js"),
  requestInit: { ...REQUEST_INIT, credentials: "same-origin" },
});

export { archiveFetch, openArchive } from "../pkg/archive/open.js";
export { createClient } from "../pkg/client/client.js";
export { init } from "../pkg/core/load.js";
