/** The package as the page uses it: what reads. Its module is fetched under the hashed name that the build gave it. */

import * as reader from "../pkg/reader/inspector.js";
import wasm from "../pkg/wasm/reader_bg.wasm";

/** Loads the module. Rejects with LOAD_FAILED. */
export const init = () => reader.init(fetch(new URL(wasm, import.meta.url)));

/** A client. The proxy lies at the page's own origin, which may know the page by a cookie. */
export const createClient = ({ fetch: ask = fetch, ...options }) =>
  reader.createClient({ ...options, fetch: (url, init) => ask(url, { ...init, credentials: "same-origin" }) });

export { POLICIES } from "../pkg/core/facts.js";
export {
  checkEntries,
  describeAttestation,
  diff,
  digest,
  formatPlatform,
  isAttestation,
  leavesOf,
  normalizePlatform,
  parseImageConfig,
  parseManifest,
  parsePlatform,
  parseReference,
  Report,
  printable,
  selectPlatform,
} from "../pkg/reader/inspector.js";
