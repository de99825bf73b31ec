/** The errors of draft stores, and the system's failures in docker's words. */

import { DRAFT_ERRORS } from "../../core/facts.js";
import { MultiarchError } from "../../core/errors.js";

/** Go's messages for Node's error codes. */
const TEXTS = {
  EACCES: "permission denied",
  EDQUOT: "disk quota exceeded",
  EIO: "input/output error",
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  EMFILE: "too many open files",
  ENAMETOOLONG: "file name too long",
  ENFILE: "too many open files in system",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
};
const SHOWN_CALLS = ["open", "read", "write", "mkdir"];
const TOO_LONG = "Docker's folder has one file for each image, and its name holds the whole reference: use a shorter one.";

/** An error of a draft store. @param {Record<string, string | string[]>} [details] */
export function draftError(code, message, details, { hint = DRAFT_ERRORS[code]?.hint, cause } = {}) {
  const { retryable } = DRAFT_ERRORS[code] ?? {};
  return new MultiarchError({ code, message, hint, details, cause, retryable });
}

/** OPTION_INVALID with this message. */
export function optionInvalid(message) {
  return new MultiarchError({ code: "OPTION_INVALID", message });
}

/** DRAFT_CORRUPT for a file: `path` is below the folder of all drafts, `file` in full. */
export function corrupt(message, path, file) {
  const hint = `The draft file ${file} is damaged: remove it, and create the list again.`;
  return draftError("DRAFT_CORRUPT", message, { path }, { hint });
}

/** Runs work whose failures name `path`, the file that docker would name. */
export async function about(path, work) {
  try {
    return await work();
  } catch (error) {
    if (isSystemError(error)) error.shown ??= path;
    throw error;
  }
}

/**
 * DRAFT_UNAVAILABLE for a system error, in docker's words: `open PATH: permission denied`. Other errors stay.
 *
 * @param {unknown} error
 * @param {{ own: string, folder: string }} places failures inside of `own` name `folder`
 */
export function explained(error, { own, folder }) {
  if (!isSystemError(error)) return error;
  const path = error.shown ?? (error.path === undefined || error.path.startsWith(own) ? folder : error.path);
  const call = SHOWN_CALLS.includes(error.syscall) ? error.syscall : "open";
  const text = TEXTS[error.code] ?? error.message.replace(/^\w+: |, .*$/gs, "");
  const hint = error.code === "ENAMETOOLONG" ? TOO_LONG : undefined;
  return draftError("DRAFT_UNAVAILABLE", `${call} ${path}: ${text}`, { path, reason: error.code }, { hint, cause: error });
}

/** Whether the file system raised it: not a MultiarchError, and not a defect. */
export function isSystemError(error) {
  return error instanceof Error && !(error instanceof MultiarchError) && /^E[A-Z0-9]+$/.test(error.code);
}
