/** The program as one file that needs no other, for `cargo xtask binary`. */

import "../entry/standalone.js";
import "./program.js";
