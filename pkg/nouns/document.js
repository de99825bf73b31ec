/** Documents: the exact bytes first, a view of them second. */

import { optionInvalid } from "../core/errors.js";
import { call } from "../core/load.js";
import { fieldsOf, optionalDigest, optionalText, optionsOf, ownBytes, platformOf } from "../core/arguments.js";

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

/** A manifest-endpoint body. The view is read from the core when somebody first looks at it. */
class Document {
  /** Stands for this document in `kept`, which must not keep its bytes. */
  #key = {};
  #view;
  #json;

  /** @param parsed the core's document @param instance the core that it lives in @param {Uint8Array} bytes its own copy */
  constructor(parsed, instance, bytes) {
    keep(this.#key, parsed, instance);
    const { kind, mediaType, digest, size, json } = JSON.parse(parsed.head());
    if (!json) this.#json = { value: undefined };
    Object.assign(this, { kind, mediaType, digest, size, bytes });
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
    return (this.#view ??= JSON.parse(call((core, instance) => Document.parsed(this, core, instance).view())));
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
  const own = ownBytes(bytes, "parseManifest(bytes)");
  return call((core, instance) => new Document(core.Document.parse(own, mediaType, digest), instance, own));
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
  const [selection, manifests] = call((core, instance) => {
    // Reading the entries may parse the document again, so it comes first.
    const entries = given.manifests;
    const parsed = Document.parsed(given, core, instance);
    return [JSON.parse(parsed.select(wanted, policy, host)), entries ?? JSON.parse(parsed.view()).manifests];
  });
  return selectionOf(selection, manifests);
}

/** A selection with the descriptors that its positions stand for. */
export function selectionOf({ policy, chosen, candidates, path }, manifests) {
  return Object.freeze({
    ...(chosen === undefined ? undefined : { descriptor: manifests[chosen], index: chosen }),
    policy,
    candidates: candidates.map((candidate) => Object.freeze({ descriptor: manifests[candidate.index], ...candidate })),
    ...(path && { path }),
  });
}
