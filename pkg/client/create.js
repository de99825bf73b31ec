/** The client's call that creates an index from images and indexes. */

import { documentGiven, documentOf } from "../nouns/document.js";
import { optionInvalid } from "../core/errors.js";
import {
  describe, flag, guarded, isNothing, listOf, optionalText, optionalTexts, optionsOf, platformOf, referenceText,
} from "../core/arguments.js";
import { optionalSignal } from "./call-host.js";
import { optionalExpectation } from "./expectation.js";
import { ORDERS, TYPES, choice } from "../lists/build.js";
import { DUPLICATES, entryOf, oneOf, optionalAnnotations } from "../lists/edit.js";

/** The longest descriptor that is laid over another one, in characters. */
const LONGEST_DESCRIPTOR = 1 << 20;

const OPTIONS = {
  type: (value, name) => choice(value, name, TYPES),
  annotations: optionalAnnotations,
  annotate: optionalTexts,
  order: (value, name) => choice(value, name, ORDERS),
  onDuplicate: (value, name) => (isNothing(value) ? undefined : oneOf(value, name, DUPLICATES)),
  platforms: (value, name) => (isNothing(value) ? undefined : listOf(value, name, platformOf)),
  attestations: (value) => value !== false,
  artifactType: optionalText,
  subject: (value, name) => (isNothing(value) ? undefined : entryOf(value, name)),
  append: flag,
  expect: optionalExpectation,
  merge: (value) => value !== false,
  dryRun: flag,
  signal: optionalSignal,
};
const SOURCE = { reference: optionalText, descriptor: descriptorText };

/**
 * Creates an index of the sources under every target.
 *
 * @param {import("multiarch").Client} client
 * @param run makes one call on the core's client
 */
export async function create(client, run, targets, sources, options) {
  const name = "create(targets)";
  const isList = guarded(name, () => Array.isArray(targets));
  const names = isList ? listOf(targets, name, referenceText) : [referenceText(targets, name)];
  const given = listOf(sources, "create(targets, sources)", sourceOf);
  const { append, expect, merge = true, signal, ...wanted } = optionsOf(options, "create", OPTIONS);
  const make = (more) => run(options, async ({ ask, instance }) => {
    const [text, index] = await ask("create", { targets: names, sources: given, options: wanted, ...more });
    const { references, steps, lost } = JSON.parse(text);
    const document = documentOf(index, instance);
    const { mediaType, digest, size } = document;
    const conflicts = lost.map((what) => `left out: ${what}`);
    return { references, descriptor: { mediaType, digest, size }, document, steps, conflicts };
  });
  if (!append && typeof expect !== "string") return make({ expect });
  const { createOver } = await import("./create-over.js");
  return createOver(client, make, { names, sources: given, append, expect, merge, signal, ...wanted });
}

/** A source: a reference, a document, or a reference with a descriptor that is laid over that of its entry. */
function sourceOf(value, name) {
  if (typeof value === "string") return { reference: referenceText(value, name) };
  const { reference, descriptor } = optionsOf(value, name, SOURCE);
  if (reference !== undefined) return { reference, over: descriptor };
  const { bytes, mediaType } = documentGiven(value, name);
  return { bytes, mediaType };
}

function descriptorText(value, name) {
  if (isNothing(value)) return undefined;
  const text = guarded(name, () => JSON.stringify(spelled(value, name)));
  if (typeof text === "string" && text.startsWith("{") && text.length <= LONGEST_DESCRIPTOR) return text;
  throw optionInvalid(`${name} takes an object with members of a descriptor`);
}

/** The members of a platform that documents spell in another way. */
const SPELLED = new Map([["osVersion", "os.version"], ["osFeatures", "os.features"]]);

/** A descriptor as documents write it. What Go writes for a type and a size that are not stated is left out. */
function spelled(given, name) {
  const isUnstated = ([key, one]) => (key === "mediaType" && one === "") || (key === "size" && one === 0);
  const value = Object.fromEntries(Object.entries(given).filter((member) => !isUnstated(member)));
  const platform = value.platform ?? undefined;
  if (platform === undefined) return value;
  if (typeof platform !== "object") throw optionInvalid(`the platform of ${name} takes an object, not ${describe(platform)}`);
  return { ...value, platform: Object.fromEntries(Object.entries(platform).map(([key, one]) => [SPELLED.get(key) ?? key, one])) };
}
