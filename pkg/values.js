/** Arguments as callers write them, checked before they cross into the core. */

import { optionInvalid } from "./errors.js";

const encoder = new TextEncoder();

/** A text, as it is. @param {string} name what to call it when it is none */
export function text(value, name) {
  if (typeof value === "string") return value;
  throw optionInvalid(`${name} takes a text, not ${describe(value)}`);
}

export function optionalText(value, name) {
  return value === undefined || value === null ? undefined : text(value, name);
}

/** Bytes of a text (as UTF-8) or of any view or buffer, without a copy where there is one already. */
export function bytesOf(value, name) {
  if (typeof value === "string") return encoder.encode(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw optionInvalid(`${name} takes bytes or a text, not ${describe(value)}`);
}

/** A list as a plain array; anything else as it is, for the core to judge. */
export function plainList(value) {
  return Array.isArray(value) ? Array.from(value) : value;
}

/**
 * A platform as a text or as plain fields: getters and proxies run on this side, where their errors are the caller's.
 * Anything else as it is, for the core to judge.
 */
export function platformOf(value) {
  if (typeof value !== "object" || value === null) return value;
  const { os, architecture, variant, osVersion, osFeatures } = value;
  return { os, architecture, variant, osVersion, osFeatures: plainList(osFeatures) };
}

/** An object with options, or none. */
export function optionsOf(value, name) {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null) return value;
  throw optionInvalid(`the options of ${name} are an object, not ${describe(value)}`);
}

function describe(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `${typeof value}`;
}
