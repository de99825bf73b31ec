/**
 * The operations of an edit, in which entries and selectors may be references: what those stand for is asked of the
 * registry, and what the editor of documents understands takes their place.
 */

import { counted } from "../core/counted.js";
import { MultiarchError, optionInvalid } from "../core/errors.js";
import { inParallel } from "../core/parallel.js";
import { REFERENCE_DIGEST } from "../core/facts.js";
import { referenceText } from "../core/arguments.js";
import { entryOf, hasBytes, selectorOf } from "../lists/edit.js";
import { isAttestation } from "../lists/images.js";
import { documentGiven } from "../nouns/document.js";
import { formatPlatform, normalizePlatform, parsePlatform } from "../nouns/platform.js";
import { parseReference } from "../nouns/reference.js";
import { entriesOf } from "./sources.js";

/** How many references are read at once. */
const AT_ONCE = 8;

/** The documents of the caller, by the entries that were made of them. */
const DOCUMENTS = new WeakMap();

/** What an edit takes for an entry, and for which entry is meant. */
export const EDITS = {
  entry(value, name) {
    if (typeof value === "string") return { reference: referenceText(value, name) };
    const entry = entryOf(value, name);
    // A document of the caller's is pushed, as the entry was made of it.
    if (hasBytes(value, name)) DOCUMENTS.set(entry, documentGiven(value, name));
    return entry;
  },
  selector(value, name) {
    return isReference(value) ? { reference: referenceText(value, name) } : selectorOf(value, name);
  },
};

/**
 * Whether a selector is a reference: it has a digest behind `@`, or begins with a domain. All others are digests and
 * platforms, which have neither.
 */
