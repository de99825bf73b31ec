/**
 * A lock between processes: a folder with one file, which is named after the owner.
 *
 * A process takes it by renaming a folder that already contains the file onto the lock's name, which fails while the
 * folder there is not empty: a lock is never visible without an owner. It is freed, and broken, by removing the owner's
 * file by its name: a process that breaks a dead owner's lock too late does not affect the next owner.
 */

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { draftError } from "./failure.js";
import { newOwner, pidOf, stateOf } from "./owner.js";

/** How long a process waits for the lock. */
const PATIENCE_MS = 30_000;
/** How often an owner renews its file, and how long an owner on another machine counts as alive without that. */
const BEAT_MS = 2_000;
const SILENCE_MS = 10_000;
const PAUSE_MS = { least: 2, most: 40 };
/** The age at which a claim is removed: no process waits that long, and clocks of machines differ by less. */
const OLD_MS = 24 * 60 * 60 * 1000;
const HELD = ["ENOTEMPTY", "EEXIST"];
/** Owners of this process that are done, but whose file the disk did not remove yet. */
const freed = new Set();

/**
 * @typedef {object} Lock
 * @property {string} id of its owner, unique
 * @property {() => Promise<void>} check rejects with DRAFT_LOCKED when the lock was taken away
 * @property {() => Promise<void>} release
 */

/**
 * Waits for a lock and takes it. Rejects with DRAFT_LOCKED when its owner lives and keeps it.
 *
 * @param {import("./disk.js").Disk} disk
 * @param {{ locks: string, claims: string, name: string, what: string, patienceMs?: number }} options `what` names the
 *   locked thing in the error
 * @returns {Promise<Lock>}
 */
export async function acquire(disk, { locks, claims, name, what, patienceMs = PATIENCE_MS }) {
  const id = await newOwner();
  const claim = join(claims, id);
  const lock = join(locks, name);
  await disk.ensureFolder(locks);
  await disk.ensureFolder(claims);
  try {
    await disk.makeFolder(claim);
    await disk.touch(join(claim, id));
    await take(disk, claim, lock, { what, patienceMs });
  } catch (error) {
    await disk.discard(claim);
    throw error;
  }
  const beat = setInterval(() => disk.refresh(join(lock, id)), BEAT_MS);
  beat.unref();
  return {
    id,
    async check() {
      if (!(await disk.stat(join(lock, id)))) throw locked(what, "the lock was taken away");
    },
    async release() {
      clearInterval(beat);
      freed.add(id);
      await free(disk, lock, id);
    },
  };
}

/** Removes the owner's file, again and again while the disk refuses: until then other processes see a live owner. */
async function free(disk, lock, id) {
  try {
    await disk.fs.unlink(join(lock, id));
  } catch (error) {
    if (error.code !== "ENOENT") {
      setTimeout(() => free(disk, lock, id), BEAT_MS).unref();
      return;
    }
  }
  freed.delete(id);
  await disk.attempt((fs) => fs.rmdir(lock));
}

async function take(disk, claim, lock, { what, patienceMs }) {
  const start = performance.now();
  const silent = new Map();
  for (let round = 0; ; round += 1) {
    if (await rename(disk, claim, lock)) return;
    const owners = await disk.names(lock);
    let living;
    for (const owner of owners) {
      if (await isGone(disk, lock, owner, silent)) await disk.attempt((fs) => fs.unlink(join(lock, owner)));
      else living = owner;
    }
    if (living === undefined) {
      // Not every system renames onto an empty folder.
      await disk.attempt((fs) => fs.rmdir(lock));
      if (round < 1000) continue;
    }
    if (performance.now() - start > patienceMs) throw locked(what, `process ${pidOf(living) ?? "unknown"} works on it`);
    await delay(PAUSE_MS.least + Math.random() * Math.min(PAUSE_MS.most, 2 + round * 2));
  }
}

/** Whether the claim became the lock. */
async function rename(disk, claim, lock) {
  try {
    await disk.fs.rename(claim, lock);
    return true;
  } catch (error) {
    if (HELD.includes(error.code)) return false;
    // On Windows every rename onto a folder is a lack of permission.
    if (process.platform === "win32" && ["EPERM", "EACCES"].includes(error.code) && (await disk.stat(lock))) return false;
    throw error;
  }
}

async function isGone(disk, lock, owner, silent) {
  if (freed.has(owner)) return true;
  const state = await stateOf(owner);
  if (state !== "unknown") return state === "dead";
  const beat = (await disk.stat(join(lock, owner)))?.mtimeNs;
  const now = performance.now();
  if (silent.get(owner)?.beat !== beat) silent.set(owner, { beat, since: now });
  return now - silent.get(owner).since > SILENCE_MS;
}

/** Removes the claims of processes that died while they waited; of processes whose state is unknown, the old ones. */
export async function sweepClaims(disk, claims) {
  for (const owner of await disk.names(claims)) {
    const claim = join(claims, owner);
    const state = await stateOf(owner);
    if (state === "dead" || (state === "unknown" && (await isOld(disk, claim)))) await disk.discard(claim);
  }
}

async function isOld(disk, path) {
  const stat = await disk.stat(path);
  return stat !== undefined && Date.now() - Number(stat.mtimeMs) > OLD_MS;
}

const locked = (what, why) => draftError("DRAFT_LOCKED", `${what} is locked: ${why}`, { list: what });
