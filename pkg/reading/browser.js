/** As `entry/browser.js`, over the core that reads. */

import { hostFetch } from "../core/fetch.js";
import { browserHost } from "../core/hosts.js";
import { configure } from "../core/load.js";
import glue from "../wasm/reader_bg.js";

/** True in Vite's builds, which emit the file: there, the branch with the text is dead and stays out of the bundle. */
const isEmitted = import.meta.env?.PROD;

const file = () => hostFetch(new URL("../wasm/reader_bg.wasm", import.meta.url));
const text = isEmitted ? undefined : () => import("../wasm/reader_bg.inline.js");

configure(browserHost(glue, file, text));

export * from "./index.js";
