// What a browser fetches of the inspector for its first view, in bytes with brotli. Alone: `node first-view.mjs FOLDER MAX` fails
// when that is more than MAX bytes.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sizesOf } from "./sizes.mjs";

/** The files that the page in `folder` names, and the modules that these import without being asked to. */
export function filesOf(folder) {
  const names = new Set(["index.html"]);
  for (const name of names) {
    if (!/[.](?:html|js)$/.test(name)) continue;
    const text = readFileSync(join(folder, name), "utf8");
    const named = name.endsWith(".html") ? /(?:href|src)="([^":]+)"/g : /(?:from|import)"[.][/]([^"]+)"/g;
    for (const [, found] of text.matchAll(named)) names.add(found);
  }
  return [...names];
}

/** The bytes of each, with brotli. @returns {{ name: string, bytes: number }[]} */
export const firstViewOf = (folder) => filesOf(folder).map((name) => ({ name, bytes: sizesOf(join(folder, name)).brotli }));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, max] = process.argv.slice(2);
  const files = firstViewOf(folder);
  const sum = files.reduce((total, { bytes }) => total + bytes, 0);
  console.log(`  first view: ${sum} bytes with brotli in ${files.length} files${max ? `; at most ${max}` : ""}`);
  for (const { name, bytes } of files) console.log(`    ${bytes} ${name}`);
  process.exitCode = sum <= Number(max ?? Infinity) ? 0 : 1;
}
