/** Tags with what they stand for, a line for each. */

import { brief } from "../terminal/brief.js";
import { cut, tableLines } from "./columns.js";
import { digestText, problemText, timeText } from "./overview-cells.js";

/**
 * @param {readonly object[]} rows
 * @param {readonly string[]} columns beside the tag, in their order
 * @param {{ width: number, bold: (text: string) => string, full: boolean }} paper
 */
export function tagsTable(rows, columns, { width, bold, full }) {
  const known = columnsOf(full);
  const shown = [known.tag, ...columns.map((name) => known[name])];
  const [headings, ...lines] = tableLines(shown, rows, full ? Infinity : width);
  const body = lines.flatMap((line, at) => [line, ...(rows[at].problem ? [cut(`  ${problemText(rows[at].problem)}`, width)] : [])]);
  return rows.length === 0 ? "" : [bold(headings), ...body, ""].join("\n");
}

function columnsOf(full) {
  const tagsOf = ({ tag, tags = [tag] }) => brief(tags.join(", "), LONGEST);
  return {
    tag: { heading: "TAG", cell: tagsOf },
    created: { heading: "CREATED", cell: ({ created }) => timeText(created, full) || "-", leaves: 2 },
    digest: {
      heading: "DIGEST", cell: ({ digest }) => (digest ? digestText(digest, { full }) : "-"),
      short: ({ digest }) => (digest ? digestText(digest, { full, bare: true }) : "-"), leaves: 1,
    },
    platforms: {
      heading: "PLATFORMS", cell: ({ platforms }) => platformsText(platforms), short: ({ platforms }) => shortPlatforms(platforms), leaves: 3,
    },
  };
}

/** How much of the names of a group is shown. */
const LONGEST = 1000;

const platformsText = (platforms = []) => brief(platforms.join(", "), LONGEST) || "-";

/** The first one, and how many more there are. */
function shortPlatforms(platforms = []) {
  const first = platformsText(platforms.slice(0, 1));
  return platforms.length > 1 ? `${first} +${platforms.length - 1}` : first;
}
