/** Browsers: the module is fetched beside this file; where a bundler lost it, it is imported as text. */

import { compile, configure } from "../core/load.js";
import { hostFetch } from "../core/fetch.js";
import { REQUEST_INIT } from "./browser-request.js";

configure({
  load: async () => {
    try {
      return await compile(await hostFetch(new URL("../wasm/multiarch_bg.wasm", import.meta.url)));
    } catch (error) {
      const { default: wasm } = await import("../wasm/multiarch_bg.inline.js").catch(() => Promise.reject(error));
      return WebAssembly.compile(wasm());
    }
  },
  requestInit: REQUEST_INIT,
});

export * from "../index.js";
