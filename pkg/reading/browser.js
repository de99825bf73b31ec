/** As `entry/browser.js`, over the core that reads. */

import { compile, configure } from "../core/load.js";
import { hostFetch } from "../core/fetch.js";
import { REQUEST_INIT } from "../entry/browser-request.js";
import glue from "../wasm/reader_bg.js";

/** True in Vite's builds, which emit the file: there, the branch with the text is dead and stays out of the bundle. */
const isEmitted = import.meta.env?.PROD;

const fetched = async () => compile(await hostFetch(new URL("../wasm/reader_bg.wasm", import.meta.url)));

async function fetchedOrText() {
  try {
    return await fetched();
  } catch (error) {
    const { default: wasm } = await import("../wasm/reader_bg.inline.js").catch(() => Promise.reject(error));
    return WebAssembly.compile(wasm());
  }
}

configure({ glue, load: isEmitted ? fetched : fetchedOrText, requestInit: REQUEST_INIT });

export * from "./index.js";
