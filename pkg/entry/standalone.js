/**
 * The command line as one file that needs no other: the module is text within it. Imported before anything else of a
 * program, in place of the file that `command.js` reads.
 */

import "./command.js";
import { configure, environment } from "../core/load.js";
import glue from "../wasm/multiarch_bg.js";
import wasm from "../wasm/multiarch_bg.inline.js";

configure({ ...environment(), glue, compile: () => new WebAssembly.Module(wasm()) });
