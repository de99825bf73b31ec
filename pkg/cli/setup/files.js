/** Reads and replaces files that the user names. */

import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { pid } from "node:process";

import { VIEW_ERRORS } from "../../core/facts.js";
import { MultiarchError } from "../../entry/command.js";
import { LONGEST, joinedShort, readShort } from "../../node/bounded-file.js";

const PAGE = " ".repeat(4096);
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
 * Writes a file by one rename; one that was there keeps its permissions. Rejects with FILE_UNWRITABLE, and with what a stream
 * fails with; the file is as it was then.
 *
 * @param {string} file
 * @param {string | AsyncIterable<Uint8Array>} content
 */
export async function replaceFile(file, content) {
  let place;
  try {
    place = await placeOf(file);
    await writeFile(place.unfinished, content);
    if (place.before) await chmod(place.unfinished, place.before.mode & 0o7777);
    await rename(place.unfinished, place.target);
  } catch (error) {
    if (place) await rm(place.unfinished, { force: true });
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
    const { unfinished } = await placeOf(file);
    // Not an empty file, for which there is room on a full disk.
    await writeFile(unfinished, PAGE).finally(() => rm(unfinished, { force: true }));
  } catch (error) {
    throw error.syscall === undefined ? error : unwritable(file, error);
  }
}

/** Where a file is written: the file behind a link, not the link, by way of another one beside it. */
async function placeOf(file) {
  const target = await realpath(file).catch((error) => {
    if (error.code === "ENOENT") return file;
    throw error;
  });
  const before = await stat(target).catch(() => undefined);
  if (before?.isDirectory()) throw Object.assign(new Error("a directory"), { code: "EISDIR", syscall: "open" });
  return { target, before, unfinished: `${target}.${pid}.unfinished` };
}

function unwritable(file, cause) {
  const message = `cannot write ${file}: ${cause.code}`;
  return new MultiarchError({ code: "FILE_UNWRITABLE", message, ...VIEW_ERRORS.FILE_UNWRITABLE, cause });
}
