/** Documents: the exact bytes first, a view of them second. */

import { optionInvalid } from "../core/errors.js";
import { MANIFEST_BYTES, POLICIES } from "../core/facts.js";
import { call, environment } from "../core/load.js";
import { fieldsOf, optionalDigest, optionalText, optionsOf, ownBytes, platformOf } from "../core/arguments.js";
import { digest as digestOf } from "./digest.js";

const DECLARED = { mediaType: optionalText, digest: optionalDigest };
const POLICY = { policy: optionalText, host: platformOf };

const decoder = new TextDecoder();

/**
 * The one parsed document that the core keeps, for what is asked of it next: a finalizer would free it too late, as
 * none runs while a program does not wait, and a core's memory never shrinks.
 * @type {{ key: object | undefined, parsed: object, instance: object } | undefined}
 */
let kept;

/** Keeps `parsed` and frees the one before, unless its core is gone together with it. */
function keep(key, parsed, instance) {
  const before = kept;
  kept = { key, parsed, instance };
  if (before?.instance === instance && before.parsed !== parsed) before.parsed.free();
  return parsed;
}

/** What the core calls the kinds of documents, and their types, by the numbers in `facts`. */
const kinds = [];
const types = [];

/** A manifest-endpoint body. The view is read from the core when it is first used. */
class Document {
  /** Stands for this document in `kept`, which must not keep its bytes. */
  #key = {};
  #view;
  #json;
  /** Entries that were read before the view was, by their positions. @type {object[] | undefined} */
  #entries;

