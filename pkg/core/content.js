/** Content that comes in parts: bodies of answers, and what a caller sends. The core asks for parts of the size that it wants. */

import { bytesOf, partsOf } from "./arguments.js";
import { fact, quietly } from "./foreign.js";
import { until } from "./timers.js";

/** How much of a chunk crosses at once. */
const PART = 1 << 20;

/**
 * @typedef {object} Waits what ends a wait for content
 * @property {() => Promise<void> | undefined} pace see `createPace`
 * @property {AbortSignal} [signal] of the call
 * @property {import("./watch.js").Watch} [watch] of the call, which hears its signal, where a pause has a limit
 * @property {import("./timers.js").Limit} [idle] the limit of a pause
 */

/**
 * Content whose parts are our own copies, at most 1 MiB each and never empty. However fast
 * chunks come, other work gets time to run.
 */
export class Content {
  #open;
  #waits;
  #wrong;
  #reader;
  /** The chunk that arrived last, as `partsOf` it, and how much of it was given. */
  #chunk;
  #given = 0;

  /**
   * @param {() => object} open gives the reader; called when the first part is asked for
   * @param {Waits} waits
   * @param {(why: string) => Error} wrong the error for what is no bytes
   */
  constructor(open, waits, wrong) {
    this.#open = open;
    this.#waits = waits;
    this.#wrong = wrong;
  }

  /** The next bytes, at most so many; undefined at the end. Rejects with what the reader throws. */
  async next(most = PART) {
    if (!this.#chunk) {
      this.#begin(await this.#within(() => this.#arriving()));
    }
    return this.#part(most);
  }

  /** All bytes; where there are more than `most`, so many, and what comes after them is not read. Rejects as `next` does. */
  all(most) {
    return this.#within((wait) => this.#all(most, wait));
  }

  /** What `work` promises, unless a limit or the signal ends it before. A call's signal is made when it is read. */
  #within(work) {
    const { watch, idle } = this.#waits;
    return watch ? watch.until(work, idle) : until(work(), this.#waits.signal);
  }

  async #all(most, wait) {
    const parts = [];
    let length = 0;
    while (length < most) {
      if (!this.#chunk) {
        this.#begin(await this.#arriving());
        wait?.renew();
      }
      const part = this.#part(most - length);
      if (!part) break;
      parts.push(part);
      length += part.length;
    }
    return parts.length === 1 ? parts[0] : joined(parts, length);
  }

  #begin(chunk) {
    this.#chunk = chunk;
    this.#given = 0;
  }

  /** The next bytes of the chunk at hand; undefined for none. */
  #part(most) {
    const chunk = this.#chunk;
    if (!chunk) return undefined;
    const from = this.#given;
    const to = Math.min(from + Math.min(most, PART), chunk.length);
    const bytes = chunk.part(from, to);
    if (to === chunk.length) this.#chunk = undefined;
    this.#given = to;
    return bytes;
  }

  /** Cancels what was not read. */
  cancel(reason) {
    return quietly(() => this.#reader?.cancel?.(reason));
  }

  /** The next chunk that holds anything; undefined at the end. */
  async #arriving() {
    const { pace } = this.#waits;
    this.#reader ??= this.#open();
    for (;;) {
      const pause = pace();
      if (pause) await pause;
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      const chunk = this.#taken(value);
      if (chunk.length > 0) return chunk;
    }
  }

  #taken(value) {
    try {
      if (ArrayBuffer.isView(value)) return partsOf(value, "a chunk");
    } catch {
      // Its buffer was transferred in the meantime.
    }
    throw this.#wrong("it does not consist of bytes");
  }
}

/** A body without content. */
const EMPTY = { read: async () => ({ done: true }) };

const unreadable = (why) => new Error(`the body of the response cannot be read: ${why}`);

/** The body of a response: a stream, or what a hand-written response has in its place. */
export class Body extends Content {
  #stream;
  #isOpen = false;

  /** @param {Waits} waits */
  constructor(response, waits) {
    const stream = fact(response, "body");
    super(() => this.#opened(response), waits, unreadable);
    this.#stream = stream;
  }

  #opened(response) {
    this.#isOpen = true;
    const stream = this.#stream;
    if (stream === null) return EMPTY;
    return typeof fact(stream, "getReader") === "function" ? stream.getReader() : bufferReader(response);
  }

  /** Some hosts hold the connection until then. */
  cancel(reason) {
    return this.#isOpen ? super.cancel(reason) : quietly(() => this.#stream?.cancel?.(reason));
  }
}

/** A body that is no stream is read whole, once. */
function bufferReader(response) {
  let done = false;
  return {
    async read() {
      if (done) return { done };
      done = true;
      if (typeof fact(response, "arrayBuffer") !== "function") throw new Error("the body of the response cannot be read");
      const whole = await response.arrayBuffer();
      return { done: false, value: typeof whole === "string" ? undefined : bytesOf(whole, "the body of the response") };
    },
  };
}

function joined(parts, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
