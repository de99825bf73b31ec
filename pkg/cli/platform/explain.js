/** Explains in a table why one entry of an index was chosen and the others were not. */

import { formatPlatform } from "../../entry/command.js";
import { brief } from "../terminal/brief.js";

/**
 * @param {import("multiarch").Selection | undefined} selection undefined without a platform
 * @param {import("multiarch").Platform | undefined} platform the requested one
 * @param {(text: string) => string} bold
 */
export function explanation(selection, platform, bold) {
  if (!platform) return "no platform was asked for: this is the document itself\n";
  const asked = brief(formatPlatform(platform));
  if (selection.index === undefined && selection.path) return `a single image, whose config is for ${asked}\n`;
  const rows = selection.candidates.map((candidate) => row(candidate, candidate.index === selection.index));
  const table = [HEADINGS, ...rows.map(({ cells }) => cells)];
  const widths = HEADINGS.map((_, at) => table.reduce((width, cells) => Math.max(width, cells[at].length), 0));
  const line = (cells) => cells.map((cell, at) => cell.padEnd(widths[at])).join("  ").trimEnd();
  const lines = rows.map(({ chosen, cells }) => (chosen ? bold(line(cells)) : line(cells)));
  const nested = selection.path?.length > 1 ? ["the chosen entry is an index itself, and was followed"] : [];
  return [`${asked} by the policy "${selection.policy}"`, line(HEADINGS), ...lines, ...nested, ""].join("\n");
}

const HEADINGS = ["", "ENTRY", "PLATFORM", "DIGEST", "RANK", "REASON"];

function row({ index, descriptor, rank, reason }, chosen) {
  const platform = descriptor.platform ? brief(formatPlatform(descriptor.platform)) : "-";
  const digest = descriptor.problem ? "-" : short(descriptor.digest);
  const cells = [platform || "-", digest, String(rank ?? "-"), brief(reason)];
  return { chosen, cells: [chosen ? "*" : "", String(index), ...cells] };
}

/** The part of a digest that distinguishes entries. */
function short(digest) {
  const [algorithm, encoded] = digest.split(":");
  return `${algorithm}:${encoded.slice(0, 12)}`;
}
