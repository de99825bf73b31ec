/** An overview as a table: a line for each image. */

import { brief } from "../terminal/brief.js";
import { cut, tableLines } from "./columns.js";
import { digestText, otherText, problemText, sizeText, subjectText, summary, timeText } from "./overview-cells.js";

/**
 * @param {object} overview
 * @param {{ width: number, bold: (text: string) => string, full: boolean }} paper `full`: digests and times are not shortened
 */
export function overviewTable(overview, { width, bold, full }) {
  const { reference, digest, images, others } = overview;
  const fits = full || digest.length <= width;
  const head = [brief(reference), digestText(digest, { full: fits }), summary(overview)];
  const rows = [...images.map((image) => ({ ...image, title: subjectText(image) })), ...others.map((other) => ({ ...other, title: otherText(other) }))];
  const [headings, ...lines] = tableLines(columnsOf(full), rows, full ? Infinity : width);
  const body = lines.flatMap((line, at) => [line, ...problemLines(rows[at], width)]);
  return [...head.map((line) => (full ? line : cut(line, width))), ...(rows.length > 0 ? ["", bold(headings), ...body] : []), ""].join("\n");
}

const columnsOf = (full) => [
  { heading: "PLATFORM", cell: ({ title }) => title },
  { heading: "DIGEST", cell: ({ digest }) => digestText(digest, { full }), short: ({ digest }) => digestText(digest, { full, bare: true }), leaves: 1 },
  { heading: "PULL SIZE", cell: ({ pullSize, problem }) => (problem ? "-" : sizeText(pullSize)), right: true },
  { heading: "LAYERS", cell: ({ layers }) => (layers === undefined ? "" : String(layers)), right: true, leaves: 3 },
  { heading: "CREATED", cell: ({ created }) => timeText(created, full), leaves: 2 },
  {
    heading: "ATTESTATIONS", cell: ({ attestations = [] }) => (attestations.length > 0 ? String(attestations.length) : ""), right: true, leaves: 4,
  },
];

function problemLines({ problem }, width) {
  return problem ? [cut(`  ${problemText(problem)}`, width)] : [];
}
