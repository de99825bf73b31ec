/** Opens archives, and gives a client what it needs to read them like registries. */

import { optionalLimit, optionalSignal, signalOf } from "../client/call-host.js";
import { createClient } from "../client/client.js";
import { isNothing, listOf, optionalFunction, optionsOf, text } from "../core/arguments.js";
import { final, fromCore, isOurs, optionInvalid } from "../core/errors.js";
import { hostFetch } from "../core/fetch.js";
import { failureOf, plainSignal } from "../core/foreign.js";
import { call } from "../core/load.js";
import { answerFrom } from "./answers.js";
import { spoolToBlob, uncompressed } from "./compression.js";
import { readContents } from "./contents.js";
import { isFolder, sourceOf } from "./input.js";
import { Place, placeDomain } from "./place.js";

const OPTIONS = { signal: optionalSignal, onProgress: optionalFunction, timeoutMs: optionalLimit };

/** The place of each archive. */
const PLACES = new WeakMap();

/** The images of an OCI layout, or of what `docker save` writes. */
class Archive {
  #client;
  #close;

  constructor(place, close) {
    PLACES.set(this, place);
    this.#close = close;
    this.kind = place.contents.kind;
    this.images = Object.freeze(place.contents.images.map(({ name, descriptor }) => Object.freeze({ ...(name !== undefined && { name }), descriptor })));
    this.findings = Object.freeze(place.contents.findings);
  }

  /** The reference by which a client reads an image of this archive: see `archiveFetch`. */
  reference(name) {
    return PLACES.get(this).reference(isNothing(name) ? undefined : text(name, "reference(name)"));
  }

  async resolve(reference, options) {
    const { reference: _, ...found } = await this.#own().resolve(this.reference(reference), options);
    return { ...found, reference: `@${found.digest}` };
  }

  async manifest(reference, options) {
    return this.#own().manifest(this.reference(reference), options);
  }

  async config(reference, options) {
    return this.#own().config(this.reference(reference), options);
  }

  async blob(reference, digest, options) {
    return this.#own().blob(this.reference(reference), digest, options);
  }

  /** Closes the file, and removes what it was decompressed to. */
  async close() {
    await this.#close?.();
  }

  /** A client of this archive alone. */
  #own() {
    return (this.#client ??= createClient({ fetch: archiveFetch([this], refuseAll) }));
  }
}

/** A client of an archive asks nothing else. */
const refuseAll = () => Promise.reject(new Error("an archive refers to nothing outside of it"));

/**
 * @param {(from: unknown) => Promise<{ source: object, spool?: Function, close?: () => Promise<void> }>} find
 *   what reads the archive that a caller gave
 */
export const openerOf = (find) => async (from, options) => {
  const { onProgress, timeoutMs, signal: given } = optionsOf(options, "openArchive", OPTIONS);
  const { signal, release } = signalOf(given, undefined, timeoutMs);
  let closing;
  try {
    const { source, spool = spoolToBlob, close } = await find(from);
    closing = close;
    const readable = isFolder(source) ? source : await uncompressed(source, { spool, signal, onProgress });
    return new Archive(new Place(await readContents(readable, signal)), close);
  } catch (error) {
    await closing?.();
    if (!signal?.aborted || error !== signal.reason) throw error;
    // As every call that a signal ends.
    throw fromCore(call((glue) => glue.rejection(failureOf(error), plainSignal(signal))));
  } finally {
    release();
  }
};

/** Opens a Blob, an object with `size` and `read`, or a folder. */
export const openArchive = openerOf(async (from) => ({ source: sourceOf(from) }));

/**
 * A fetch function that answers for archives itself, and asks the other one for everything else.
 *
 * @param {readonly object[]} archives
 * @param {typeof fetch} [ask]
 */
export function archiveFetch(archives, ask) {
  return fetchOf(placesOf(archives), optionalFunction(ask, "archiveFetch(archives, ask)") ?? hostFetch);
}

/** As `archiveFetch`. @param {Map<string, Place>} places by their domains */
export function fetchOf(places, ask) {
  return async (url, init) => {
    const domain = placeDomain(String(url));
    if (domain === undefined) return ask(url, init);
    const place = places.get(domain);
    if (!place) throw optionInvalid(`archiveFetch was not given the archive of ${domain}`);
    try {
      return await answerFrom(place, String(url), init);
    } catch (error) {
      // What an archive does not give once, it does not give the second time.
      throw isOurs(error) ? final(error) : error;
    }
  };
}

function placesOf(archives) {
  return new Map(listOf(archives, "archiveFetch(archives)", (archive) => {
    const place = PLACES.get(archive);
    if (!place) throw optionInvalid("archiveFetch takes what openArchive returned");
    return [place.domain, place];
  }));
}
