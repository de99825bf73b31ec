/** The summary of a run, as Markdown: what was pushed, and for which platforms. */

import { formatPlatform } from "../../entry/command.js";

/** A summary is for reading. */
const MOST_ROWS = 100;

/**
 * @param {{ digest: string, references: string[], mediaType: string, images?: object[] }} published what `create --json` prints
 * @param {{ isDry: boolean }} options
 */
export function summaryOf({ digest, references, mediaType, images = [] }, { isDry }) {
  const head = `### ${isDry ? "Would push" : "Pushed"} ${code(digest)}\n\n${code(mediaType)}\n\n`;
  const names = references.map((reference) => `- ${code(reference)}\n`);
  const rows = images.map(({ platform, digest: image, size }) =>
    `| ${platform ? code(formatPlatform(platform)) : ""} | ${code(image)} | ${size} |\n`);
  const table = rows.length === 0 ? [] : ["\n| platform | manifest | bytes |\n|---|---|--:|\n", ...cut(rows)];
  return [head, ...cut(names), ...table, "\n"].join("");
}

function cut(lines) {
  const more = lines.length - MOST_ROWS;
  return more > 0 ? [...lines.slice(0, MOST_ROWS), `\nand ${more} more\n`] : lines;
}

/** Text that is no markup, whatever a registry has put into it. */
function code(text) {
  const shown = String(text).replace(/[^\w./:@+-]/gu, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${shown}</code>`;
}
