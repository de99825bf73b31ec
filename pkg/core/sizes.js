/** Sizes in units that people read. */

const DECIMAL = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/**
 * A size as docker prints those of images: three digits, in units of 1000.
 *
 * @param {number} bytes
 * @returns {string} `12.3MB`
 */
export function decimalSize(bytes) {
  let size = bytes;
  let unit = 0;
  // What three digits would round up to 1000 is one of the next unit.
  while (Number(size.toPrecision(3)) >= 1000 && unit < DECIMAL.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${Number(size.toPrecision(3))}${DECIMAL[unit]}`;
}
