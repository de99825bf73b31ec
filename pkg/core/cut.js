/** Texts from outside in messages: a caller or a document may hand in megabytes. */

import { SHOWN } from "./facts.js";

const GAP = " … ";

/**
 * A text with at most SHOWN characters, as the core cuts its own: the start and the end, where messages say what is wrong.
 *
 * @param {string} text
 * @returns {string} a text that is short enough as it is
 */
export function cut(text) {
  if (text.length <= SHOWN) return text;
  const tail = SHOWN / 4;
  // Half of a character is none.
  const start = text.slice(0, SHOWN - tail - GAP.length).replace(/[\ud800-\udbff]$/, "");
  const end = text.slice(-tail).replace(/^[\udc00-\udfff]/, "");
  return `${start}${GAP}${end}`;
}
