/** The package as the page uses it. Its module is fetched under the hashed name that the build gave it. */

import { compile, configure } from "../pkg/core/load.js";
import { hostFetch } from "../pkg/core/fetch.js";
import { REQUEST_INIT } from "../pkg/entry/browser-request.js";
import wasm from "../pkg/wasm/multiarch_bg.wasm";

// The proxy lies at the page's own origin, which may know the page by a cookie.
configure({
  load: async () => compile(await hostFetch(new URL(wasm, import.meta.url))),
  loadZstd: () => import("../pkg/wasm/zstd.js"),
  requestInit: { ...REQUEST_INIT, credentials: "same-origin" },
});

export { archiveFetch, openArchive } from "../pkg/archive/open.js";
export { POLICIES } from "../pkg/core/facts.js";
export {
  buildIndex,
  createClient,
  describeAttestation,
  diff,
  digest,
  formatPlatform,
  imagesOf,
  init,
  isAttestation,
  MultiarchError,
  normalizePlatform,
  parseImageConfig,
  parseManifest,
  parsePlatform,
  parseReference,
  printable,
  selectPlatform,
  version,
} from "../pkg/index.js";
