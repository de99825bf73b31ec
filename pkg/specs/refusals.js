/** The errors of specifications and locks. */

import { MultiarchError } from "../core/errors.js";
import { SPEC_ERRORS } from "../core/facts.js";

/** SPEC_INVALID for a place in a file. */
export function specInvalid(message, { file, line, member, ...details }) {
  const place = file === undefined ? `line ${line}` : `${file}:${line}`;
  const facts = { ...(file !== undefined && { file }), line, ...(member && { member }), ...details };
  return new MultiarchError({
    code: "SPEC_INVALID", message: `${place}: ${message}`, ...SPEC_ERRORS.SPEC_INVALID, details: facts,
  });
}

/** LOCK_INVALID: what was given is no lock. */
export function lockInvalid(message, cause) {
  return new MultiarchError({ code: "LOCK_INVALID", message, ...SPEC_ERRORS.LOCK_INVALID, cause });
}

/** LOCK_MISMATCH: a lock and what it is compared with contradict each other. */
export function lockMismatch(message) {
  return new MultiarchError({ code: "LOCK_MISMATCH", message, ...SPEC_ERRORS.LOCK_MISMATCH });
}
