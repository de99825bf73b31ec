/** Reads files that the user names. */

import { readFile } from "node:fs/promises";

import { VIEW_ERRORS } from "../../core/facts.js";
import { MultiarchError } from "../../entry/command.js";

const REASONS = { ENOENT: "there is no such file", EISDIR: "it is a directory", EACCES: "permission denied" };

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
