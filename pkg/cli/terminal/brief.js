/** Shortens a text of a document or a registry to one cell or line of output. */

import { printable } from "../../entry/command.js";

/** How many characters of one text are shown: far more than a real platform, type or digest has. */
const SHOWN = 256;

/** @param {string} text of any length: only the part that is shown is read */
export function brief(text) {
  const safe = printable(text.slice(0, SHOWN + 1));
  return safe.length > SHOWN ? `${safe.slice(0, SHOWN)}…` : safe;
}