function isReference(value) {
  return typeof value === "string" && (value.includes("@") || /^(?:[^/]*[.:][^/]*|localhost)\//.test(value));
}

/**
 * @param {import("multiarch").Client} client
 * @param {object[]} operations of an editor that takes {@link EDITS}
 * @param {object} context
 * @param {object} context.base the index that is edited
 * @param {string} context.name its repository
 * @param {(reference: string, options: object) => Promise<object>} [context.read] as `entriesOf` reads a reference
 * @param {(reference: string) => string[]} [context.listed] the digests that a reference stands for without being read
 * @param {string} [context.onDuplicate]
 * @param {boolean} [context.ignoreMissing]
 * @param {AbortSignal} [context.signal]
 */
export async function expanded(client, operations, context) {
  const expansion = new Expansion(client, operations, context);
  await expansion.read();
  expansion.run();
  return expansion;
}

class Expansion {
  /** What each reference stands for. */
  #read = new Map();
  /** The operations for the editor, and for each the position of the one that it was made of. */
  #result = [];
  #origins = [];
  /** The digests that are listed at this point. */
  #known;
  /** The repository that has an added manifest, by its digest. @type {Map<string, string>} */
  sources = new Map();
  /** Documents that the caller added. */
  documents = [];

  constructor(client, operations, { base, name, onDuplicate, ignoreMissing, signal, ...context }) {
    Object.assign(this, { operations, name, onDuplicate, ignoreMissing, options: { signal } });
    const { read = (reference, options) => entriesOf(client, reference, options), listed = () => [] } = context;
    Object.assign(this, { readOne: read, listed });
    this.base = base;
    this.#known = new Set(base.manifests.map(({ digest }) => digest));
  }

  get isOrdered() {
    return this.operations.some(({ name }) => name === "order");
  }

  /** Reads every reference once. */
  async read() {
    const places = this.operations.flatMap(({ entry, selector }) => [entry?.reference, this.#unlisted(selector?.reference)]);
    const references = [...new Set(places.filter((reference) => reference !== undefined))];
    await inParallel(references, AT_ONCE, async (reference) => {
      this.#read.set(reference, await this.readOne(this.#named(reference), this.options));
    });
  }

  /** A reference that has to be read to know what it stands for. */
  #unlisted(reference) {
    return reference === undefined || this.listed(this.#named(reference)).length > 0 ? undefined : reference;
  }

  /** `sha256:…`, `@sha256:…` and `:tag` are of the edited repository. */
  #named(reference) {
    if (/^[@:]/.test(reference)) return `${this.name}${reference}`;
    return /^[a-z0-9+._-]+:[0-9a-f]{32,}$/.test(reference) ? `${this.name}@${reference}` : reference;
  }

  run() {
    this.operations.forEach((operation, at) => {
      for (const one of this.#expand(operation)) {
        this.#result.push(one);
        this.#origins.push(at);
      }
    });
  }

  /** The index after the operations. `edited` makes it; its errors name the caller's operation. */
  apply(edited) {
    try {
      return edited(this.base, this.#result);
    } catch (error) {
      const { code, message, hint, details } = error;
      if (details?.operation === undefined) throw error;
      const operation = this.#origins[details.operation];
      throw new MultiarchError({ code, message, hint, details: { ...details, operation }, cause: error });
    }
  }

  #expand({ selector, ...operation }) {
    switch (operation.name) {
      case "add": return this.#added(operation);
      case "replace": return this.#replaced(this.#one(selector), operation);
      case "subject": return [this.#about(operation)];
      case "remove": return this.#selected(selector).map((one) => ({ ...operation, selector: one, ignoreMissing: this.ignoreMissing }));
      case "setPlatform": case "annotate": return [{ ...operation, selector: this.#one(selector) }];
      default: return [operation];
    }
  }

  #added({ entry, platform, annotations, onDuplicate = this.onDuplicate }) {
    if (!entry.reference) return [{ name: "add", entry: this.#own(entry), platform, annotations, onDuplicate }];
    const found = this.#found(entry.reference);
    if (platform === undefined && annotations === undefined) return found.map((one) => ({ name: "add", ...one, onDuplicate }));
    const images = found.filter((one) => !isAttestation(one.entry));
    if (images.length !== 1) {
      throw optionInvalid(`${entry.reference} has ${counted(images.length, "image")}, and platform and annotations are for one`);
    }
    return found.map((one) => (one === images[0]
      ? { name: "add", entry: one.entry, platform, annotations, onDuplicate }
      : { name: "add", ...one }));
  }

  #replaced(selector, { entry, platform, annotations }) {
    if (!entry.reference) return [{ name: "replace", selector, entry: this.#own(entry), platform, annotations }];
    const found = this.#found(entry.reference);
    const image = this.#chosen(found, entry.reference, platform === undefined ? selector : undefined);
    const about = found.filter((one) => one.entry.annotations?.[REFERENCE_DIGEST] === image.entry.digest);
    const isPlain = platform === undefined && annotations === undefined;
    const first = isPlain ? image : { entry: image.entry, platform, annotations };
    return [{ name: "replace", selector, ...first }, ...about.map((one) => ({ name: "add", ...one }))];
  }

  /** The image of a source that takes the place of an entry: the only one, and of the entry's platform where that was named. */
  #chosen(found, reference, selector) {
    const images = found.filter((one) => !isAttestation(one.entry));
    const wanted = platformKey(selector);
    const fitting = wanted === undefined ? images : images.filter(({ entry }) => platformKey(entry.platform) === wanted);
    if (fitting.length === 1) return fitting[0];
    if (wanted === undefined || fitting.length > 1) {
      throw optionInvalid(`${reference} has ${counted(fitting.length, "image")}, and one takes the place of an entry: name it by its digest`);
    }
    const available = images.filter(({ entry }) => entry.platform).map(({ entry }) => formatPlatform(entry.platform));
    throw new MultiarchError({
      code: "PLATFORM_NOT_FOUND", reference, details: { available },
      message: `${reference} has no image for ${formatPlatform(parsedPlatform(selector))}${available.length > 0 ? `, but for ${available.slice(0, 8).join(", ")}` : ""}`,
      hint: "Name the image that takes the place, or remove the entry and add the other image.",
    });
  }

  #about(operation) {
    const { entry } = operation;
    if (!entry?.reference) return { ...operation, entry: entry && this.#own(entry) };
    const { mediaType, digest, size } = this.#read.get(entry.reference).root;
    return { ...operation, entry: { mediaType, digest, size } };
  }

  /** What a reference adds, with the repository noted that has it. */
  #found(reference) {
    const { from, entries } = this.#read.get(reference);
    return entries.map(({ descriptor, text }) => {
      this.sources.set(descriptor.digest, from);
      this.#known.add(descriptor.digest);
      return { entry: descriptor, text };
    });
  }

  /** An entry that is no reference; a document of the caller's will be pushed. */
  #own(entry) {
    const document = DOCUMENTS.get(entry);
    if (document) this.documents.push(document);
    this.#known.add(entry.digest);
    return entry;
  }

  #one(selector) {
    const [first, ...more] = this.#selected(selector);
    if (more.length === 0) return first;
    throw optionInvalid(`${selector.reference} stands for ${more.length + 1} entries: name one by its digest or platform`);
  }

  /** The entries that a selector means; a reference means what it points at, or else the images that it lists. */
  #selected(selector) {
    if (selector?.reference === undefined) return [selector];
    const listed = this.listed(this.#named(selector.reference));
    if (listed.length > 0) return listed;
    const { root, entries } = this.#read.get(selector.reference);
    if (this.#known.has(root.digest)) return [root.digest];
    const images = entries.map(({ descriptor }) => descriptor).filter((descriptor) => !isAttestation(descriptor));
    const found = images.map(({ digest }) => digest).filter((digest) => this.#known.has(digest));
    // The editor says that it is not there, and what is.
    return found.length > 0 ? found : [root.digest];
  }
}

const parsedPlatform = (platform) => (typeof platform === "string" ? parsePlatform(platform) : platform);

/** A platform in the form in which platforms compare; undefined for a digest and for none. */
function platformKey(platform) {
  if (platform === undefined || (typeof platform === "string" && /^[a-z0-9+._-]+:[0-9a-f]{32,}$/.test(platform))) return undefined;
  return formatPlatform(normalizePlatform(parsedPlatform(platform), { host: { os: "linux", architecture: "" } }));
}
