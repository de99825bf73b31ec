/** The program as one file that needs no other, for `cargo xtask binary`. */

import "../entry/standalone.js";
import "./program.js";
import { readPageOfAssets } from "./standalone-page.js";

// Before a command runs: those are loaded when the line has been read.
readPageOfAssets();
