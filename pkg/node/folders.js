/** Folders with their parents. */

import nodeFs from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and the parents that it lacks. Node's own `recursive` never comes back where a parent is there and takes no
 * folders, as /proc does.
 *
 * @param {string} path a folder, or a link to one, may be there already
 * @param {{ mode?: number, fs?: Pick<typeof nodeFs, "mkdir" | "stat"> }} [options] mode of each folder that is made
 * @returns {Promise<void>} rejects as `mkdir` does: ENOENT where the file system takes no folder, EEXIST and ENOTDIR for a file
 */
export async function makeFolders(path, { mode, fs = nodeFs } = {}) {
  if (await isMade(path, { mode, fs })) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolders(parent, { mode, fs });
  // The parent is there now: what is missing still cannot be made.
  await fs.mkdir(path, { mode }).catch((error) => orFolder(error, path, fs));
}

/** Whether the folder is there, or could be made: false where it lacks a parent. */
async function isMade(path, { mode, fs }) {
  try {
    await fs.mkdir(path, { mode });
  } catch (error) {
    if (error.code === "ENOENT") return false;
    await orFolder(error, path, fs);
  }
  return true;
}

/** Throws the error, unless there is a folder. Some systems say of their own folders that they are read-only, not that they exist. */
async function orFolder(error, path, fs) {
  const found = await fs.stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw error;
}
