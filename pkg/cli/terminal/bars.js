/** Formats progress bars and sizes for people. */

import { scaled } from "../../core/sizes.js";

/** Algorithm and first digits: enough to distinguish the blobs of one copy. */
const NAME_WIDTH = "sha256:".length + 12;
const LEAST_BAR = 8;
const MOST_BAR = 40;

/**
 * `sha256:0123456789ab  [======>       ]   8.0 MiB of 24.0 MiB`, without the bar where the line is too short for it.
 *
 * @param {string} digest
 * @param {{ done: number, total: number }} progress in bytes
 * @param {number} columns width of the line
 */
export function bar(digest, { done, total }, columns) {
  const name = digest.slice(0, NAME_WIDTH);
  const [all, some] = [sizeOf(total), sizeOf(done)];
  const amount = `${some.padStart(all.length)} of ${all}`;
  const width = Math.min(MOST_BAR, columns - name.length - amount.length - "  []  ".length);
  if (width < LEAST_BAR) return `${name}  ${amount}`;
  const full = Math.floor((done / total) * width);
  return `${name}  [${`${"=".repeat(full)}>`.slice(0, width).padEnd(width)}]  ${amount}`;
}

/** A size with its unit: `17 B`, `8.0 MiB`. */
export function sizeOf(bytes) {
  const { size, unit } = scaled(bytes);
  return `${unit === "B" ? size : size.toFixed(1)} ${unit}`;
}
