/** Reads a file of credentials with a size limit, and writes it atomically. */

import { randomBytes } from "node:crypto";
import { open, readlink, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { MultiarchError } from "../../core/errors.js";

import { readRegular } from "../bounded-file.js";
import { makeFolders } from "../folders.js";
import { invalid, unavailable } from "./failure.js";
import { Members, folded, parseObject, plain } from "./json.js";

/** In bytes: more than a thousand times what docker writes for one registry. */
const LIMIT = 1 << 20;
const ABSENT = ["ENOENT", "ENOTDIR"];
const LINKS = 40;

/** The maps of a file, and its one text, by lower-case name: the spelling in which docker writes them. */
const MAPS = { auths: "auths", credhelpers: "credHelpers" };
const STORE = { credsstore: "credsStore" };

/**
 * The content of docker's config.json or podman's auth.json; empty for a missing or an empty file. Links are followed.
 *
 * @param {string} path
 * @returns {Promise<{ auths?: object, credHelpers?: object, credsStore?: unknown }>} fails with CREDENTIALS_INVALID
 */
export async function readConfig(path) {
  return contentOf(parseObject((await readText(path)) ?? "", path), path);
}

/**
 * The members of a text, those used here under docker's own names; names match in any letter case. Of members that occur
 * twice Go merges maps in their order, and keeps the last of other values.
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

/** The text of the file; undefined when there is none. */
async function readText(path) {
  try {
    const bytes = await readRegular(path, LIMIT);
    if (bytes === undefined) throw invalid(`${path} has more than ${LIMIT} bytes`, { path });
    return bytes.toString("utf8");
  } catch (error) {
    if (ABSENT.includes(error.code)) return undefined;
    if (error instanceof MultiarchError) throw error;
    throw invalid(`${path} cannot be read (${error.code})`, { path });
  }
}

/**
 * Changes the content and writes it as docker does: with tabs, readable by the user only. A link stays, its target is
 * replaced. Concurrent changes wait for each other.
 *
 * @param {string} path
 * @param {(content: object) => object} change returns the new content
 * @returns {Promise<void>} fails with CREDENTIALS_INVALID and CREDENTIALS_UNAVAILABLE; the old file is untouched then
 */
export async function changeConfig(path, change) {
  try {
    const target = await targetOf(path);
    await makeFolders(dirname(target), { mode: 0o700 });
    // Loaded on demand: most commands only read the file.
    const { alone } = await import("../store/alone.js");
    await alone(`${target}.multiarch`, async () => {
      const changed = change(await readConfig(path));
      await replace(target, JSON.stringify(changed, null, "\t"));
    });
  } catch (error) {
    throw error instanceof MultiarchError ? error : unavailable(path, error);
  }
}

async function replace(target, text) {
  const owner = await stat(target).catch(() => undefined);
  const draft = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(text);
      // root leaves the file to its owner.
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

/** Flushes the rename to the disk. Not every system can; the rename holds without it. */
async function syncFolder(path) {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close().catch(() => {});
}

/** The end of a chain of links, which need not exist. */
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
