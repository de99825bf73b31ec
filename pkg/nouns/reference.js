/** References. */

import { call } from "../core/load.js";
import { referenceText } from "../core/arguments.js";

/** Docker's normalising parse; adds no tag. Throws REFERENCE_INVALID with the exact reason. */
export function parseReference(value) {
  const reference = referenceText(value, "parseReference(text)");
  return Object.freeze(call((core) => core.parseReference(reference)));
}