  /**
   * @param parsed the core's document @param instance the core that it lives in @param {Uint8Array} bytes its own copy
   * @param {string} [digest] of the bytes, where the host has computed it
   */
  constructor(parsed, instance, bytes, digest) {
    keep(this.#key, parsed, instance);
    const facts = parsed.facts();
    const [kind, type] = [(facts >> 1) & 3, facts >> 3];
    if (!(facts & 1)) this.#json = { value: undefined };
    this.kind = kinds[kind] ??= parsed.kind();
    this.mediaType = type === 0 ? parsed.mediaType() : (types[type] ??= parsed.mediaType());
    this.digest = digest ?? parsed.digest();
    this.size = bytes.length;
    this.bytes = bytes;
    Object.freeze(this);
  }

  get json() {
    return (this.#json ??= { value: JSON.parse(decoder.decode(this.bytes)) }).value;
  }

  get manifests() {
    return this.#read().manifests;
  }

  get layers() {
    return this.#read().layers;
  }

  get config() {
    return this.#read().config;
  }

  get annotations() {
    return this.#read().annotations;
  }

  get subject() {
    return this.#read().subject;
  }

  get artifactType() {
    return this.#read().artifactType;
  }

  #read() {
    if (!this.#view) {
      this.#view = JSON.parse(call((core, instance) => Document.parsed(this, core, instance).view()));
      // A caller who holds one of these finds it among the entries.
      this.#entries?.forEach((entry, at) => (this.#view.manifests[at] = entry));
      this.#entries = undefined;
    }
    return this.#view;
  }

  /** The entry at a position, or what is known to be equal to it; the same object whenever it is asked for. */
  static entry(document, at, parsed, known) {
    if (document.#view) return document.#view.manifests[at];
    const entries = (document.#entries ??= []);
    return (entries[at] ??= known ?? JSON.parse(parsed.entry(at)));
  }

  static is(value) {
    return typeof value === "object" && value !== null && #key in value;
  }

  /** The core's document of `document`: the one that is kept, or a new one. It is good until another is parsed. */
  static parsed(document, core, instance) {
    const key = #key in document ? document.#key : undefined;
    if (key && kept?.key === key && kept.instance === instance) return kept.parsed;
    return keep(key, core.Document.parse(document.bytes, document.mediaType, document.digest), instance);
  }
}

/** A new document of bytes that no other code holds. */
function documentFrom(bytes, mediaType, digest) {
  return documentHashed(bytes, mediaType, digest, digest === undefined || digest.startsWith("sha256:") ? hostDigest(bytes) : undefined);
}

/** The same of bytes whose digest is `actual`, where that is known. */
function documentHashed(bytes, mediaType, digest, actual) {
  return call((core, instance) =>
    new Document(core.Document.parse(bytes, mediaType, digest, actual), instance, bytes, actual));
}

/** The SHA-256 of bytes that are not too many to be a document, where the host has a hash. */
function hostDigest(bytes) {
  const hex = bytes.length <= MANIFEST_BYTES ? environment().hash?.("sha256", bytes) : undefined;
  return hex && `sha256:${hex}`;
}

/** The texts of an index's entries, as the index writes them but for white space. */
export const entryTexts = (document) => call((core, instance) => Document.parsed(document, core, instance).entryTexts());

/** The facade's document of what the core returned. */
export function documentOf(parsed, instance) {
  return new Document(parsed, instance, parsed.bytes());
}

/** A document that a caller passed in: one of ours as it is, else what it says of itself, by its shapes. */
export function documentGiven(value, name) {
  if (Document.is(value)) return value;
  const { bytes, ...declared } = fieldsOf(value, name, { bytes: viewOf, ...DECLARED });
  if (bytes === undefined) throw optionInvalid(`${name} takes a document of parseManifest`);
  return { bytes, ...declared };
}

const viewOf = (value, name) => (ArrayBuffer.isView(value) ? ownBytes(value, name) : undefined);

/** The core's document of what `documentGiven` returned. */
export const coreDocument = (document, core, instance) => Document.parsed(document, core, instance);

/** Parses a body. Refuses what is ambiguous, too deep, too large, or not what `digest` promises. */
export function parseManifest(bytes, options) {
  const { mediaType, digest } = optionsOf(options, "parseManifest", DECLARED);
  return documentFrom(ownBytes(bytes, "parseManifest(bytes)"), mediaType, digest);
}

/** Parses an image config. Throws CONFIG_INVALID. */
export function parseImageConfig(bytes, options) {
  const { digest } = optionsOf(options, "parseImageConfig", { digest: optionalDigest });
  const own = ownBytes(bytes, "parseImageConfig(bytes)");
  return imageConfigOf(call((core) => core.parseImageConfig(own, digest)));
}

/** The facade's config of what the core returned: `[what the core read as JSON, the document's own text]`. */
export function imageConfigOf([read, text]) {
  const json = JSON.parse(text);
  const { platform, created } = JSON.parse(read);
  const { config, history, rootfs } = json;
  const view = { platform, created, config, history, rootfs, json };
  for (const name of Object.keys(view)) if (view[name] === undefined) delete view[name];
  return Object.freeze(view);
}

/** What a policy chooses from an index for a platform, and why. */
export function selectPlatform(index, platform, options) {
  const { policy, host } = optionsOf(options, "selectPlatform", POLICY);
  const wanted = platformOf(platform);
  const given = documentGiven(index, "selectPlatform(index)");
  const document = Document.is(given) ? given : documentFrom(given.bytes, given.mediaType, given.digest);
  return call((core, instance) => {
    const parsed = Document.parsed(document, core, instance);
    const index = parsed.choose(wanted, policy, host);
    const descriptor = index === undefined ? undefined : Document.entry(document, index, parsed);
    return lazySelection(descriptor, index, { platform: wanted, policy, host }, () => document);
  });
}

/**
 * The selection from the index `root`, by which `path` led to `descriptor`. The index is one of the contents that were read, which
 * no other code holds: which one, and a document of it, is found out when it is first needed.
 */
export function selectionOf({ contents, mediaType, digest }, { descriptor, path }, { platform, policy, host }) {
  const [at] = path;
  const isBelow = path.length > 1;
  let document;
  const root = () => {
    if (!document) {
      const [algorithm] = digest.split(":");
      const bytes = contents.find((content) => digestOf(content, algorithm) === digest);
      document = documentHashed(bytes, mediaType, digest, digest);
      if (!isBelow) Document.entry(document, at, undefined, descriptor);
    }
    return document;
  };
  const entryOf = (core, instance) => Document.entry(root(), at, Document.parsed(root(), core, instance));
  return lazySelection(isBelow ? call(entryOf) : descriptor, at, { platform, policy, host, path }, root);
}

/** The selection of a single image, whose config was found to be for the platform: there was nothing to choose from. */
export function singleSelection(descriptor, policy = POLICIES[0]) {
  const only = Object.freeze({ descriptor, index: 0, rank: 0, reason: "a single image, whose config is for this platform" });
  return Object.freeze({ descriptor, policy, candidates: Object.freeze([only]), path: [] });
}

const candidatesOf = ({ candidates }, manifests) =>
  candidates.map((candidate) => Object.freeze({ descriptor: manifests[candidate.index], ...candidate }));

/** The name under which a selection keeps what it was made of: no copy, no JSON and no host that shows objects has it. */
const CHOICE = Symbol("choice");

/** What a selection was made of: what gives the index, and what was wanted of it. */
class Choice {
  #from;
  #wanted;
  #candidates;

  constructor(from, wanted) {
    this.#from = from;
    this.#wanted = wanted;
  }

  get index() {
    return this.#from();
  }

  /** Every entry with its reason, made when they are first read. */
  get candidates() {
    const { platform, policy, host } = this.#wanted;
    return (this.#candidates ??= candidatesOf(JSON.parse(call((core, instance) =>
      Document.parsed(this.index, core, instance).select(platform, policy, host))), this.index.manifests));
  }
}

/** One getter for all selections: an object with a getter of its own is a kind of its own, which an engine makes slowly. */
const CANDIDATES = {
  enumerable: true,
  get() {
    return this[CHOICE].candidates;
  },
};

/**
 * A selection whose candidates are made when they are first read.
 * @param {() => Document} from gives the index
 */
function lazySelection(descriptor, index, wanted, from) {
  const policy = wanted.policy ?? POLICIES[0];
  // Member by member: a copy of members into a new object takes longer than all else here.
  const selection = index === undefined ? { policy } : { descriptor, index, policy };
  Object.defineProperty(selection, "candidates", CANDIDATES);
  if (wanted.path) selection.path = wanted.path;
  Object.defineProperty(selection, CHOICE, { value: new Choice(from, wanted) });
  return Object.freeze(Object.defineProperty(selection, INSPECT, SHOWN));
}

/** The index that a selection was made from; undefined for that of a single image. */
export const chosenFrom = (selection) => selection[CHOICE]?.index;

/** Node shows a property as it is, not as a getter. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const SHOWN = {
  value(depth, options, inspect) {
    return inspect({ ...this }, options);
  },
};
