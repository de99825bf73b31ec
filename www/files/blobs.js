/** Layers that are read, each by itself: how far, what is in it, and its bytes where they stay in the tab. */

import { signal } from "@preact/signals";
import { foreign } from "../../pkg/layers/failures.js";
import { readLayer } from "../../pkg/layers/list.js";
import { asError } from "../state/source.js";

/** How many bytes of downloaded layers stay in the tab, so that a file is viewed without another download. */
const KEPT_BYTES = 256 << 20;
/** How often progress is shown, in milliseconds. */
const SHOWN_EVERY = 100;

let kept = 0;

/**
 * @typedef {object} Progress
 * @property {"idle" | "reading" | "ready" | "failed"} phase
 * @property {number} [bytes] how many of the stored bytes came; where it is idle, those that came before it was cancelled
 * @property {number} [rate] in bytes a second
 * @property {object[]} [found] while it is read, the entries so far, which are not verified
 * @property {object[]} [entries] once all of them are there and verified
 * @property {Error} [error]
 */

/**
 * @param {object} layer its descriptor, `index`, `kind` and `diffId`
 * @param {(signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>} open @param {boolean} isLocal nothing is fetched for it
 */
export function createLayer(layer, open, isLocal) {
  /** @type {import("@preact/signals").Signal<Progress>} */
  const state = signal({ phase: "idle" });
  let own;

  /** The batches of the layer; what comes goes through `take` first. */
  function batches(signal, take = () => {}) {
    const from = async () => (own ? own.stream() : await open(signal).catch((error) => refused(error, layer)));
    const given = { signal, ...(layer.diffId !== undefined && { diffId: layer.diffId }) };
    return readLayer(tapped(from, take), layer.mediaType, given, "listLayer").batches;
  }

  /** Reads all of it. It never rejects: what went wrong is in the state. */
  async function read(signal) {
    const entries = [];
    const progress = createProgress(state, entries);
    const parts = isLocal || own || kept + layer.size > KEPT_BYTES ? undefined : [];
    try {
      const take = (part) => {
        parts?.push(part);
        progress.add(part.length);
      };
      for await (const batch of batches(signal, take)) for (const entry of batch.entries) entries.push(entry);
      progress.end();
      if (parts) {
        own = new Blob(parts);
        kept += own.size;
      }
      state.value = { phase: "ready", entries };
    } catch (error) {
      const bytes = progress.end();
      state.value = signal.aborted ? { phase: "idle", bytes } : { phase: "failed", error: asError(error) };
    }
  }

  return {
    ...layer, state, read, batches, isLocal,
    /** What a file out of it costs now: nothing where its bytes are here. */
    get cost() {
      return isLocal || own ? 0 : layer.size;
    },
  };
}

function refused(error, layer) {
  throw layer.kind === "foreign" && error.code === "BLOB_UNKNOWN" ? foreign(layer) : error;
}

/** Counts bytes, and shows how many and which entries came, a few times a second. */
function createProgress(state, entries) {
  const since = performance.now();
  let bytes = 0;
  let timer;
  const show = () => {
    timer = undefined;
    state.value = { phase: "reading", bytes, found: entries.slice(), rate: (bytes * 1000) / Math.max(1, performance.now() - since) };
  };
  state.value = { phase: "reading", bytes, found: [], rate: 0 };
  return {
    add(more) {
      bytes += more;
      timer ??= setTimeout(show, SHOWN_EVERY);
    },
    /** @returns {number} how many bytes came */
    end() {
      clearTimeout(timer);
      return bytes;
    },
  };
}

/** What `readLayer` takes: a stream that is opened when it is first read. */
function tapped(open, take) {
  let reader;
  return {
    getReader: () => ({
      async read() {
        reader ??= (await open()).getReader();
        const step = await reader.read();
        if (!step.done) take(step.value);
        return step;
      },
      cancel: (reason) => reader?.cancel(reason),
    }),
  };
}
