/** Explains in a table why one entry of an index was chosen and the others were not. */

import { chosenFrom, formatPlatform, selectPlatform } from "../../entry/command.js";
import { POLICIES } from "../../core/facts.js";
import { brief } from "../terminal/brief.js";

/** Who chooses as each policy does. */
const TOOLS = { containerd: "docker, containerd", podman: "podman, skopeo", first: "crane", strict: "exact" };

/**
 * @param {import("multiarch").Selection | undefined} selection undefined without a platform
 * @param {object} about
 * @param {import("multiarch").Platform | undefined} about.platform the requested one
 * @param {import("multiarch").Platform | undefined} about.host
 * @param {(text: string) => string} about.bold
 */
export function explanation(selection, { platform, host, bold }) {
  if (!platform) return "no platform was asked for: this is the document itself\n";
  const asked = brief(formatPlatform(platform));
  if (selection.index === undefined && selection.path) return `a single image, whose config is for ${asked}\n`;
  const rows = selection.candidates.map((candidate) => row(candidate, candidate.index === selection.index));
  const lines = aligned([HEADINGS, ...rows.map(({ cells }) => cells)])
    .map((line, at) => (rows[at - 1]?.chosen ? bold(line) : line));
  const nested = selection.path?.length > 1 ? ["the chosen entry is an index itself, and was followed"] : [];
  return [`${asked} by the policy "${selection.policy}"`, ...lines, ...nested, ...others(selection, platform, host), ""].join("\n");
}

/**
 * What each policy chooses from the index of a selection.
 *
 * @returns {{ policy: string, tool: string, index?: number, digest?: string }[]} none for a single image
 */
export function choices(selection, { platform, host }) {
  const document = selection && chosenFrom(selection);
  if (!document || !platform) return [];
  return POLICIES.map((policy) => {
    const { index, descriptor } = selectPlatform(document, platform, { policy, host });
    return { policy, tool: TOOLS[policy] ?? policy, ...(index !== undefined && { index, digest: descriptor.digest }) };
  });
}

/** The lines that set the tools side by side. */
function others(selection, platform, host) {
  const all = choices(selection, { platform, host });
  if (all.length === 0) return [];
  const rows = all.map(({ tool, index, digest }) => [
    tool, index === undefined ? "-" : String(index), digest ? short(digest) : "nothing",
    index === selection.index ? "" : "differs",
  ]);
  return ["", ...aligned([["CHOSEN BY", "ENTRY", "DIGEST", ""], ...rows])];
}

/** Rows of cells as lines with columns. */
function aligned(rows) {
  const widths = rows[0].map((_, at) => rows.reduce((width, cells) => Math.max(width, cells[at].length), 0));
  return rows.map((cells) => cells.map((cell, at) => cell.padEnd(widths[at])).join("  ").trimEnd());
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
