/** The registry client that reads: options and signals on this side, the protocol in the core. */

import { documentOf, imageConfigOf, selectionOf, singleSelection } from "../nouns/document.js";
import { optionInvalid } from "../core/errors.js";
import { createPace } from "../core/foreign.js";
import { CallHost, optionalLimit, optionalMs, optionalSignal } from "./call-host.js";
import { callAsync, environment } from "../core/load.js";
import { openBlob } from "./blobs.js";
import {
  digestText, guarded, isNothing, optionalFunction, optionalNumber, optionalText, optionalTexts, optionalUrl, optionsOf,
  platformOf, referenceText, text, textsOf,
} from "../core/arguments.js";
import { version } from "../core/facts.js";

const TIMEOUTS = { connectMs: optionalLimit, headersMs: optionalLimit, idleMs: optionalLimit };
const RETRY = { attempts: optionalNumber, maxDelayMs: optionalMs };

/** The options of a client, each with its shape. */
const OPTIONS = {
  fetch: optionalFunction,
  credentials: optionalFunction,
  onEvent: optionalFunction,
  insecure: insecureOf,
  registries: registriesOf,
  privateAddresses: privateOf,
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

/** What makes the calls of a client, undefined for what is none; and its options and what it shares. Only `Reader` can tell. */
let runnerIn;
let madeOf;

/** What makes calls on a client, for the other files of this package. Throws OPTION_INVALID for what is no client. */
export function runnerOf(client) {
  const run = runnerIn(client);
  if (!run) throw optionInvalid("client takes what createClient returned");
  return run;
}

/**
 * A client that shares with another one what that learns (tokens, schemes, the pace of registries) and has functions, a signal
 * and limits of its own: for one visitor of many. What decides where requests may go is that of the other one.
 *
 * @param {object | ((options: object) => object)} own `fetch`, `credentials`, `signal`, `timeoutMs`, or `endsAt` in its place (when all
 *   calls must have ended, as `Date.now()` counts); a function makes them of those of the other client
 */
export function sharing(client, own) {
  const { options, shared } = madeOf(client);
  return new client.constructor({ ...options, ...(typeof own === "function" ? own(options) : own) }, shared);
}

/** A client that reads. It keeps tokens and what it learned of each registry; one may run any number of calls at once. */
export class Reader {
  #options;
  #shared;
  #pace = createPace();

  static {
    runnerIn = (client) => (typeof client === "object" && client !== null && #running in client ? client.#running : undefined);
    madeOf = (client) => ({ options: client.#options, shared: client.#shared });
  }

  constructor(options, shared = { core: undefined }) {
    this.#options = options;
    this.#shared = shared;
  }

  /** Tag to descriptor; with `platform`, on to the entry for it. */
  async resolve(reference, options) {
    const given = referenceText(reference, "resolve(reference)");
    const wanted = wantedOf(options, "resolve");
    return this.#run(options, async ({ ask, host }) => {
      const read = (host.contents = []);
      const text = await ask("resolve", askedFor(given, wanted));
      const { descriptor, reference: resolved, path, platform, root } = JSON.parse(text);
      if (isNothing(wanted.platform)) return { ...descriptor, reference: resolved };
      const selection = root
        ? selectionOf(indexOf(root, read), { descriptor, path }, wanted)
        : singleSelection({ ...descriptor, platform }, wanted.policy);
      // What `{ ...descriptor }` makes of an object that was parsed takes ten times as long.
      return Object.assign({}, descriptor, { reference: resolved, selection });
    });
  }

  /** The document that a reference names, verified; with `platform`, the one of the entry for it. */
  async manifest(reference, options) {
    const given = referenceText(reference, "manifest(reference)");
    const wanted = wantedOf(options, "manifest");
    return this.#run(options, async ({ ask, instance }) =>
      documentOf(await ask("manifest", askedFor(given, wanted)), instance));
  }

  /** The bytes that a reference names, verified and otherwise unread; with `platform`, those of the document for it. */
  async raw(reference, options) {
    const given = referenceText(reference, "raw(reference)");
    const wanted = wantedOf(options, "raw");
    return this.#ask(options, "raw", askedFor(given, wanted));
  }

  /** The config of the image that a reference names. */
  async config(reference, options) {
    const given = referenceText(reference, "config(reference)");
    const wanted = wantedOf(options, "config");
    return imageConfigOf(await this.#ask(options, "config", askedFor(given, wanted)));
  }

  /** A blob as a stream that fails before its end when the content is not what `digest` promises. */
  async blob(reference, digest, options) {
    const given = referenceText(reference, "blob(reference)");
    const promised = digestText(digest, "blob(reference, digest)");
    return (await openBlob(this.#running, { reference: given, digest: promised }, options)).stream;
  }

  /** Whether a repository has a blob: a HEAD. */
  async has(repository, digest, options) {
    const given = referenceText(repository, "has(repository)");
    const wanted = digestText(digest, "has(repository, digest)");
    return this.#blobSize(given, wanted, options).then(() => true, (error) => {
      if (error.code === "BLOB_UNKNOWN") return false;
      throw error;
    });
  }

  /** What is wrong with a reference and with what it lists. */
  async check(reference, options) {
    const { check } = await import("../check/check.js");
    return check(this, (...given) => this.#blobSize(...given), reference, options);
  }

  /** Whether the registry asked for the client's credentials; rejects when it does not take them. */
  async login(registry, options) {
    const given = text(registry, "login(registry)");
    return this.#ask(options, "login", { registry: given });
  }

  /** How many requests the registry allows and how many are left, as far as it tells. */
  async rateLimit(reference, options) {
    const given = referenceText(reference, "rateLimit(reference)");
    return JSON.parse(await this.#ask(options, "rateLimit", { reference: given }));
  }

  /** The tags of a repository, page by page as they are asked for. */
  async *tags(repository, options) {
    const given = referenceText(repository, "tags(repository)");
    let page;
    do {
      const { tags, next } = JSON.parse(await this.#ask(options, "tags", { reference: given, page }));
      yield* tags;
      page = next;
    } while (page !== undefined);
  }

  /** What refers to a manifest, page by page as it is asked for. */
  async *referrers(reference, options) {
    let subject = referenceText(reference, "referrers(reference)");
    const { artifactType } = optionsOf(options, "referrers", { artifactType: optionalText });
    let page;
    do {
      const found = JSON.parse(await this.#ask(options, "referrers", { reference: subject, artifactType, page }));
      yield* found.referrers;
      ({ subject, next: page } = found);
    } while (page !== undefined);
  }

  /** Resolves many references, each once: results in the order asked, errors in their places. */
  async resolveAll(references, options) {
    const given = textsOf(references, "resolveAll(references)");
    const { resolveAll } = await import("./search.js");
    return resolveAll(this, given, options);
  }

  /** The tags that point at a digest, or at an index that lists it. */
  async *find(digest, repository, options) {
    const { find } = await import("./search.js");
    yield* find(this, digest, repository, options);
  }

  /** The size of a blob as the registry states it; undefined where it states none. Rejects where there is no blob. */
  #blobSize(reference, digest, options) {
    return this.#ask(options, "blobSize", { reference, digest });
  }

  /** As `#run`, without a client to be called on. */
  #running = (options, work) => this.#run(options, work);

  /** A call of the core that needs nothing but its arguments. */
  #ask(options, name, given) {
    return this.#run(options, ({ ask }) => ask(name, given));
  }

  /**
   * One call on the core's client, with a host of its own. An error of a caller's own function is thrown unchanged.
   *
   * @param {(call: Call) => any} work
   *
   * @typedef {object} Call
   * @property {object} client the core's client
   * @property {(name: string, given: object) => Promise<any>} ask makes a call of the core by its name
   * @property {object} host of the call, a `CallHost`
   * @property {object} glue the core's functions
   * @property {object} instance the core that they belong to
   */
  async #run(options, work) {
    const { signal } = optionsOf(options, "a call", { signal: optionalSignal });
    const host = new CallHost(this.#options, signal, environment().waitsAlone ? createPace() : this.#pace);
    try {
      return await callAsync((glue, instance) => {
        host.core = instance;
        const client = this.#coreClient(glue, instance);
        const ask = (name, given) =>
          new Promise((resolve, reject) => client.call(host, host.flags, name, given, { resolve, reject }));
        return work({ client, ask, host, glue, instance });
      });
    } catch (error) {
      throw host.failure ? host.failure.error : error;
    } finally {
      host.finish();
    }
  }

  /** The core's client; a new one where the instance has been replaced. */
  #coreClient(glue, instance) {
    const shared = this.#shared;
    if (shared.core?.instance !== instance) shared.core = { instance, client: new glue.Client(settingsOf(this.#options)) };
    return shared.core.client;
  }
}

/** What the core's client is made of. */
function settingsOf({ insecure, registries, privateAddresses, trustedRealms, uploadOrigins, userAgent, via, retry, concurrency }) {
  return {
    insecure,
    registries: typeof registries === "function" ? undefined : registries,
    privateAddresses,
    trustedRealms,
    uploadOrigins,
    userAgent: environment().userAgent ? (userAgent ?? `multiarch/${version}`) : undefined,
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

/** A function, or a list of domains, among them `*.` and a domain for all names below it. */
export function registriesOf(value, name) {
  if (value === undefined || guarded(name, () => typeof value === "function")) return value;
  return textsOf(value, name);
}

/** Whether private networks may be asked, as the core names it. */
export function privateOf(value, name) {
  if (value === undefined || value === true) return undefined;
  if (value === false) return "none";
  if (value === "listed") return value;
  throw optionInvalid(`${name} is true, false, or "listed"`);
}

/** The root index by its media type, its digest and its size, and the contents that may be it: others are not kept. */
function indexOf([mediaType, digest, size], read) {
  return { mediaType, digest, contents: read.filter(({ length }) => length === size) };
}

/** What the core is given: a platform alone, as it mostly is, crosses as a text. */
function askedFor(reference, wanted) {
  const { platform, policy, host } = wanted;
  const isAlone = typeof platform === "string" && policy === undefined && isNothing(host);
  return isAlone ? { reference, only: platform } : { reference, wanted };
}

function wantedOf(options, name) {
  return optionsOf(options, name, WANTED);
}

/** The options of a client. Throws OPTION_INVALID. */
export const clientOptions = (options) => optionsOf(options, "createClient", OPTIONS);

/** A client of registries that reads. */
export function createReader(options) {
  return new Reader(clientOptions(options));
}
