/**
 * Changes to the folder of one list, each of which is there whole or not at all, whenever the process dies.
 *
 * A list has a work folder for what is not complete yet. One changed file is renamed into its place. Several make a new
 * folder: it is committed when it is complete and called `ready`; from then on whoever takes the list's lock finishes the
 * exchange of the two folders. Anything else in the work folder is waste of somebody who died.
 */

import { join } from "node:path";

import { about } from "./failure.js";
import { recordName } from "./names.js";

const READY = "ready";
const GONE = "gone-";

/**
 * @typedef {object} Site where one list lies, and who changes it
 * @property {string} root of all lists
 * @property {string} folder of the list
 * @property {string} name of that folder
 * @property {string} list
 * @property {string} work
 * @property {string} names where the names of lists are recorded
 * @property {import("./lock.js").Lock} lock
 */

/** Whether a change was committed and is not finished. */
export const isPending = async (disk, { work }) => (await disk.stat(join(work, READY))) !== undefined;

/** A list that is not there yet. Rejects with EEXIST or ENOTEMPTY when it is by now. */
export async function createFolder(disk, site, files) {
  const part = await beginPart(disk, site);
  await disk.makeFolder(part);
  await fill(disk, site, part, files);
  await recordName(disk, site.names, site.work, { ...site, stats: [await disk.stat(part)] });
  await site.lock.check();
  await about(site.folder, () => disk.fs.rename(part, site.folder));
  await disk.sync(site.root);
}

/** One file instead of the one of that name. @param {bigint} [mode] of the file that is replaced */
export async function replaceFile(disk, site, { name, content, mode }) {
  const part = await beginPart(disk, site);
  const path = join(site.folder, name);
  await about(path, async () => {
    await disk.create(part, content, mode);
    await site.lock.check();
    await disk.fs.rename(part, path);
  });
  await disk.sync(site.folder);
}

export async function removeFile(disk, site, name) {
  const path = join(site.folder, name);
  await site.lock.check();
  await about(path, () => disk.fs.unlink(path));
  await disk.sync(site.folder);
}

/**
 * Another content of the whole folder.
 *
 * @param {{ stat: object, kept: string[], files: { name: string, content: string, mode?: number }[] }} change `stat` of
 *   the folder as it is
 */
export async function exchangeFolder(disk, site, { stat, kept, files }) {
  const part = await beginPart(disk, site);
  await disk.makeFolder(part);
  for (const name of kept) {
    await about(join(site.folder, name), () => disk.duplicate(join(site.folder, name), join(part, name)));
  }
  await fill(disk, site, part, files);
  await disk.fs.chmod(part, Number(stat.mode & 0o7777n));
  await recordName(disk, site.names, site.work, { ...site, stats: [stat, await disk.stat(part)] });
  await site.lock.check();
  await disk.fs.rename(part, join(site.work, READY));
  await disk.sync(site.work);
  await finish(disk, site);
}

/** The list is gone from here on. Whether there was one. */
export async function removeFolder(disk, site) {
  const gone = join(site.work, `${GONE}${site.lock.id}`);
  await disk.ensureFolder(site.work);
  await disk.discard(gone);
  await site.lock.check();
  try {
    await about(site.folder, () => disk.fs.rename(site.folder, gone));
  } catch (error) {
    if (error.code === "ENOENT" && !(await disk.stat(site.folder))) return false;
    throw error;
  }
  await disk.sync(site.root);
  await disk.discard(join(site.names, site.name));
  return true;
}

/** Finishes what was committed and throws away what was not. To be called with the lock, before and after a change. */
export async function recover(disk, site) {
  if (!(await disk.stat(site.work))) return;
  if (await isPending(disk, site)) await finish(disk, site);
  for (const name of await disk.names(site.work)) await disk.discard(join(site.work, name));
  await disk.attempt((fs) => fs.rmdir(site.work));
}

/** Where something is prepared. */
async function beginPart(disk, site) {
  await disk.ensureFolder(site.work);
  const part = join(site.work, `part-${site.lock.id}`);
  await disk.discard(part);
  return part;
}

async function fill(disk, site, part, files) {
  for (const { name, content, mode } of files) {
    await about(join(site.folder, name), () => disk.create(join(part, name), content, mode));
  }
  await disk.sync(part);
}

/** Puts the committed folder in its place; where that cannot be done, takes the commitment back. */
async function finish(disk, site) {
  const ready = join(site.work, READY);
  try {
    await exchange(disk, site, ready);
  } catch (error) {
    // Only beside the old folder: where that is away, this is all there is of the list.
    await disk.attempt(async (fs) => {
      if (await disk.stat(site.folder)) await fs.rename(ready, join(site.work, `part-${site.lock.id}`));
    });
    throw error;
  }
  await disk.sync(site.root);
}

async function exchange(disk, site, ready) {
  const { fs } = disk;
  const away = (await disk.names(site.work)).filter((name) => name.startsWith(GONE));
  let old = away[0] && join(site.work, away[0]);
  if (await disk.stat(site.folder)) {
    for (const name of away) await disk.discard(join(site.work, name));
    old = join(site.work, `${GONE}${site.lock.id}`);
    await about(site.folder, () => fs.rename(site.folder, old));
  } else if (old === undefined) {
    // Somebody else removed the list after the change was committed.
    return disk.discard(ready);
  }
  try {
    await about(site.folder, () => fs.rename(ready, site.folder));
  } catch (error) {
    await disk.attempt(() => fs.rename(old, site.folder));
    throw error;
  }
}
