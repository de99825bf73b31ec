/** As `entry/asset.js`, over the core that reads. */

import { hostFetch } from "../core/fetch.js";
import { browserHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import glue from "../wasm/reader_bg.js";

configure(browserHost(glue, () => hostFetch(new URL("../wasm/reader_bg.wasm", import.meta.url))));

export * from "./index.js";
