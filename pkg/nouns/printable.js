/** Text from elsewhere, for a terminal. */

import { optionInvalid } from "../core/errors.js";
import { call } from "../core/load.js";
import { atMost, describe } from "../core/arguments.js";

/** How much is looked at in all: larger than any document. Escaped, it is six times as long. */
const MOST = 1 << 25;
/** How much of it crosses at once. */
const PART = 1 << 20;

/** Text from a registry made safe for a terminal: controls and bidirectional marks become visible. */
export function printable(value) {
  const name = "printable(text)";
  if (typeof value !== "string") throw optionInvalid(`${name} takes a text, not ${describe(value)}`);
  atMost(value, MOST, name);
  let shown = "";
  let at = 0;
  do {
    const end = at + PART;
    // Not between the two halves of a character.
    const next = /[\ud800-\udbff]/.test(value[end - 1] ?? "") ? end + 1 : end;
    const part = value.slice(at, next);
    shown += call((core) => core.printable(part));
    at = next;
  } while (at < value.length);
  return shown;
}
