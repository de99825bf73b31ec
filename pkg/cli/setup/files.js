/** Reads and replaces files that the user names. */

import { chmod, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { pid } from "node:process";

import { VIEW_ERRORS } from "../../core/facts.js";
import { MultiarchError } from "../../entry/command.js";

const REASONS = { ENOENT: "there is no such file", EISDIR: "it is a directory", ENOTDIR: "it is no folder", EACCES: "permission denied" };

/** @returns {Promise<string>} the file's text; rejects with FILE_UNREADABLE */
export async function readText(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** FILE_UNREADABLE for an error of the file system. */
export function unreadable(file, { code }) {
  const message = `cannot read ${file}: ${REASONS[code] ?? code}`;
  return new MultiarchError({ code: "FILE_UNREADABLE", message, ...VIEW_ERRORS.FILE_UNREADABLE });
}

/** @returns {Promise<string>} the text of a file that may be written back; rejects with FILE_UNREADABLE */
export async function readUtf8(file) {
  let bytes;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  return decoded(bytes, file);
}

/** @returns {Promise<string>} the text of standard input */
export async function readInput(stdin) {
  const chunks = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return decoded(Buffer.concat(chunks), "-");
}

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
  let unfinished;
  try {
    // The file behind a link is replaced, not the link.
    const target = await realpath(file).catch((error) => {
      if (error.code === "ENOENT") return file;
      throw error;
    });
    unfinished = `${target}.${pid}.unfinished`;
    const before = await stat(target).catch(() => undefined);
    await writeFile(unfinished, content);
    if (before) await chmod(unfinished, before.mode & 0o7777);
    await rename(unfinished, target);
  } catch (error) {
    if (unfinished) await rm(unfinished, { force: true });
    if (error.syscall === undefined) throw error;
    const message = `cannot write ${file}: ${error.code}`;
    throw new MultiarchError({ code: "FILE_UNWRITABLE", message, ...VIEW_ERRORS.FILE_UNWRITABLE, cause: error });
  }
}
