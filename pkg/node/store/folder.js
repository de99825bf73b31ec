/** Reads the folder of one list: every file in it is an entry, in the order of their names. */

import { join } from "node:path";

import { decodeDraft } from "../../lists/drafts.js";

import { about, corrupt } from "./failure.js";
import { withListing } from "./listings.js";

/** In bytes: four times the largest manifest that a registry accepts. */
const LIMIT = 32 * 1024 * 1024;

/**
 * @typedef {object} Places of one list
 * @property {string} name of its folder
 * @property {string} folder
 * @property {Record<string, object>} [listings] that are recorded, by file name
 *
 * @typedef {{ name: string, bytes: Buffer, stat: import("node:fs").BigIntStats }} DraftFile
 * @typedef {{ stat: import("node:fs").BigIntStats, files: DraftFile[] }} Content
 */

/**
 * The folder's content at one moment; not stable when another process changed it during the read.
 *
 * @param {import("./disk.js").Disk} disk
 * @param {Places} places
 * @param {() => Promise<boolean>} [isPending] whether a change is half done, asked after the first survey
 * @returns {Promise<{ content?: Content, isStable: boolean }>} `content` is undefined without a folder
 */
export async function readContent(disk, places, isPending = async () => false) {
  const before = await survey(disk, places);
  if (await isPending()) return { isStable: false };
  if (before && before.fault) return { isStable: await isSame(disk, places, before), content: before };
  const files = [];
  try {
    for (const { name, stat } of before?.files ?? []) {
      const path = join(places.folder, name);
      files.push({ name, stat, bytes: await about(path, () => disk.read(path, LIMIT)) });
    }
  } catch (error) {
    if (await isSame(disk, places, before)) throw error;
    return { isStable: false };
  }
  return { content: before && { ...before, files }, isStable: await isSame(disk, places, before) };
}

/** The names and states of the folder's files, and the first fault. */
async function survey(disk, { name: list, folder }) {
  const stat = await disk.stat(folder);
  if (!stat) return undefined;
  if (stat.isSymbolicLink()) return { stat, files: [], fault: linked(folder, list) };
  if (!stat.isDirectory()) return { stat, files: [], fault: corrupt(`open ${folder}: not a directory`, list, folder) };
  const names = await about(folder, () => disk.names(folder));
  const files = [];
  let fault;
  for (const name of names.sort(byBytes)) {
    const path = join(folder, name);
    const found = await disk.stat(path);
    if (!found) continue;
    files.push({ name, stat: found });
    fault ??= faultOf(found, path, `${list}/${name}`);
  }
  return { stat, files, fault };
}

/** DRAFT_CORRUPT for a name in the folder that is not a draft file; undefined for one that may be. */
export function faultOf(stat, path, relative) {
  if (stat.isDirectory()) return corrupt(`read ${path}: is a directory`, relative, path);
  if (stat.isSymbolicLink()) return linked(path, relative);
  if (!stat.isFile()) return corrupt(`read ${path}: not a regular file`, relative, path);
  if (stat.size > LIMIT) return corrupt(`read ${path}: larger than any manifest`, relative, path);
  return undefined;
}

/** DRAFT_CORRUPT for a link, which may point anywhere. */
export const linked = (path, relative) => corrupt(`open ${path}: a symbolic link is not followed`, relative, path);

async function isSame(disk, places, before) {
  return identity(await survey(disk, places)) === identity(before);
}

const identity = (found) =>
  found && [found.stat.ino, ...found.files.map(({ name, stat }) =>
    `${name}/${stat.ino}/${stat.size}/${stat.mtimeNs}/${stat.ctimeNs}`)].join("\n");

/** Compares by bytes, as docker sorts, not by UTF-16. */
export function byBytes(one, other) {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/**
 * The files with their entries. Throws DRAFT_CORRUPT for the first that is not an entry, in docker's words.
 *
 * @param {Content} content
 * @param {Places} places
 */
export function decoded({ files, fault }, places) {
  if (fault) throw fault;
  return files.map((file) => ({ ...file, entry: decodeFile(file.bytes, places, file.name) }));
}

/** The entry in a file's bytes. Throws DRAFT_CORRUPT. */
export function decodeFile(bytes, { name: list, folder, listings = {} }, name) {
  const path = join(folder, name);
  try {
    return withListing(decodeDraft(bytes, { path }), bytes, Object.hasOwn(listings, name) ? listings[name] : undefined);
  } catch (error) {
    if (error.code !== "DRAFT_CORRUPT") throw error;
    throw corrupt(error.message, `${list}/${name}`, path);
  }
}
