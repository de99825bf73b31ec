/** How sizes read on the page: in decimal units, as docker and the registries' own pages write them. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** 8858000 -> { number: "8.86", unit: "MB" }: three digits, as docker has them. */
export function decimal(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return { number: size.toFixed(digits), unit: UNITS[unit] };
}

/** 8858000 -> "8.86 MB". */
export function sizeText(bytes) {
  const { number, unit } = decimal(bytes);
  return `${number} ${unit}`;
}

/** 1536 -> "1,536". The first call of a browser's own `toLocaleString` loads its tables, which takes longer than the answer. */
export const grouped = (number) => String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** 1536 -> "1,536 bytes". */
export const exactSize = (bytes) => (bytes === 1 ? "1 byte" : `${grouped(bytes)} bytes`);

/** "3 layers", "1 layer". */
export const count = (number, one, many = `${one}s`) => `${grouped(number)} ${number === 1 ? one : many}`;

/** The bytes of a list of descriptors, each digest once: a layer that stands twice is pulled once. */
export function pulledSize(descriptors) {
  const sizes = new Map(descriptors.map(({ digest, size }) => [digest, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
