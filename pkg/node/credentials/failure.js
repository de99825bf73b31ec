/** What can be wrong with stored credentials. A message names files and positions, never what stands there. */

import { CREDENTIAL_ERRORS } from "../../core/facts.js";
import { MultiarchError } from "../../index.js";

function failure(code, message, details) {
  return new MultiarchError({ code, message, ...CREDENTIAL_ERRORS[code], details });
}

/**
 * A file or variable that does not hold what it should.
 *
 * @param {string} message
 * @param {{ path?: string, line?: number, column?: number }} [details]
 */
export function invalid(message, details) {
  return failure("CREDENTIALS_INVALID", message, details);
}

/** A file of credentials that the disk refuses to change. */
export function unavailable(path, { code }) {
  return failure("CREDENTIALS_UNAVAILABLE", `${path} cannot be written (${code})`, { path });
}

/**
 * A credential helper that gives no credentials.
 *
 * @param {"HELPER_INVALID" | "HELPER_MISSING" | "HELPER_FAILED" | "HELPER_TIMEOUT"} code
 */
export function helperFailure(code, message, helper) {
  return failure(code, message, { helper });
}
