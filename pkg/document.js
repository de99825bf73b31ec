/** Documents: the exact bytes first, a view of them second. */

import { optionInvalid } from "./errors.js";
import { call } from "./load.js";
import { bytesOf, optionalText, optionsOf, platformOf } from "./values.js";

const decoder = new TextDecoder();

/** A manifest-endpoint body. The view is read from the core when somebody first looks at it. */
class Document {
  #instance;
  #parsed;
  #view;
  #json;

  /** @param parsed the core's document @param instance the core that it lives in @param {Uint8Array} bytes its own copy */
  constructor(parsed, instance, bytes) {
    this.#instance = instance;
    this.#parsed = parsed;
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

  /** The core's document of `document`: the one it came from, or a new one when that core is gone. */
  static parsed(document, core, instance) {
    if (#parsed in document && document.#instance === instance) return document.#parsed;
    return core.Document.parse(document.bytes, document.mediaType, document.digest);
  }
}

/** The facade's document of what the core returned. */
export function documentOf(parsed, instance) {
  return new Document(parsed, instance, parsed.bytes());
}

/** The core's document of `document`, which somebody passed in. */
export const coreDocument = (document, core, instance) => Document.parsed(document, core, instance);

/** Parses a body. Refuses what is ambiguous, too deep, too large, or not what `digest` promises. */
export function parseManifest(bytes, options) {
  const { mediaType, digest } = optionsOf(options, "parseManifest");
  const given = bytesOf(bytes, "parseManifest(bytes)");
  const type = optionalText(mediaType, "mediaType");
  const promised = optionalText(digest, "digest");
  return call((core, instance) => new Document(core.Document.parse(given, type, promised), instance, given.slice()));
}

/** Parses an image config. Throws CONFIG_INVALID. */
export function parseImageConfig(bytes, options) {
  const { digest } = optionsOf(options, "parseImageConfig");
  const given = bytesOf(bytes, "parseImageConfig(bytes)");
  const promised = optionalText(digest, "digest");
  return imageConfigOf(call((core) => core.parseImageConfig(given, promised)));
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
  const { policy, host } = optionsOf(options, "selectPlatform");
  const name = optionalText(policy, "policy");
  const [wanted, machine] = [platformOf(platform), platformOf(host)];
  if (!ArrayBuffer.isView(index?.bytes)) throw optionInvalid("selectPlatform(index) takes a document of parseManifest");
  const [selection, manifests] = call((core, instance) => {
    const parsed = Document.parsed(index, core, instance);
    return [JSON.parse(parsed.select(wanted, name, machine)), index.manifests ?? JSON.parse(parsed.view()).manifests];
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
