/** Sizes in units that people read. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/**
 * @param {number} bytes
 * @returns {{ size: number, unit: string }} the size in the largest unit of which there is at least one
 */
export function scaled(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return { size, unit: UNITS[unit] };
}

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
