/** A text of a document or a registry as one cell or line of a command's output. */

import { printable } from "../../entry/command.js";

/** How many characters of one text are shown: far above every platform, type and digest that means something. */
const SHOWN = 256;

/** @param {string} text as long as it likes: only what is shown of it is looked at */
export function brief(text) {
  const safe = printable(text.slice(0, SHOWN + 1));
  return safe.length > SHOWN ? `${safe.slice(0, SHOWN)}…` : safe;
}
