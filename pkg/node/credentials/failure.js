/** The errors of stored credentials. A message names files and positions, never their content. */

import { CREDENTIAL_ERRORS } from "../../core/facts.js";
import { MultiarchError } from "../../core/errors.js";

function failure(code, message, details) {
  return new MultiarchError({ code, message, ...CREDENTIAL_ERRORS[code], details });
}

/**
 * CREDENTIALS_INVALID for a file or variable.
 *
 * @param {string} message
 * @param {{ path?: string, line?: number, column?: number }} [details]
 */
export function invalid(message, details) {
  return failure("CREDENTIALS_INVALID", message, details);
}

/** CREDENTIALS_UNAVAILABLE for a file that cannot be written. */
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
