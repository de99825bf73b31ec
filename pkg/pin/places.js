/** Places in a text: its lines, and the references that stand in it. */

/** A function from an offset to its line, from 1 on. */
export function lineFinder(text) {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/**
 * @typedef {object} Found a reference in a text
 * @property {string} reference with its variables replaced
 * @property {number} line from 1 on
 * @property {number} tail where the last piece of it ends in the text
 * @property {(digest: string | undefined) => { start: number, end: number, text: string }} [write] writes or removes the
 *   digest where it does not stand in the reference itself
 *
 * @typedef {{ line: number, reference: string, reason: string }} Skipped a reference that is not rewritten, and why
 *
 * @typedef {{ found: Found[], skipped: Skipped[] }} Places
 */
