/** Browsers: the module is fetched beside this file; where a bundler lost it, it is imported as text. */

import { hostFetch } from "../core/fetch.js";
import { browserHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import glue from "../wasm/multiarch_bg.js";

/** True in Vite's builds, which emit the file: there, the branch with the text is dead and stays out of the bundle. */
const isEmitted = import.meta.env?.PROD;

const file = () => hostFetch(new URL("../wasm/multiarch_bg.wasm", import.meta.url));
const text = isEmitted ? undefined : () => import("../wasm/multiarch_bg.inline.js");

configure({ ...browserHost(glue, file, text), loadZstd: () => import("../wasm/zstd.js") });

export * from "../index.js";
