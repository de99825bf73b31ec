/** A bar, and sizes, as people read them. */

import { scaled } from "../../core/sizes.js";

/** The algorithm and the first digits tell the blobs of one copy apart. */
const NAME_WIDTH = "sha256:".length + 12;
const LEAST_BAR = 8;
const MOST_BAR = 40;

/**
 * `sha256:0123456789ab  [======>       ]   8.0 MiB of 24.0 MiB`, without the bar where there is no room for it.
 *
 * @param {string} digest
 * @param {{ done: number, total: number }} progress in bytes
 * @param {number} columns
 */
export function bar(digest, { done, total }, columns) {
  const name = digest.slice(0, NAME_WIDTH);
  const [all, some] = [sizeOf(total), sizeOf(done)];
  const progress = `${some.padStart(all.length)} of ${all}`;
  const room = Math.min(MOST_BAR, columns - name.length - progress.length - "  []  ".length);
  if (room < LEAST_BAR) return `${name}  ${progress}`;
  const full = Math.floor((done / total) * room);
  return `${name}  [${`${"=".repeat(full)}>`.slice(0, room).padEnd(room)}]  ${progress}`;
}

/** `17 B`, `8.0 MiB`. */
export function sizeOf(bytes) {
  const { size, unit } = scaled(bytes);
  return `${unit === "B" ? size : size.toFixed(1)} ${unit}`;
}
