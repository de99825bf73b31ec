/** What can be wrong with stored credentials. A message names files and positions, never what stands there. */

import { MultiarchError } from "../../index.js";

/**
 * A file or variable that does not hold what it should.
 *
 * @param {string} message
 * @param {{ path?: string, line?: number, column?: number }} [details]
 */
export function invalid(message, details) {
  return new MultiarchError({
    code: "CREDENTIALS_INVALID",
    message,
    hint: "Repair what the message names, or move it away and log in again with `multiarch login`.",
    details,
  });
}

/** A file of credentials that the disk refuses to change. */
export function unavailable(path, { code }) {
  return new MultiarchError({
    code: "CREDENTIALS_UNAVAILABLE",
    message: `${path} cannot be written (${code})`,
    hint: "Check the file of the credentials: its permissions, and the space that is left.",
    details: { path },
  });
}

const HELPER_HINTS = {
  HELPER_INVALID: "A credential helper is named by letters, digits, dots, dashes and underscores, without its path.",
  HELPER_MISSING: "Install the credential helper, or take its name out of the file that names it.",
  HELPER_FAILED: "Run the credential helper by hand to see what it says: all of its output may hold secrets, so at most a line is shown.",
  HELPER_TIMEOUT: "The credential helper may wait for a keychain to be unlocked: unlock it, and try again.",
};

/** A credential helper that is no help. */
export function helperFailure(code, message, helper) {
  const retryable = code === "HELPER_TIMEOUT";
  return new MultiarchError({ code, message, hint: HELPER_HINTS[code], retryable, details: { helper } });
}
