/** Texts for tables that people read: columns, short digests. */

/** Lines with cells under one another; the last cell of a line is as long as it is. */
export function aligned(rows) {
  const widths = [];
  for (const cells of rows) cells.slice(0, -1).forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((cells) => cells.map((cell, at) => (at < cells.length - 1 ? cell.padEnd(widths[at]) : cell)).join("  ").trimEnd());
}

/** The part of a digest that distinguishes it. */
export function shortDigest(digest) {
  const [algorithm, encoded] = digest.split(":");
  return encoded === undefined ? digest : `${algorithm}:${encoded.slice(0, 12)}`;
}
