/** Docker's file for one image of a draft: what a store on a disk writes and reads. */

import { optionInvalid } from "../core/errors.js";
import { MANIFEST_BYTES } from "../core/facts.js";
import { call } from "../core/load.js";
import {
  atMost, describe, fieldsOf, guarded, isNothing, listOf, optionalText, optionalTexts, optionsOf, ownBytes, platformOf,
  text,
} from "../core/arguments.js";

/** The longest text of an entry: as large as a manifest may be. */
export const LONGEST = MANIFEST_BYTES;
/** How much the entries of one list may hold together, in bytes and characters: 10,000 manifests of 25 KiB. */
const LARGEST_LIST = 1 << 28;

/** The shapes of a descriptor's fields. */
export const DESCRIPTOR = {
  mediaType: optionalText,
  digest: optionalText,
  size: (value) => (typeof value === "number" ? value : undefined),
  urls: optionalTexts,
  annotations: annotationsOf,
  data: longText,
  platform: platformOf,
  artifactType: optionalText,
};
const ENTRY = {
  ref: optionalText,
  descriptor: (value, name) => (isNothing(value) ? undefined : fieldsOf(value, name, DESCRIPTOR)),
  raw: rawOf,
  manifest: longText,
  listing: (value, name) => (isNothing(value) ? undefined : fieldsOf(value, name, LISTING)),
};
const SOURCE = { ref: optionalText, digest: optionalText, annotations: annotationsOf };
const LISTING = {
  entry: longText,
  sources: (value, name) => listOf(value, name, (source, at) => fieldsOf(source, at, SOURCE)),
};

/** An entry of a draft, copied; what it lacks is for the core to judge. */
export const entryOf = (value, name) => fieldsOf(value, name, ENTRY);

/** The entries of a draft, copied. */
export function entriesOf(value, name) {
  let left = LARGEST_LIST;
  return listOf(value, name, (item, at) => {
    const entry = entryOf(item, at);
    left -= (entry.raw?.length ?? 0) + (entry.manifest?.length ?? 0) + (entry.listing?.entry?.length ?? 0);
    if (left < 0) throw optionInvalid(`${name} has more than ${LARGEST_LIST >> 20} MiB`);
    return entry;
  });
}

function longText(value, name) {
  if (isNothing(value)) return undefined;
  return typeof value === "string" ? atMost(value, LONGEST, name) : text(value, name);
}

function rawOf(value, name) {
  if (isNothing(value)) return undefined;
  if (!ArrayBuffer.isView(value)) throw optionInvalid(`the ${name} manifest of an entry is bytes, not ${describe(value)}`);
  const bytes = ownBytes(value, name);
  if (bytes.length > LONGEST) throw optionInvalid(`the ${name} manifest of an entry has more than ${LONGEST >> 20} MiB`);
  return bytes;
}

/** Annotations; what is no text is left out. */
function annotationsOf(value, name) {
  if (typeof value !== "object" || value === null) return undefined;
  return guarded(name, () => {
    const pairs = Object.entries(value).filter(([, one]) => typeof one === "string");
    let left = LONGEST;
    for (const [key, one] of pairs) left -= key.length + one.length;
    if (left < 0) throw optionInvalid(`${name} has more than ${LONGEST >> 20} MiB`);
    // `__proto__` is a key as any other.
    return Object.fromEntries(pairs);
  });
}

/** The file's text, byte for byte as docker writes it. Throws OPTION_INVALID, also for what decodeDraft would refuse. */
export function encodeDraft(entry) {
  const given = entryOf(entry, "encodeDraft(entry)");
  return call((core) => core.encodeDraft(given));
}

/**
 * The entry in a file, read by docker's rules. Throws DRAFT_CORRUPT.
 *
 * @param {Uint8Array | string} bytes
 * @param {{ path?: string }} [options] where the file lies, for the error
 */
export function decodeDraft(bytes, options) {
  const { path } = optionsOf(options, "decodeDraft", { path: optionalText });
  const given = ownBytes(bytes, "decodeDraft(bytes)");
  return call((core) => core.decodeDraft(given, path));
}

/** The file name that docker gives to a reference. Not injective: `a/b:1` and `a_b:1` share one. */
export function draftFileName(reference) {
  return text(reference, "draftFileName(reference)").replace(/[:/]/g, (mark) => (mark === ":" ? "-" : "_"));
}
