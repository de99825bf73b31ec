/** `node:fs/promises` as on a disk that keeps the case of names and does not tell names apart by it: macOS, Windows. */

import { readdirSync } from "node:fs";
import * as real from "node:fs/promises";
import { join, sep } from "node:path";

const WITH_TWO_PATHS = ["rename", "link", "copyFile"];

/** @returns {typeof real} */
export function foldingFs() {
  const fs = {};
  for (const [name, work] of Object.entries(real)) {
    if (typeof work !== "function") continue;
    const paths = WITH_TWO_PATHS.includes(name) ? 2 : 1;
    fs[name] = (...values) => work(...values.map((value, at) => (at < paths ? found(value) : value)));
  }
  return fs;
}

/** The path as its parts are spelled where they are there. */
const found = (path) => path.split(sep).reduce((parent, part) => join(parent || sep, spelled(parent || sep, part)), "");

function spelled(parent, part) {
  try {
    const names = readdirSync(parent);
    return names.find((name) => name === part) ?? names.find((name) => name.toLowerCase() === part.toLowerCase()) ?? part;
  } catch {
    return part; // nothing is there
  }
}
