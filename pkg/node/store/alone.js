/** Changes of one file or folder by several processes at once, one after the other: the lock of draft lists, beside what is changed. */

import fs, { rmdir } from "node:fs/promises";
import { join } from "node:path";

/** How often the folder of the lock is made again that another process removes. */
const ROUNDS = 1000;

/**
 * Runs the work with a lock, which lies in a folder that exists as long as a process needs it.
 *
 * @template T
 * @param {string} folder of the lock; its parent is there
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} rejects with EBUSY where another process keeps the lock for half a minute, and as the file system does
 */
export async function alone(folder, work) {
  const [claims, locks] = [join(folder, "claims"), join(folder, "locks")];
  const lock = await lockIn(folder, { claims, locks, name: "lock", what: "the file" });
  try {
    return await work();
  } finally {
    await lock.release();
    await removeEmpty([claims, locks, folder]);
  }
}

/**
 * Removes the folders, unless a process that waits for the lock has a claim in them: that one removes them. One that is
 * gone already was removed by the process before, which then stopped at the lock of this one.
 */
async function removeEmpty(folders) {
  for (const folder of folders) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (error.code !== "ENOENT") return;
    }
  }
}

/** The lock of draft lists: of two processes that break a dead process's lock, one gets it. */
async function lockIn(folder, options) {
  const [{ Disk }, { acquire, sweepClaims }] = await Promise.all([import("./disk.js"), import("./lock.js")]);
  const disk = new Disk(fs);
  for (let round = 1; ; round += 1) {
    try {
      await disk.ensureFolder(folder);
      await sweepClaims(disk, options.claims);
      return await acquire(disk, options);
    } catch (error) {
      if (error.code === "DRAFT_LOCKED") throw Object.assign(new Error("another process has it"), { code: "EBUSY", syscall: "rename" });
      // Another process has just removed the folder.
      if (error.code !== "ENOENT" || round === ROUNDS) throw error;
    }
  }
}
