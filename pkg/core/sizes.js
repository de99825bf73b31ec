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
