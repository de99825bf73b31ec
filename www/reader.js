/** The core that reads, whole: any call, also to a registry itself. The page goes on with it where the one of its first view ends. */

import { hostFetch } from "../pkg/core/fetch.js?reader";
import { browserHost } from "../pkg/core/hosts.js?reader";
import { loadFailed, replaceCore } from "../pkg/core/load.js?reader";
import glue from "../pkg/wasm/reader_bg.js?reader";
import wasm from "../pkg/wasm/reader_bg.wasm";

const host = browserHost(glue, () => hostFetch(new URL(wasm, import.meta.url)));

/** Loads it, and replaces the other one then: until that, what is drawn needs a core at once. Rejects with LOAD_FAILED. */
export async function goOn() {
  const module = await host.load().catch((cause) => Promise.reject(loadFailed(cause)));
  replaceCore({ ...host, compile: () => module });
}
