/**
 * Atomic changes to the folder of one list, whenever the process dies.
 *
 * A list has a work folder for incomplete parts. One changed file is renamed into its place. Several make a new folder: it
 * is committed when it is complete and renamed to `ready`; from then on the next owner of the list's lock finishes the
 * exchange of the two folders. Anything else in the work folder was left by a process that died.
 */

import { join } from "node:path";

import { about } from "./failure.js";
import { recordName } from "./names.js";

const READY = "ready";
const GONE = "gone-";

/**
 * @typedef {object} Site the paths of one list, and the lock of its change
 * @property {string} root of all lists
 * @property {string} folder of the list
 * @property {string} name of that folder
 * @property {string} list
 * @property {string} work
 * @property {string} names where lists are recorded
 * @property {Record<string, object>} [listings] to record with the change
 * @property {import("./lock.js").Lock} lock
 */

/** Whether a committed change is not finished. */
export const isPending = async (disk, { work }) => (await disk.stat(join(work, READY))) !== undefined;

/** Makes the folder of a new list. Rejects with EEXIST or ENOTEMPTY when it exists by now. */
export async function createFolder(disk, site, files) {
  const part = await beginPart(disk, site);
  await disk.makeFolder(part);
  await fill(disk, site, part, files);
  await recordName(disk, site.names, site.work, { ...site, stats: [await disk.stat(part)] });
  await site.lock.check();
  await about(site.folder, () => disk.fs.rename(part, site.folder));
  await disk.sync(site.root);
}

/** Replaces or adds one file. @param {bigint} [mode] of the file that is replaced */
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

/** Removes one file. */
export async function removeFile(disk, site, name) {
  const path = join(site.folder, name);
  await site.lock.check();
  await about(path, () => disk.fs.unlink(path));
  await disk.sync(site.folder);
}

/**
 * Replaces several files of a folder at once.
 *
 * @param {{ stat: object, kept: string[], files: { name: string, content: string, mode?: number }[] }} change `stat` of
 *   the folder before the change
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

/** Removes a list's folder. @returns whether there was one */
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

/** Finishes a committed change and discards an uncommitted one. Called with the lock, before and after a change. */
export async function recover(disk, site) {
  if (!(await disk.stat(site.work))) return;
  if (await isPending(disk, site)) await finish(disk, site);
  for (const name of await disk.names(site.work)) await disk.discard(join(site.work, name));
  await disk.attempt((fs) => fs.rmdir(site.work));
}

/** An unused path in the work folder. */
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

/** Moves the committed folder into its place; when that fails, revokes the commit. */
async function finish(disk, site) {
  const ready = join(site.work, READY);
  try {
    await exchange(disk, site, ready);
  } catch (error) {
    // Only while the old folder is in place: else the committed one is the only copy of the list.
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
    // Another process removed the list after the commit.
    return disk.discard(ready);
  }
  try {
    await about(site.folder, () => fs.rename(ready, site.folder));
  } catch (error) {
    await disk.attempt(() => fs.rename(old, site.folder));
    throw error;
  }
}
