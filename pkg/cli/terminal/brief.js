/** Shortens a text of a document or a registry to one cell or line of output. */

import { printable } from "../../entry/command.js";

/** How many characters of one text are shown: far more than a real platform, type or digest has. */
const SHOWN = 256;

/** @param {string} text of any length: only the part that is shown is read @param {number} [most] characters that are shown */
export function brief(text, most = SHOWN) {
  const safe = printable(text.slice(0, most + 1));
  return safe.length > most ? `${safe.slice(0, most)}…` : safe;
}
