/** Text from elsewhere, for a terminal. */

import { call } from "./load.js";
import { text } from "./values.js";

/** Text from a registry made safe for a terminal: controls and bidirectional marks become visible. */
export function printable(value) {
  return call((core) => core.printable(text(value, "printable(text)")));
}
