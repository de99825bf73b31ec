/** Indexes that are edited: operations are checked and collected here, and applied by the core in one call. */

import { coreDocument, documentGiven, documentOf, parseManifest } from "../nouns/document.js";
import { DESCRIPTOR, LONGEST } from "./drafts.js";
import { MultiarchError, optionInvalid } from "../core/errors.js";
import { OCI_INDEX } from "../core/facts.js";
import { call } from "../core/load.js";
import {
  LONGEST_TEXT, atMost, describe, fieldsOf, guarded, isNothing, optionalText, optionsOf, platformOf, text,
} from "../core/arguments.js";

/** How many characters the operations of one index may have together: several times what an index may. */
const LARGEST = 1 << 26;
export const DUPLICATES = ["refuse", "replace", "keep"];

const ENTRY = { ...DESCRIPTOR, annotations: optionalAnnotations, problem: optionalText };
const PLACED = { platform: (value) => platformOf(value) ?? undefined, annotations: optionalAnnotations };
const ADDED = { ...PLACED, onDuplicate: optionalDuplicate };

/** What an editor of documents takes for an entry, and for which entry is meant. */
const PLAIN = { entry: entryOf, selector: selectorOf };

/** An index under change; see `editIndex`. */
export class IndexEditor {
  #from;
  #takes;
  #operations = [];
  #left = LARGEST;

  /** @param from a document, or `{ mediaType }` @param takes what stands for an entry, and says which is meant */
  constructor(from, takes = PLAIN) {
    this.#from = from;
    this.#takes = takes;
  }

  /** What was asked for, in order. */
  static operations(editor) {
    return editor.#operations;
  }

  add(entry, options) {
    return this.#then("add", { entry: this.#takes.entry(entry, "add(entry)"), ...optionsOf(options, "add", ADDED) });
  }

  replace(selector, entry, options) {
    return this.#then("replace", {
      selector: this.#takes.selector(selector, "replace(selector)"),
      entry: this.#takes.entry(entry, "replace(selector, entry)"),
      ...optionsOf(options, "replace", PLACED),
    });
  }

  remove(selector) {
    return this.#then("remove", { selector: this.#takes.selector(selector, "remove(selector)") });
  }

  setPlatform(selector, platform) {
    const selected = this.#takes.selector(selector, "setPlatform(selector)");
    const name = "setPlatform(selector, platform)";
    if (typeof platform !== "object" || platform === null) throw optionInvalid(`${name} takes an object, not ${describe(platform)}`);
    return this.#then("setPlatform", { selector: selected, platform: platformOf(platform) });
  }

  annotate(target, annotations) {
    return this.#then("annotate", {
      selector: target === "index" ? target : this.#takes.selector(target, "annotate(target)"),
      annotations: annotationsOf(annotations, "annotate(target, annotations)", true),
    });
  }

  order(by) {
    oneOf(by, "order(by)", ["platform"]);
    return this.#then("order", {});
  }

  subject(descriptor) {
    return this.#then("subject", { entry: descriptor === null ? null : this.#takes.entry(descriptor, "subject(descriptor)") });
  }

  artifactType(type) {
    return this.#then("artifactType", { artifactType: type === null ? null : text(type, "artifactType(type)") });
  }

  convert(mediaType) {
    return this.#then("convert", { mediaType: text(mediaType, "convert(mediaType)") });
  }

  build() {
    return edited(this.#from, this.#operations);
  }

  #then(name, fields) {
    const operation = { name, ...fields };
    const { length } = JSON.stringify(operation);
    if (length > this.#left) throw optionInvalid(`the operations of an index have more than ${LARGEST >> 20} Mi characters`);
    this.#left -= length;
    this.#operations.push(operation);
    return this;
  }
}

/** The index after the operations: of a document, or of an empty one of a type. */
export function edited(from, operations) {
  return call((core, instance) => {
    const made = from.bytes
      ? coreDocument(from, core, instance).edited(operations)
      : core.Document.created(from.mediaType, operations);
    return documentOf(made, instance);
  });
}

