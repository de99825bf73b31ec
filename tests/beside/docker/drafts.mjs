/** The folder of drafts as data: path -> content, from a folder and into one. */

import { mkdir, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What multiarch keeps there for itself. */
export const OWN = ".multiarch";

/**
 * @param {string} root docker's `manifests` folder; it need not exist
 * @param {(text: string) => string} canonical
 * @returns {Promise<Record<string, string>>} content by path, sorted; an empty folder ends with a slash, a link starts
 *   with an arrow
 */
export async function readDrafts(root, canonical) {
  const found = {};
  async function walk(folder, prefix) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const own = entries.filter(({ name }) => prefix === "" && name === OWN).length;
    if (entries.length === own && prefix !== "") found[canonical(prefix)] = "";
    for (const entry of entries) {
      if (prefix === "" && entry.name === OWN) continue;
      const path = join(folder, entry.name);
      const name = canonical(`${prefix}${entry.name}`);
      if (entry.isDirectory()) await walk(path, `${prefix}${entry.name}/`);
      else if (entry.isSymbolicLink()) found[name] = canonical(`-> ${await readlink(path)}`);
      else found[name] = canonical(textOf(await readFile(path)));
    }
  }
  await walk(root, "");
  return Object.fromEntries(Object.entries(found).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Bytes that are no UTF-8 stay comparable, as Base64. */
function textOf(bytes) {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : `base64 ${bytes.toString("base64")}`;
}

/** The change from `before` to `after`: the changed files, null for the ones that are gone; undefined for no change. */
export function changeOf(before, after) {
  const changed = Object.entries(after).filter(([name, content]) => before[name] !== content);
  const gone = Object.keys(before).filter((name) => !(name in after)).map((name) => [name, null]);
  return changed.length + gone.length === 0 ? undefined : Object.fromEntries([...changed, ...gone]);
}

/**
 * Makes a folder what a recording says that docker made of it.
 *
 * @param {string} root
 * @param {Record<string, string | null>} change
 * @param {(text: string) => string} fill
 */
export async function applyChange(root, change, fill) {
  for (const [name, content] of Object.entries(change)) {
    const path = join(root, fill(name));
    if (content === null) {
      await rm(path, { recursive: true, force: true });
      await removeIfEmpty(root, dirname(path));
    } else if (name.endsWith("/")) await mkdir(path, { recursive: true });
    else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, fill(content));
    }
  }
}

async function removeIfEmpty(root, folder) {
  const left = await readdir(folder).catch(() => ["gone"]);
  if (left.length === 0 && folder !== root) await rm(folder, { recursive: true });
}
