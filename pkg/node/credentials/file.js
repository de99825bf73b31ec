/** A file of credentials on the disk: read with a limit, written so that it is there whole or not at all. */

import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import fs, { mkdir, open, readlink, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { MultiarchError } from "../../index.js";

import { invalid, unavailable } from "./failure.js";
import { Members, folded, parseObject, plain } from "./json.js";

/** More than a thousand times what docker writes for one registry. */
const LIMIT = 1 << 20;
const ABSENT = ["ENOENT", "ENOTDIR"];
const LINKS = 40;
const ROUNDS = 1000;

/** The maps of a file, and its text, by their names in lower case: the names by which docker writes them. */
const MAPS = { auths: "auths", credhelpers: "credHelpers" };
const STORE = { credsstore: "credsStore" };

/**
 * The content of docker's config.json or podman's auth.json; empty without the file, which a link may point to, and of one
 * that is empty.
 *
 * @param {string} path
 * @returns {Promise<{ auths?: object, credHelpers?: object, credsStore?: unknown }>} fails with CREDENTIALS_INVALID
 */
export async function readConfig(path) {
  return contentOf(parseObject((await readText(path)) ?? "", path), path);
}

/**
 * What a text says, with docker's own names for what counts here, in whatever letters it has them. Of members that come
 * twice Go takes both where they are maps, one after the other, else the last.
 *
 * @param {import("./json.js").Members} members
 * @param {string} name of the file or variable, for messages
 * @returns {{ auths?: object, credHelpers?: object, credsStore?: unknown }}
 */
export function contentOf({ list }, name) {
  const content = new Map();
  for (const [key, value] of list) {
    const field = folded(key);
    const map = Object.hasOwn(MAPS, field) ? MAPS[field] : undefined;
    if (map) {
      if (value !== null && !(value instanceof Members)) throw invalid(`"${map}" in ${name} is not an object`, { path: name });
      content.set(map, value && { ...content.get(map), ...plain(value) });
    } else if (Object.hasOwn(STORE, field)) {
      if (value !== null || !content.has(STORE[field])) content.set(STORE[field], plain(value));
    } else content.set(key, plain(value));
  }
  return Object.fromEntries(content);
}

/** Undefined when there is no file. */
async function readText(path) {
  try {
    // A pipe in its place would keep the call waiting for a writer.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await file.stat();
      if (!found.isFile()) throw Object.assign(new Error(), { code: found.isDirectory() ? "EISDIR" : "ENOTSUP" });
      if (found.size > LIMIT) throw invalid(`${path} has more than ${LIMIT} bytes`, { path });
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (ABSENT.includes(error.code)) return undefined;
    if (error instanceof MultiarchError) throw error;
    throw invalid(`${path} cannot be read (${error.code})`, { path });
  }
}

/**
 * Changes the content and writes it as docker does, with tabs; for the user's eyes only. A link stays, what it points to is
 * replaced. Changes at the same time wait for each other.
 *
 * @param {string} path
 * @param {(content: object) => object} change gives the new content
 * @returns {Promise<void>} fails with CREDENTIALS_INVALID and CREDENTIALS_UNAVAILABLE; the old file is untouched then
 */
export async function changeConfig(path, change) {
  try {
    const target = await targetOf(path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await alone(`${target}.multiarch`, async () => {
      const changed = change(await readConfig(path));
      await replace(target, JSON.stringify(changed, null, "\t"));
    });
  } catch (error) {
    throw error instanceof MultiarchError ? error : unavailable(path, error);
  }
}

/** Runs the work while nobody else holds the lock, which is kept in a folder that is there for as long as it is needed. */
async function alone(folder, work) {
  const [claims, locks] = [join(folder, "claims"), join(folder, "locks")];
  const lock = await lockIn(folder, { claims, locks, name: "lock", what: "the file" });
  try {
    await work();
  } finally {
    await lock.release();
    await removeEmpty([claims, locks, folder]);
  }
}

/** Whoever waits for the lock keeps a claim among the claims, and then all of it stays. */
async function removeEmpty(folders) {
  try {
    for (const folder of folders) await rmdir(folder);
  } catch {
    // Whoever is the last one removes them.
  }
}

/** The lock of draft lists serves here too: two who break a dead process's at once do not both get it. */
async function lockIn(folder, options) {
  const [{ Disk }, { acquire, sweepClaims }] = await Promise.all([import("../store/disk.js"), import("../store/lock.js")]);
  const disk = new Disk(fs);
  for (let round = 1; ; round += 1) {
    try {
      await disk.ensureFolder(folder);
      await sweepClaims(disk, options.claims);
      return await acquire(disk, options);
    } catch (error) {
      if (error.code === "DRAFT_LOCKED") throw Object.assign(new Error("another process has it"), { code: "EBUSY" });
      // Whoever was done has just removed the folder.
      if (error.code !== "ENOENT" || round === ROUNDS) throw error;
    }
  }
}

async function replace(target, text) {
  const owner = await stat(target).catch(() => undefined);
  const draft = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(text);
      // Whoever runs this with more rights than the user leaves the file to the user.
      if (owner && process.getuid?.() === 0) await file.chown(owner.uid, owner.gid);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Makes the rename last. Not every system can, and none undoes it. */
async function syncFolder(path) {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close().catch(() => {});
}

/** Where a chain of links ends, whether something is there or not. */
async function targetOf(path) {
  let target = path;
  for (let links = 0; links < LINKS; links += 1) {
    let next;
    try {
      next = await readlink(target);
    } catch (error) {
      if (error.code === "EINVAL" || ABSENT.includes(error.code)) return target;
      throw error;
    }
    target = resolve(dirname(target), next);
  }
  throw Object.assign(new Error("too many links"), { code: "ELOOP" });
}
