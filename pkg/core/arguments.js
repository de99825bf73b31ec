/**
 * What callers hand in, checked and copied before it crosses into the core.
 *
 * The core shares one instance among all calls, and an exception that passes through it ends them all. So nothing of a
 * caller's crosses: not an object (its getters may throw), not a proxy (it may be revoked), not a view (its buffer may be
 * transferred), and no text that is larger than the core's memory. A shape is a function `(value, name) => copy`; it
 * throws a MultiarchError that names the argument, whatever the value does.
 */

import { MultiarchError, isOurs, optionInvalid } from "./errors.js";
import { DRAFT_BYTES, INDEX_ENTRIES } from "./facts.js";

const encoder = new TextEncoder();

/** The longest text that crosses, in UTF-16 units, where a shape states no other: far above any name. */
export const LONGEST_TEXT = 1 << 16;

/** Work on a caller's value. What it throws, by a getter or a proxy, becomes OPTION_INVALID under the value's name. */
export function guarded(name, work) {
  try {
    return work();
  } catch (cause) {
    if (isOurs(cause)) throw cause;
    throw new MultiarchError({ code: "OPTION_INVALID", message: `${name} cannot be read`, cause });
  }
}

/** A text, as it is. @param {string} name what to call it @param {string} [code] of the error for one that is too long */
export function text(value, name, code = "OPTION_INVALID") {
  if (typeof value !== "string") throw optionInvalid(`${name} takes a text, not ${describe(value)}`);
  return atMost(value, LONGEST_TEXT, name, code);
}

export const optionalText = (value, name, code) => (isNothing(value) ? undefined : text(value, name, code));

/** A reference; what is too long is none. */
export const referenceText = (value, name) => text(value, name, "REFERENCE_INVALID");

/** A digest; what is too long is none. */
export const digestText = (value, name) => text(value, name, "DIGEST_INVALID");

export const optionalDigest = (value, name) => (isNothing(value) ? undefined : digestText(value, name));

/** The text, unless it has more than `most` UTF-16 units. */
export function atMost(value, most, name, code = "OPTION_INVALID") {
  if (value.length <= most) return value;
  const [found, read] = [value.length, most].map((length) => length.toLocaleString("en"));
  throw new MultiarchError({ code, message: `${name} has ${found} characters; at most ${read} are read` });
}

/** Bytes of a text (as UTF-8) or of any view or buffer, without a copy where there is one already. */
export function bytesOf(value, name) {
  if (typeof value === "string") return encoder.encode(value);
  return guarded(name, () => {
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
    throw optionInvalid(`${name} takes bytes or a text, not ${describe(value)}`);
  });
}

/** A copy of bytes: no other code can change them, transfer them, or share them with another thread. */
export function ownBytes(value, name) {
  const bytes = bytesOf(value, name);
  // What is larger than all that is read is refused by its length alone.
  return typeof value === "string" || bytes.length > DRAFT_BYTES ? bytes : guarded(name, () => bytes.slice());
}

/** The length of bytes, and a way to copy a part of them; for what is too large to be copied whole. */
export function partsOf(view, name) {
  const bytes = bytesOf(view, name);
  return { length: bytes.length, part: (from, to) => guarded(name, () => bytes.slice(from, to)) };
}

/** A list, each of its items by `shape`. */
export function listOf(value, name, shape, most = INDEX_ENTRIES) {
  return guarded(name, () => {
    if (!Array.isArray(value)) throw optionInvalid(`${name} takes a list, not ${describe(value)}`);
    const { length } = value;
    if (!(length <= most)) throw optionInvalid(`${name} has ${length} items; at most ${most} are read`);
    return Array.from({ length }, (_, at) => shape(value[at], `${name}[${at}]`));
  });
}

/** A list of texts. */
export const textsOf = (value, name) => listOf(value, name, text);

export const optionalTexts = (value, name) => (isNothing(value) ? undefined : textsOf(value, name));

/** A field of a caller's object. */
function fieldOf(value, key, name) {
  try {
    return value[key];
  } catch (cause) {
    return guarded(`${key} of ${name}`, () => {
      throw cause;
    });
  }
}

/** The fields of an object, each read once and by its shape. Absent ones are left out. */
export function fieldsOf(value, name, shapes) {
  if (typeof value !== "object" || value === null) throw optionInvalid(`${name} takes an object, not ${describe(value)}`);
  const fields = {};
  for (const key in shapes) {
    const found = shapes[key](fieldOf(value, key, name), key);
    if (found !== undefined) fields[key] = found;
  }
  return fields;
}

/** The fields of an object with options, or of none. */
export function optionsOf(value, name, shapes) {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null) return fieldsOf(value, name, shapes);
  throw optionInvalid(`the options of ${name} are an object, not ${describe(value)}`);
}

const PLATFORM = {
  os: optionalText, architecture: optionalText, variant: optionalText, osVersion: optionalText, osFeatures: optionalTexts,
};

/** A platform as a text or as plain fields, or nothing. */
export function platformOf(value) {
  if (isNothing(value)) return value;
  if (typeof value === "string") return atMost(value, LONGEST_TEXT, "a platform", "PLATFORM_INVALID");
  if (typeof value === "object") return fieldsOf(value, "the platform", PLATFORM);
  const message = "a platform is a text or an object with os and architecture";
  throw new MultiarchError({ code: "PLATFORM_INVALID", message });
}

/** A function, or nothing. */
export function optionalFunction(value, name) {
  if (value === undefined || typeof value === "function") return value;
  throw optionInvalid(`${name} takes a function`);
}

/** A URL as an absolute one, or nothing: a page may name it relative to itself. */
export function optionalUrl(value, name) {
  if (value === undefined) return undefined;
  const given = text(guarded(name, () => String(value)), name);
  const base = globalThis.location?.href;
  if (!URL.canParse(given, base)) throw optionInvalid(`${name} takes an absolute URL, not ${given.slice(0, 100)}`);
  return new URL(given, base).href;
}

/** A size in bytes, or nothing. */
export function optionalSize(value, name) {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw optionInvalid(`${name} is a whole number of bytes`);
}

/** A number above 0, or nothing. */
export function optionalNumber(value, name) {
  if (value === undefined || (typeof value === "number" && value > 0)) return value;
  throw optionInvalid(`${name} takes a number above 0`);
}

/** Whether a switch is on. */
export const flag = (value) => Boolean(value);

/** A value that does not cross, as it is. */
export const asIs = (value) => value;

export const isNothing = (value) => value === undefined || value === null;

/** What a value is, in a word. */
export function describe(value) {
  if (value === null) return "null";
  try {
    return Array.isArray(value) ? "an array" : typeof value;
  } catch {
    return "a revoked proxy";
  }
}
