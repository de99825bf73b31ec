/** References. */

import { call } from "./load.js";
import { text } from "./values.js";

/** Docker's normalising parse; adds no tag. Throws REFERENCE_INVALID with the exact reason. */
export function parseReference(value) {
  const reference = text(value, "parseReference(text)");
  return Object.freeze(call((core) => core.parseReference(reference)));
}
