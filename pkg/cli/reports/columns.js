/** Tables for a person: as many columns as the terminal has room for. */

/** Between two columns. */
const GAP = "  ";
/** The least that a cell is cut to. */
const LEAST = 8;

/**
 * @typedef {object} Column
 * @property {string} heading
 * @property {(row: any) => string} cell
 * @property {(row: any) => string} [short] its cell where the line is too short
 * @property {boolean} [right] whether it is a number
 * @property {number} [leaves] of the columns with this, the one with the largest number leaves first; the others stay
 */

/**
 * The lines of a table, the headings first. Columns that are empty in every row are left out; where the width does not do, the
 * short cells are taken, then columns leave, then the first one is cut.
 *
 * @param {readonly Column[]} columns
 * @param {readonly unknown[]} rows
 * @param {number} width of the terminal, or Infinity
 * @returns {string[]}
 */
export function tableLines(columns, rows, width) {
  let shown = columns.map((column) => filled(column, rows, column.cell)).filter(({ cells }) => cells.some((cell) => cell !== ""));
  if (widthOf(shown) > width) shown = shown.map((one) => (one.column.short ? filled(one.column, rows, one.column.short) : one));
  while (widthOf(shown) > width && shown.some(({ column }) => column.leaves)) {
    const first = Math.max(...shown.map(({ column }) => column.leaves ?? 0));
    shown = shown.filter(({ column }) => column.leaves !== first);
  }
  const over = widthOf(shown) - width;
  if (over > 0 && shown.length > 0) cutTo(shown[0], Math.max(LEAST, shown[0].width - over));
  return ["", ...rows].map((_, line) => shown.map((one, at) => padded(one, line, at === shown.length - 1)).join(GAP).trimEnd());
}

function filled(column, rows, cell) {
  const cells = rows.map(cell);
  return { column, cells, lines: [column.heading, ...cells], width: longest([column.heading, ...cells]) };
}

const longest = (texts) => texts.reduce((most, text) => Math.max(most, text.length), 0);
const widthOf = (shown) => shown.reduce((total, { width }) => total + width, 0) + GAP.length * Math.max(0, shown.length - 1);

function cutTo(one, width) {
  one.lines = one.lines.map((text) => cut(text, width));
  one.width = width;
}

/** @returns {string} the text, or its beginning with a sign that it goes on */
export const cut = (text, width) => (text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text);

function padded({ column, lines, width }, line, isLast) {
  const text = lines[line];
  if (column.right) return text.padStart(width);
  return isLast ? text : text.padEnd(width);
}
