/** The whole package, over a core of its own: what needs more than reading imports it when it is asked for. */

import { hostFetch } from "../pkg/core/fetch.js";
import { browserHost } from "../pkg/core/hosts.js";
import { configure } from "../pkg/core/load.js";
import glue from "../pkg/wasm/multiarch_bg.js";
import wasm from "../pkg/wasm/multiarch_bg.wasm";

const host = browserHost(glue, () => hostFetch(new URL(wasm, import.meta.url)));
// The proxy lies at the page's own origin, which may know the page by a cookie.
const requestInit = { ...host.requestInit, credentials: "same-origin" };

configure({ ...host, requestInit, loadZstd: () => import("../pkg/wasm/zstd.js") });

export { archiveFetch, openArchive } from "../pkg/archive/open.js";
export { createClient } from "../pkg/client/client.js";
export { init } from "../pkg/core/load.js";
