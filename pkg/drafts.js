/** Docker's file for one image of a draft: what a store on a disk writes and reads. */

import { call } from "./load.js";
import { bytesOf, optionalText, text } from "./values.js";

/** The file's text, byte for byte as docker writes it. Throws OPTION_INVALID, also for what decodeDraft would refuse. */
export function encodeDraft(entry) {
  return call((core) => core.encodeDraft(entry));
}

/**
 * The entry in a file, read by docker's rules. Throws DRAFT_CORRUPT.
 *
 * @param {Uint8Array | string} bytes
 * @param {{ path?: string }} [options] where the file lies, for the error
 */
export function decodeDraft(bytes, { path } = {}) {
  const given = bytesOf(bytes, "decodeDraft(bytes)");
  const where = optionalText(path, "path");
  return call((core) => core.decodeDraft(given, where));
}

/** The file name that docker gives to a reference. Not injective: `a/b:1` and `a_b:1` share one. */
export function draftFileName(reference) {
  const given = text(reference, "draftFileName(reference)");
  return call((core) => core.draftFileName(given));
}
