/** The registry client: options and signals on this side, the protocol in the core. */

import { createVerifier } from "../nouns/digest.js";
import { documentOf, imageConfigOf, selectionOf } from "../nouns/document.js";
import { optionInvalid } from "../core/errors.js";
import { createPace } from "../core/foreign.js";
import { createHost, optionalLimit, optionalMs, optionalSignal } from "./call-host.js";
import { callAsync, host } from "../core/load.js";
import { verified } from "./blobs.js";
import {
  digestText, guarded, isNothing, optionalFunction, optionalNumber, optionalText, optionalTexts, optionalUrl, optionsOf,
  platformOf, referenceText, text, textsOf,
} from "../core/arguments.js";
import { version } from "../core/version.js";
import { find, resolveAll } from "./search.js";
import * as writes from "./writes.js";

const TIMEOUTS = { connectMs: optionalLimit, headersMs: optionalLimit, idleMs: optionalLimit };
const RETRY = { attempts: optionalNumber, maxDelayMs: optionalMs };

/** What a client is told; each by its shape. */
const OPTIONS = {
  fetch: optionalFunction,
  credentials: optionalFunction,
  onEvent: optionalFunction,
  insecure: insecureOf,
  trustedRealms: optionalTexts,
  uploadOrigins: optionalTexts,
  userAgent: optionalText,
  via: optionalUrl,
  retry: (value, name) => optionsOf(value, name, RETRY),
  concurrency: optionalNumber,
  timeouts: (value, name) => value && optionsOf(value, name, TIMEOUTS),
  timeoutMs: optionalLimit,
  signal: optionalSignal,
};
const WANTED = { platform: platformOf, policy: optionalText, host: platformOf };

/** Runs a call of the core on a client; for the files of this package. */
export let runOn;

class Client {
  #options;
  #settings;
  #core;
  #pace = createPace();

  static {
    runOn = (client) => {
      if (typeof client !== "object" || client === null || !(#settings in client)) throw optionInvalid("client takes what createClient returned");
      return (options, work) => client.#run(options, work);
    };
  }

  constructor(options) {
    this.#options = options;
    this.#settings = settingsOf(options);
  }

  /** Tag to descriptor; with `platform`, on to the entry for it. */
  async resolve(reference, options) {
    const given = referenceText(reference, "resolve(reference)");
    const wanted = wantedOf(options, "resolve");
    const found = JSON.parse(await this.#run(options, (client, at) =>
      client.call(at, "resolve", { reference: given, wanted })));
    const { descriptor, reference: resolved, selection, manifests, path } = found;
    if (!selection) return { ...descriptor, reference: resolved };
    return { ...descriptor, reference: resolved, selection: selectionOf({ ...selection, path }, manifests) };
  }

  /** The document that a reference names, verified; with `platform`, the one of the entry for it. */
  async manifest(reference, options) {
    const given = referenceText(reference, "manifest(reference)");
    const wanted = wantedOf(options, "manifest");
    return this.#run(options, async (client, at, instance) =>
      documentOf(await client.call(at, "manifest", { reference: given, wanted }), instance));
  }

  /** The bytes that a reference names, verified and otherwise unread; with `platform`, those of the document for it. */
  async raw(reference, options) {
    const given = referenceText(reference, "raw(reference)");
    const wanted = wantedOf(options, "raw");
    return this.#run(options, (client, at) => client.call(at, "raw", { reference: given, wanted }));
  }

