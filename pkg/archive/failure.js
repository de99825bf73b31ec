/** The errors of archives that JavaScript raises: code and message, with the hint of the code where there is no better one. */

import { MultiarchError } from "../core/errors.js";
import { ARCHIVE_ERRORS } from "../core/facts.js";

/**
 * @param {string} code
 * @param {string} message
 * @param {{ hint?: string, details?: object, cause?: unknown }} [more]
 */
export const failure = (code, message, more) => new MultiarchError({ code, message, ...ARCHIVE_ERRORS[code], ...more });
