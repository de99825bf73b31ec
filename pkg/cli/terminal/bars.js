/** Formats progress bars for people. */

import { decimalSize } from "../../core/sizes.js";

/** Algorithm and first digits: enough to distinguish the blobs of one copy. */
const NAME_WIDTH = "sha256:".length + 12;
const LEAST_BAR = 8;
const MOST_BAR = 40;

/**
 * `sha256:0123456789ab  [======>       ]   8.39MB of 25.2MB`, without the bar where the line is too short for it.
 *
 * @param {string} digest
 * @param {{ done: number, total: number }} progress in bytes
 * @param {number} columns width of the line
 */
export function bar(digest, { done, total }, columns) {
  const name = digest.slice(0, NAME_WIDTH);
  const [all, some] = [decimalSize(total), decimalSize(done)];
  const amount = `${some.padStart(all.length)} of ${all}`;
  const width = Math.min(MOST_BAR, columns - name.length - amount.length - "  []  ".length);
  if (width < LEAST_BAR) return `${name}  ${amount}`;
  const full = Math.floor((done / total) * width);
  return `${name}  [${`${"=".repeat(full)}>`.slice(0, width).padEnd(width)}]  ${amount}`;
}
