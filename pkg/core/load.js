/**
 * Loads the core, and replaces an instance that has failed.
 *
 * An entry says once how its host finds the module. Nothing runs at import time: the first call instantiates. The glue is
 * a factory, so each instance has its own glue and its own caches; when one traps it is dropped, its pending calls
 * fail, and the next call starts a fresh one from the module at hand.
 */

import { MultiarchError, fromCore, isOurs, messageOf } from "./errors.js";
import { hostFetch } from "./fetch.js";

/**
 * @typedef {object} Environment what an entry knows about its host
 * @property {(queue: (task: () => void) => void, panicked: (file: string, line: number, message: string) => void) => object} glue
 *   makes the functions of a core, which belong to its module
 * @property {() => WebAssembly.Module} [compile] finds the module at once, where the host allows it
 * @property {() => Promise<WebAssembly.Module>} [load] finds it by waiting
 * @property {object} [requestInit] fields that every request gets
 * @property {boolean} [userAgent] whether a request may name its user agent
 * @property {boolean} [waitsAlone] whether a call must not wait for a promise, waker or timer of another one: edge hosts
 *   serve each visitor in a context of its own. Calls share what they learn all the same
 * @property {(algorithm: string) => { update(chunk: Uint8Array): void, digest(): string } | undefined} [createHash]
 *   the host's own streaming hash; `digest` gives hexadecimal, and may be asked for in between
 * @property {(algorithm: string, bytes: Uint8Array) => string | undefined} [hash] the same at once, for bytes at
 *   hand; undefined where the core computes it in less time
 * @property {(compression: string) => import("../layers/decompress.js").Engine | undefined} [createDecompressor] the host's own
 *   way to decompress gzip
 * @property {() => Promise<{ createGlue: Function, wasm(): Uint8Array }>} [loadZstd] what decompresses zstd; absent where the host
 *   compiles no module at run time
 */

/** @type {Environment} */
let described = {};
/** @type {WebAssembly.Module | undefined} */
let module;
/** @type {Instance | undefined} */
let current;
/** @type {Promise<void> | undefined} */
let loading;

/** @param {Environment} environment as the entry that was imported describes it */
export function configure(environment) {
  described = environment;
}

/** Goes on with another core. Calls under way, and documents that were read, stay with the one that they began in. */
export function replaceCore(environment) {
  described = environment;
  module = current = undefined;
}

/** What the entry knows about its host. */
export const environment = () => described;

/** What microtasks are queued on: `queueMicrotask` of edge hosts is a call into the host each time, and a call has dozens. */
const SETTLED = Promise.resolve();

/** What to do for calls that were under way when the instance broke. */
const OTHERS =
  "This call or another one met a defect in multiarch: make the call again, and where that fails too, please report it.";

/** One instance of the core: its glue, and the calls that wait for it. */
class Instance {
  #pending = new Set();
  /** Where and why the core panicked, as the text that follows "the core failed". */
  #panic;

  constructor() {
    this.glue = described.glue(
      (task) => void SETTLED.then(() => this.#guard(task)),
      (file, line, message) => (this.#panic = ` at ${file}:${line}${message && `: ${message}`}`),
    );
    const { exports } = new WebAssembly.Instance(module, { "./multiarch_bg.js": this.glue });
    this.glue.__wbg_set_wasm(exports);
    exports.__wbindgen_start();
  }

  /** Runs a step of the core that no call waits for: a trap in it must reach those who wait for its call. */
  #guard(task) {
    try {
      task();
    } catch (error) {
      this.explain(error);
    }
  }

  /** Lets a call go on for which something has come: `name` is the core's function that says what. */
  resume(name, ...values) {
    try {
      this.glue[name](...values);
    } catch (error) {
      this.explain(error);
    }
  }

  /** What the caller should see for what the core threw. Anything but an error of the core's own is a defect. */
  explain(thrown) {
    const known = isOurs(thrown) ? thrown : fromCore(thrown);
    if (known) return known;
    const message = `the core failed${this.#panic ?? `: ${messageOf(thrown)}`}`;
    const facts = { code: "INTERNAL", message, cause: thrown };
    if (current === this) current = undefined;
    // Which of them it was is not always known; most can be made again.
    for (const reject of this.#pending) reject(new MultiarchError({ ...facts, retryable: true, hint: OTHERS }));
    this.#pending.clear();
    return new MultiarchError(facts);
  }

  /** Work that waits: its outcome, or the news that the instance broke meanwhile. */
  run(work) {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      const done = (value) => {
        this.#pending.delete(reject);
        resolve(value);
      };
      const failed = (error) => {
        this.#pending.delete(reject);
        reject(this.explain(error));
      };
      try {
        work(this.glue).then(done, failed);
      } catch (error) {
        failed(error);
      }
    });
  }
}

function instance() {
  if (!current) {
    if (!module) module = compileNow();
    try {
      current = new Instance();
    } catch (cause) {
      module = undefined;
      throw loadFailed(cause);
    }
  }
  return current;
}

function compileNow() {
  if (!described.compile) {
    throw new MultiarchError({ code: "NOT_LOADED", message: "the WebAssembly module is not loaded yet" });
  }
  try {
    return described.compile();
  } catch (cause) {
    throw loadFailed(cause);
  }
}

/** Calls the core and returns at once. Throws NOT_LOADED where the module must be awaited first. */
export function call(work) {
  const running = instance();
  try {
    return work(running.glue, running);
  } catch (error) {
    throw running.explain(error);
  }
}

/** Calls the core and waits: for the module, then for the answer. The core begins on an empty stack: one that overflows breaks it. */
export async function callAsync(work) {
  await (current ? undefined : init());
  const running = instance();
  return await running.run((glue) => work(glue, running));
}

/**
 * Loads the module. Idempotent; a failed load can be retried.
 * @param {WebAssembly.Module | BufferSource | Response | URL | string | Promise<WebAssembly.Module | BufferSource | Response>} [source]
 *   where it is found when the host's own way does not do
 */
export function init(source) {
  if (current) return Promise.resolve();
  loading ??= load(source).finally(() => (loading = undefined));
  return loading;
}

async function load(source) {
  try {
    if (source !== undefined) module = await compile(await source);
    else if (!module && !described.compile) module = await described.load();
  } catch (cause) {
    throw loadFailed(cause);
  }
  instance();
}

/** A module of whatever a caller or an entry has in hand. */
export async function compile(source) {
  if (typeof source === "string" || source instanceof URL) return compile(await hostFetch(source));
  if (isModule(source)) return source;
  if (typeof source?.arrayBuffer !== "function") return WebAssembly.compile(source);
  if (source.ok === false) throw new Error(`${source.url} answered with status ${source.status}`);
  // Streaming insists on the media type; servers that do not know it are common.
  const streams = WebAssembly.compileStreaming && /^application\/wasm\b/i.test(source.headers.get("content-type"));
  if (streams) return WebAssembly.compileStreaming(source);
  // On a line of its own: Turbopack wraps the call of `compile` in a function that cannot await.
  const bytes = await source.arrayBuffer();
  return WebAssembly.compile(bytes);
}

/** By its tag: a module may come from another realm, where `instanceof` does not know it. */
function isModule(source) {
  return Object.prototype.toString.call(source) === "[object WebAssembly.Module]";
}

/** LOAD_FAILED, unless it is an error of ours. */
export function loadFailed(cause) {
  if (isOurs(cause)) return cause;
  const message = `the WebAssembly module could not be loaded: ${messageOf(cause)}`;
  return new MultiarchError({ code: "LOAD_FAILED", message, cause });
}
