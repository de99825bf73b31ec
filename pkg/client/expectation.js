/** What a tag is expected to point at. */

import { digestText } from "../core/arguments.js";
import { optionInvalid } from "../core/errors.js";

/** A digest, null for no such tag, or undefined for anything; a shape as those of `core/arguments.js`. */
export function optionalExpectation(value, name) {
  if (value === undefined || value === null) return value;
  if (typeof value === "string") return digestText(value, name);
  throw optionInvalid("expect takes a digest, or null for a tag that must not exist");
}
