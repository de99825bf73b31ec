/** The difference of two references in lines that people read: one for each platform, and what is behind it below. */

import { counted } from "../../core/counted.js";
import { decimalSize } from "../../core/sizes.js";
import { formatPlatform } from "../../entry/command.js";
import { brief } from "../terminal/brief.js";
import { aligned, shortDigest } from "./table.js";

/** How many lines of one kind are shown below a platform. */
const MOST = 20;

/**
 * @param {object} difference what `diff` returned
 * @param {{ details: boolean, all: boolean }} wanted whether details are shown, and platforms without a difference
 */
export function diffText(difference, { details, all }) {
  const { from, to, index, platforms } = difference;
  const rows = platforms.filter(({ change }) => all || change !== "same");
  const lines = aligned(rows.map(cells));
  return [
    `--- ${brief(from.name)}  ${from.digest}`,
    `+++ ${brief(to.name)}  ${to.digest}`,
    ...rows.flatMap((row, at) => [lines[at], ...(details ? detailsOf(row) : [])]),
    ...(index.length > 0 ? ["index", ...limited(index.map(member))] : []),
    conclusion(difference), "",
  ].join("\n");
}

function cells({ platform, change, from, to, layers, fetchBytes, ...row }) {
  const name = platform ? brief(formatPlatform(platform)) : shortDigest(to ?? from);
  return [name, change, summary({ change, from, to, layers, ...row }), change !== "same" && fetchBytes !== undefined ? `${decimalSize(fetchBytes)} to fetch` : ""];
}

/** What changed, in a few words, and what could not be read. */
function summary(row) {
  const { error } = row;
  return [changesOf(row), error && `not read: ${brief(error.message)} [${error.code}]`].filter(Boolean).join(", ");
}

function changesOf({ change, from, to, layers, config, entry, manifest, annotations, attestations }) {
  if (change === "added") return layers ? counted(layers.added.length, "layer") : "";
  if (change !== "changed") return "";
  const parts = [];
  if (layers && layers.added.length + layers.removed.length > 0) parts.push(`+${layers.added.length} -${layers.removed.length} layers`);
  else if (layers) parts.push("same layers");
  // Of a document without its registry, no more than this is known.
  else if (from !== to) parts.push("another image");
  if (config?.length > 0) parts.push("config");
  if (entry || manifest) parts.push("members");
  if (annotations) parts.push("annotations");
  if (attestations) parts.push("attestations");
  return parts.join(", ");
}

function detailsOf({ change, layers, config = [], entry = [], manifest = [], annotations = [], attestations }) {
  if (change !== "changed") return [];
  const lines = [
    ...limited((layers?.added ?? []).map((layer) => `+ layer ${shortDigest(layer.digest)}  ${decimalSize(layer.size)}`)),
    ...limited((layers?.removed ?? []).map((layer) => `- layer ${shortDigest(layer.digest)}  ${decimalSize(layer.size)}`)),
    ...limited(config.map((one) => `config: ${member(one)}`)),
    ...limited(entry.map((one) => `entry: ${member(one)}`)),
    ...limited(manifest.map((one) => `manifest: ${member(one)}`)),
    ...limited(annotations.map(({ of, key, ...values }) => `annotation of the ${of}: ${member({ path: key, ...values })}`)),
  ];
  if (attestations) lines.push(`attestations: ${attestations.from.length} before, ${attestations.to.length} now`);
  return lines.map((line) => `    ${line.trimStart()}`);
}

function member({ path, from, to }) {
  if (from === undefined) return `${brief(path)} is ${value(to)}`;
  if (to === undefined) return `${brief(path)} is no more ${value(from)}`;
  return `${brief(path)} ${value(from)} -> ${value(to)}`;
}

const value = (given) => brief(JSON.stringify(given));

function limited(lines) {
  const shown = lines.slice(0, MOST).map((line) => `    ${line}`);
  return lines.length > MOST ? [...shown, `    … and ${lines.length - MOST} more`] : shown;
}

function conclusion({ same, sameBytes, orderOnly, index, platforms, fetchBytes }) {
  if (sameBytes) return "the same bytes";
  if (same) return "the same, written in other bytes";
  if (orderOnly) return "order only: the same entries, in another order";
  const isSame = platforms.every(({ change }) => change === "same");
  if (isSame && index.length === 1 && index[0].path === "mediaType") return "media type only: the same entries";
  const count = (change) => platforms.filter((one) => one.change === change).length;
  const parts = ["added", "removed", "changed", "same"].filter((change) => count(change) > 0).map((change) => `${count(change)} ${change}`);
  const bytes = fetchBytes === undefined ? "" : `; ${decimalSize(fetchBytes)} to fetch in all`;
  return `${parts.join(", ")}${bytes}`;
}
