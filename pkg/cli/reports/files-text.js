/** Entries of layers in the manner of `ls -l`, with nothing in them that a terminal obeys. */

import { printable } from "../../entry/command.js";
import { minuteText, modeText } from "../../layers/words.js";
import { sizeText } from "./overview-cells.js";

/** A line. @param {{ name?: string, layer?: number }} [shown] the name in place of the path, and the layer in front */
export function entryLine(entry, { name = entry.path, layer } = {}) {
  const { type, uid, gid, size, mtime, target, device, findings = [] } = entry;
  const amount = device ? `${device.major},${device.minor}` : String(size);
  const cells = [
    ...(layer === undefined ? [] : [String(layer).padStart(2)]),
    modeText(entry), `${uid}/${gid}`.padEnd(9), amount.padStart(10), minuteText(mtime), printable(nameText(type, name)),
  ];
  const link = target === undefined ? "" : ` ${type === "link" ? "link to" : "->"} ${printable(target)}`;
  const odd = findings.length > 0 ? `  [${findings.join(" ")}]` : "";
  return `${cells.join(" ")}${link}${odd}\n`;
}

function nameText(type, name) {
  const shown = name === "" ? "." : name;
  if (type === "folder") return `${shown}/`;
  if (type === "whiteout") return `${shown} (removed)`;
  return type === "opaque" ? `${shown}/ (all of lower layers removed)` : shown;
}

/** A place of a merged view and all below it, as a node of a tree. */
export function fileNode({ key, path, entry, layer, isFolder }, below) {
  const name = printable(key === "" ? "/" : path.slice(path.lastIndexOf("/") + 1));
  const kind = entry?.type ?? "folder";
  const link = entry?.target === undefined ? "" : ` ${kind === "link" ? "link to" : "->"} ${printable(entry.target)}`;
  const size = kind === "file" ? `  ${sizeText(entry.size)}` : "";
  return { text: `${name}${isFolder && key !== "" ? "/" : ""}${link}${size}${isFolder ? "" : `  [${layer}]`}`, nodes: below };
}

const SIGNS = { added: "A", replaced: "C", removed: "D" };

export const changeLine = ({ change, path, type }) => `${SIGNS[change]} ${printable(path === "" ? "." : path)}${type === "folder" ? "/" : ""}${type === "opaque" ? "/*" : ""}\n`;

export function layerHead({ layer, digest, added, replaced, removed, bytes, wastedBytes }) {
  const wasted = wastedBytes > 0 ? `, hides ${sizeText(wastedBytes)} of lower layers` : "";
  return `layer ${layer} ${printable(digest)}: ${added} added, ${replaced} replaced, ${removed} removed, ${sizeText(bytes)}${wasted}\n`;
}