  /** The config of the image that a reference names. */
  async config(reference, options) {
    const given = referenceText(reference, "config(reference)");
    const wanted = wantedOf(options, "config");
    return imageConfigOf(await this.#run(options, (client, at) =>
      client.call(at, "config", { reference: given, wanted })));
  }

  /** A blob as a stream that fails before its end when the content is not what `digest` promises. */
  async blob(reference, digest, options) {
    const given = referenceText(reference, "blob(reference)");
    const promised = digestText(digest, "blob(reference, digest)");
    return this.#run(options, async (client, at, instance, core, call) => {
      const [response, size] = await client.call(at, "blob", { reference: given, digest: promised });
      return verified(response, createVerifier({ digest: promised, size }), call);
    });
  }

  /** Whether the registry asked for the client's credentials; rejects when it does not take them. */
  async login(registry, options) {
    const given = text(registry, "login(registry)");
    return this.#run(options, (client, at) => client.call(at, "login", { registry: given }));
  }

  /** How many requests the registry allows and how many are left, as far as it tells. */
  async rateLimit(reference, options) {
    const given = referenceText(reference, "rateLimit(reference)");
    return JSON.parse(await this.#run(options, (client, at) => client.call(at, "rateLimit", { reference: given })));
  }

  /** The tags of a repository, page by page as they are asked for. */
  async *tags(repository, options) {
    const given = referenceText(repository, "tags(repository)");
    let page;
    do {
      const wanted = { reference: given, page };
      const { tags, next } = JSON.parse(await this.#run(options, (client, at) => client.call(at, "tags", wanted)));
      yield* tags;
      page = next;
    } while (page !== undefined);
  }

  /** Resolves many references, each once: results in the order asked, errors in their places. */
  resolveAll(references, options) {
    return resolveAll(this, references, options);
  }

  /** The tags that point at a digest, or at an index that lists it. */
  find(digest, repository, options) {
    return find(this, digest, repository, options);
  }

  /** Pushes a document under one or several references of one repository. */
  push(document, reference, options) {
    return writes.push(this.#running, document, reference, options);
  }

  /** Asks a registry to take a blob over from another of its repositories; false where it does not. */
  mount(digest, from, to, options) {
    return writes.mount(this.#running, digest, from, to, options);
  }

  /** Sends a blob, unless the repository holds it. */
  upload(repository, body, descriptor, options) {
    return writes.upload(this.#running, repository, body, descriptor, options);
  }

  /** Copies a reference with everything below it. */
  copy(from, to, options) {
    return writes.copy(this.#running, from, to, options);
  }

  /** What refers to a manifest, page by page as it is asked for. */
  referrers(reference, options) {
    return writes.referrers(this.#running, reference, options);
  }

  /** Deletes a tag, or a manifest by its digest. */
  delete(reference, options) {
    return writes.remove(this.#running, reference, options);
  }

  #running = (options, work) => this.#run(options, work);

  /** One call on the core's client, with a host of its own. What a caller's own function threw comes out as it was. */
  async #run(options, work) {
    const { signal } = optionsOf(options, "a call", { signal: optionalSignal });
    const at = createHost(this.#options, signal, host().waitsAlone ? createPace() : this.#pace);
    try {
      return await callAsync((core, instance) => {
        if (this.#core?.instance !== instance) this.#core = { instance, client: new core.Client(this.#settings) };
        return work(this.#core.client, at.core, instance, core, at);
      });
    } catch (error) {
      throw at.failure ? at.failure.error : error;
    } finally {
      at.finish();
      if (!at.isReadOn) at.release();
    }
  }
}

/** What the core's client is made of. */
function settingsOf({ insecure, trustedRealms, uploadOrigins, userAgent, via, retry, concurrency }) {
  return {
    insecure,
    trustedRealms,
    uploadOrigins,
    userAgent: host().userAgent ? (userAgent ?? `multiarch/${version}`) : undefined,
    via,
    attempts: retry?.attempts,
    maxDelayMs: retry?.maxDelayMs,
    concurrency,
  };
}

/** `true` for all registries, or a list of their domains. */
function insecureOf(value, name) {
  if (isNothing(value) || typeof value === "boolean") return value ?? undefined;
  if (!guarded(name, () => Array.isArray(value))) throw optionInvalid(`${name} is true, false, or a list of domains`);
  return textsOf(value, name);
}

function wantedOf(options, name) {
  return optionsOf(options, name, WANTED);
}

/** A client of registries. It keeps tokens and what it learned of each registry; one may run any number of calls at once. */
export function createClient(options) {
  return new Client(optionsOf(options, "createClient", OPTIONS));
}
