/** Browsers: the module is fetched beside this file; where a bundler lost it, it is imported as text. */

import { compile, configure } from "../core/load.js";
import { hostFetch } from "../core/fetch.js";
import { REQUEST_INIT } from "./browser-request.js";
import glue from "../wasm/multiarch_bg.js";

/** True in Vite's builds, which emit the file: there, the branch with the text is dead and stays out of the bundle. */
const isEmitted = import.meta.env?.PROD;

const fetched = async () => compile(await hostFetch(new URL("../wasm/multiarch_bg.wasm", import.meta.url)));

async function fetchedOrText() {
  try {
    return await fetched();
  } catch (error) {
    const { default: wasm } = await import("../wasm/multiarch_bg.inline.js").catch(() => Promise.reject(error));
    return WebAssembly.compile(wasm());
  }
}

configure({
  glue,
  load: isEmitted ? fetched : fetchedOrText,
  loadZstd: () => import("../wasm/zstd.js"),
  requestInit: REQUEST_INIT,
});

export * from "../index.js";
