/** As `entry/inline.js`, over the core that reads. */

import { configure } from "../core/load.js";
import wasm from "../wasm/reader_bg.inline.js";
import { REQUEST_INIT } from "../entry/browser-request.js";
import glue from "../wasm/reader_bg.js";

configure({ glue, compile: () => new WebAssembly.Module(wasm()), requestInit: REQUEST_INIT });

export * from "./index.js";
