/**
 * The package as the page uses it: what reads. Its module is fetched under the hashed name that the build gave it. That is the
 * core of the first view, which reads manifests, blobs and tags through the proxy, until `needReader` is called.
 */

import { createReader } from "../pkg/client/reading.js?reader";
import { hostFetch } from "../pkg/core/fetch.js?reader";
import { browserHost } from "../pkg/core/hosts.js?reader";
import { configure } from "../pkg/core/load.js?reader";
import glue from "../pkg/wasm/proxied_bg.js?reader";
import wasm from "../pkg/wasm/proxied_bg.wasm";

configure(browserHost(glue, () => hostFetch(new URL(wasm, import.meta.url))));

let reader;

/** Goes on with the core that has every call that reads, and asks registries by itself. Rejects where it cannot be loaded. */
export function needReader() {
  reader ??= import("./reader.js").then(({ goOn }) => goOn());
  reader.catch(() => (reader = undefined));
  return reader;
}

/** A client. The proxy lies at the page's own origin, which may know the page by a cookie. */
export const createClient = ({ fetch: ask = fetch, ...options }) =>
  createReader({ ...options, fetch: (url, init) => ask(url, { ...init, credentials: "same-origin" }) });

export { describeAttestation } from "../pkg/attestations/lazy.js?reader";
export { diff } from "../pkg/diff/lazy.js?reader";
export { isAttestation } from "../pkg/lists/images.js?reader";
export { init } from "../pkg/core/load.js?reader";
export { POLICIES } from "../pkg/core/facts.js?reader";
export { digest } from "../pkg/nouns/digest.js?reader";
export { parseImageConfig, parseManifest, selectPlatform } from "../pkg/nouns/document.js?reader";
export { formatPlatform, normalizePlatform, parsePlatform } from "../pkg/nouns/platform.js?reader";
export { printable } from "../pkg/nouns/printable.js?reader";
export { parseReference } from "../pkg/nouns/reference.js?reader";