/**
 * `theirs` with the changes that lead from `base` to `ours`. Throws UPDATE_CONFLICT where `theirs` is changed in the same
 * places; a lost member, and the other errors of the editor, as `build` does.
 */
export function mergedIndex(base, ours, theirs, { byPlatform = false } = {}) {
  const part = ({ bytes, mediaType }) => ({ bytes, mediaType });
  const merge = { name: "merge", base: part(base), ours: part(ours) };
  return edited(theirs, byPlatform ? [merge, { name: "order" }] : [merge]);
}

/** An OCI index without entries. */
export const emptyIndex = () => editIndex({ mediaType: OCI_INDEX }).build();

/** Edits an index, or an empty one of a type: its own text stays wherever nothing changes. */
export function editIndex(from) {
  const name = "editIndex(from)";
  if (from === undefined) return new IndexEditor({ mediaType: OCI_INDEX });
  if (hasBytes(from, name)) return new IndexEditor(documentGiven(from, name));
  return new IndexEditor(fieldsOf(from, name, { mediaType: (value) => text(value, `mediaType of ${name}`) }));
}

export const hasBytes = (value, name) => guarded(name, () => ArrayBuffer.isView(value?.bytes));

/** A descriptor, or that of a document; a shape as those of `core/arguments.js`. */
export function entryOf(value, name) {
  if (hasBytes(value, name)) return documentEntry(documentGiven(value, name), value);
  const { problem, ...entry } = fieldsOf(value, name, ENTRY);
  const wrong = ["mediaType", "digest"].find((key) => entry[key] === undefined);
  if (problem !== undefined) throw descriptorInvalid(`${name} cannot be used: ${problem}`);
  if (wrong) throw descriptorInvalid(`${name} has no ${wrong}`);
  if (!(Number.isSafeInteger(entry.size) && entry.size >= 0)) throw descriptorInvalid(`the size of ${name} is a whole number of bytes`);
  return entry;
}

/** What an index says of a document. One that is not ours says nothing that counts but its bytes. */
function documentEntry(given, value) {
  const document = given === value ? given : parseManifest(given.bytes, { mediaType: given.mediaType, digest: given.digest });
  const { mediaType, digest, size, artifactType } = document;
  return { mediaType, digest, size, ...(artifactType !== undefined && { artifactType }) };
}

const descriptorInvalid = (message) => new MultiarchError({ code: "DESCRIPTOR_INVALID", message });

/** A digest or a platform. */
export function selectorOf(value, name) {
  if (isNothing(value)) throw optionInvalid(`${name} takes a digest or a platform, not ${describe(value)}`);
  return platformOf(value);
}

/** What happens to a second image of a platform, or nothing. */
export function optionalDuplicate(value, name) {
  return isNothing(value) ? undefined : oneOf(value, name, DUPLICATES);
}

export function oneOf(value, name, known) {
  if (known.includes(value)) return value;
  throw optionInvalid(`${name} takes ${known.map((one) => `"${one}"`).join(", ")}`);
}

export function optionalAnnotations(value, name) {
  return isNothing(value) ? undefined : annotationsOf(value, name, false);
}

/** Annotations: texts, or null where one may be taken away. */
function annotationsOf(value, name, mayRemove) {
  if (typeof value !== "object" || value === null) throw optionInvalid(`${name} takes an object, not ${describe(value)}`);
  return guarded(name, () => {
    if (Array.isArray(value)) throw optionInvalid(`${name} takes an object, not an array`);
    const pairs = Object.entries(value);
    let left = LONGEST;
    for (const [key, one] of pairs) {
      atMost(key, LONGEST_TEXT, `a key of ${name}`);
      if (typeof one !== "string" && !(mayRemove && one === null)) throw optionInvalid(`${name} takes texts, not ${describe(one)}`);
      left -= key.length + (one ?? "").length;
    }
    if (left < 0) throw optionInvalid(`${name} has more than ${LONGEST >> 20} MiB`);
    // `__proto__` is a key as any other.
    return Object.fromEntries(pairs);
  });
}
