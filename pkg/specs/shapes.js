/** Specifications and locks that a caller hands in, checked and copied. */

import {
  atMost, describe, fieldsOf, flag, guarded, isNothing, listOf, LONGEST_TEXT, optionalText, platformOf, referenceText, text,
} from "../core/arguments.js";
import { optionInvalid } from "../core/errors.js";

export const TYPES = ["oci", "docker"];
const ORDERS = ["given", "platform"];
const DUPLICATES = ["refuse", "replace", "keep"];
/** How many lists one specification has at most. */
const MOST_LISTS = 1000;
/** How many texts a map holds at most; an environment has a few hundred. */
const MOST_TEXTS = 10_000;

/** The longest value of a variable: Linux allows 128 KiB. */
const LONGEST_VALUE = 1 << 18;

/** A map of texts, or nothing. */
export function optionalTextMap(value, name) {
  if (isNothing(value)) return undefined;
  if (typeof value !== "object") throw optionInvalid(`${name} takes an object with texts, not ${describe(value)}`);
  return guarded(name, () => {
    if (Array.isArray(value)) throw optionInvalid(`${name} takes an object with texts, not an array`);
    const pairs = Object.entries(value);
    if (pairs.length > MOST_TEXTS) throw optionInvalid(`${name} has ${pairs.length} texts; at most ${MOST_TEXTS} are read`);
    for (const [key, one] of pairs) {
      atMost(key, LONGEST_TEXT, `a key of ${name}`);
      if (typeof one !== "string") throw optionInvalid(`${key} of ${name} takes a text, not ${describe(one)}`);
      atMost(one, LONGEST_VALUE, `${key} of ${name}`);
    }
    // `__proto__` is a key as any other.
    return Object.fromEntries(pairs);
  });
}

/** One of some words, or nothing. */
export const optionalChoice = (words) => (value, name) => {
  if (isNothing(value)) return undefined;
  if (words.includes(value)) return value;
  throw optionInvalid(`${name} takes ${words.map((word) => `"${word}"`).join(" or ")}`);
};

const optionalPlatform = (value) => platformOf(value) ?? undefined;
const optionalPlatforms = (value, name) => (isNothing(value) ? undefined : listOf(value, name, platformOf));
const optionalFlag = (value) => (isNothing(value) ? undefined : flag(value));

const SOURCE = { reference: referenceText, platform: optionalPlatform, annotations: optionalTextMap };
const LIST = {
  references: (value, name) => listOf(value, name, referenceText),
  sources: (value, name) => listOf(value, name, (one, place) => fieldsOf(one, place, SOURCE)),
  annotations: optionalTextMap,
  platforms: optionalPlatforms,
  attestations: optionalFlag,
  type: optionalChoice(TYPES),
  order: optionalChoice(ORDERS),
  onDuplicate: optionalChoice(DUPLICATES),
  artifactType: optionalText,
  ignoreMissing: optionalFlag,
};
const SPEC = { lists: (value, name) => listOf(value, name, (one, place) => fieldsOf(one, place, LIST), MOST_LISTS) };

const LOCKED_SOURCE = { ...SOURCE, digest: optionalText, missing: optionalFlag };
const LOCKED_LIST = {
  ...LIST,
  sources: (value, name) => listOf(value, name, (one, place) => fieldsOf(one, place, LOCKED_SOURCE)),
  digest: text,
  mediaType: optionalText,
  size: (value) => value,
};
const LOCK = {
  version: (value) => value,
  lists: (value, name) => listOf(value, name, (one, place) => fieldsOf(one, place, LOCKED_LIST), MOST_LISTS),
};

/** A copy of a specification. */
export function specGiven(spec, name) {
  const { lists } = fieldsOf(spec, name, SPEC);
  if (lists.length === 0) throw optionInvalid(`${name} has no lists`);
  for (const [at, { references, sources }] of lists.entries()) {
    if (references.length === 0 || sources.length === 0) throw optionInvalid(`lists[${at}] of ${name} takes references and sources`);
  }
  return lists;
}

/** A copy of a lock, with what is wrong with it. */
export const lockGiven = (lock, name) => fieldsOf(lock, name, LOCK);
