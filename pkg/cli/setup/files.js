/** Reads and replaces files that the user names. */

import { randomBytes } from "node:crypto";
import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";

import { VIEW_ERRORS } from "../../core/facts.js";
import { MultiarchError } from "../../entry/command.js";
import { LONGEST, joinedShort, readShort } from "../../node/bounded-file.js";

const PAGE = " ".repeat(4096);
/** The names of what this process has open. */
const OWN = /^\/dev\/(?:stdout|stderr|fd\/\d+)$|^\/proc\/(?:self|\d+)\/fd\/\d+$/;
const REASONS = { ENOENT: "there is no such file", EISDIR: "it is a directory", ENOTDIR: "it is no folder", EACCES: "permission denied" };

/** @returns {Promise<string>} the file's text; rejects with FILE_UNREADABLE */
export const readText = async (file) => (await readBytes(file)).toString("utf8");

/** @returns {Promise<Buffer>} what the file holds; rejects with FILE_UNREADABLE, also for one that has no end */
export async function readBytes(file) {
  try {
    return (await readShort(file)) ?? tooLong(file);
  } catch (error) {
    throw error.syscall ? unreadable(file, error) : error;
  }
}

function tooLong(file) {
  const message = `cannot read ${file}: it has more than ${LONGEST} bytes`;
  throw new MultiarchError({ code: "FILE_UNREADABLE", message, hint: "Name the text or document itself: none is so long." });
}

/** FILE_UNREADABLE for an error of the file system. */
export function unreadable(file, { code }) {
  const message = `cannot read ${file}: ${REASONS[code] ?? code}`;
  return new MultiarchError({ code: "FILE_UNREADABLE", message, ...VIEW_ERRORS.FILE_UNREADABLE });
}

/** @returns {Promise<string>} the text of a file that may be written back; rejects with FILE_UNREADABLE */
export const readUtf8 = async (file) => decoded(await readBytes(file), file);

/** @returns {Promise<string>} the text of standard input; rejects with FILE_UNREADABLE */
export const readInput = async (stdin) => decoded(await inputBytes(stdin), "-");

/** @returns {Promise<Buffer>} what standard input holds; rejects with FILE_UNREADABLE */
export const inputBytes = async (stdin) => (await joinedShort(stdin)) ?? tooLong("-");

/** Bytes that are not UTF-8 are refused: they would not be written back unchanged. */
function decoded(bytes, file) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const message = `cannot read ${file}: it is not UTF-8`;
    throw new MultiarchError({ code: "FILE_UNREADABLE", message, hint: "Give text files only.", cause });
  }
}

/**
 * Writes a file by one rename; one that was there keeps its permissions. A device or a pipe (`/dev/stdout`) is written to and
 * stays what it is. Rejects with FILE_UNWRITABLE, and with what a stream fails with; the file is as it was then.
 *
 * @param {string} file
 * @param {string | AsyncIterable<Uint8Array>} content
 */
export async function replaceFile(file, content) {
  let place;
  try {
    place = await placeOf(file);
    if (place.isOpen) return await writeFile(file, content, { flag: "a" });
    await writeFile(place.unfinished, content, { flag: "wx" });
    if (place.before) await chmod(place.unfinished, place.before.mode & 0o7777);
    await rename(place.unfinished, place.target);
  } catch (error) {
    if (place?.unfinished) await rm(place.unfinished, { force: true });
    throw error.syscall === undefined ? error : unwritable(file, error);
  }
}

/**
 * Refuses a file that `replaceFile` could not write, before work is done of which it is to hold the result. Rejects with
 * FILE_UNWRITABLE; nothing is left behind.
 *
 * @param {string} file
 */
export async function refuseUnwritable(file) {
  try {
    const { isOpen, unfinished } = await placeOf(file);
    if (isOpen) return;
    // Not an empty file, for which there is room on a full disk.
    await writeFile(unfinished, PAGE, { flag: "wx" }).finally(() => rm(unfinished, { force: true }));
  } catch (error) {
    throw error.syscall === undefined ? error : unwritable(file, error);
  }
}

/**
 * Where a file is written: the file behind a link, not the link, by way of another one beside it. Not so what is open already,
 * which the caller of the program reads from: a pipe, a device, or one of this process's own files.
 */
async function placeOf(file) {
  const named = await stat(file).catch(() => undefined);
  const isOwn = OWN.test(resolve(file));
  if (named && !named.isDirectory() && (isOwn || !named.isFile())) return { isOpen: true };
  const target = await realpath(file).catch((error) => {
    if (error.code === "ENOENT") return file;
    throw error;
  });
  const before = await stat(target).catch(() => undefined);
  if (before?.isDirectory()) throw Object.assign(new Error("a directory"), { code: "EISDIR", syscall: "open" });
  return { target, before, unfinished: `${target}.${randomBytes(6).toString("hex")}.unfinished` };
}

function unwritable(file, cause) {
  const message = `cannot write ${file}: ${cause.code}`;
  return new MultiarchError({ code: "FILE_UNWRITABLE", message, ...VIEW_ERRORS.FILE_UNWRITABLE, cause });
}
