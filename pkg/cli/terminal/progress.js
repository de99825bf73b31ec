/**
 * How far the blobs are. A terminal gets a bar for each that is under way, drawn in place and gone at the end; a file
 * or a pipe gets a line for each large one that is done.
 */

import { bar, sizeOf } from "./bars.js";

/** What is over by then needs no bar. */
const PATIENCE_MS = 500;
const TICK_MS = 100;
/** Below that, a line is not worth a look. */
const LARGE = 1 << 20;
/** A registry that is waited for this long is named. */
const LONG_WAIT_MS = 1000;
const BARS = 8;

class Progress {
  #terminal;
  #now;
  #start;
  #underWay = new Map();
  #done = new Map();
  #waiting;

  /**
   * @param {import("./terminal.js").Terminal} terminal
   * @param {() => number} [now] milliseconds
   */
  constructor(terminal, now = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
    this.#start = now();
  }

  /** Takes an event of the client; returns the size of a blob that was not done before, and is now. */
  hear({ type, digest, done, total, url, delayMs, reason }) {
    if (type === "retry" && delayMs >= LONG_WAIT_MS) {
      this.#waiting = { host: new URL(url).host, reason, until: this.#now() + delayMs };
    }
    if (type !== "progress" || this.#done.has(digest)) return undefined;
    if (done < total) {
      this.#underWay.set(digest, { done, total });
      return undefined;
    }
    this.#underWay.delete(digest);
    this.#done.set(digest, total);
    return total;
  }

  /** Draws what is under way. */
  draw() {
    if (this.#now() - this.#start < PATIENCE_MS) return;
    const { columns, rows } = this.#terminal.talkSize;
    const most = Math.max(1, Math.min(BARS, rows - 3));
    const bars = [...this.#underWay].slice(0, most).map(([digest, of]) => bar(digest, of, columns - 1));
    this.#terminal.foot([...bars, ...this.#summary()].map((line) => line.slice(0, columns - 1)));
  }

  #summary() {
    const bytes = [...this.#done.values()].reduce((sum, size) => sum + size, 0);
    const count = this.#done.size;
    const lines = count === 0 ? [] : [`${count} ${count === 1 ? "blob" : "blobs"} done, ${sizeOf(bytes)}`];
    const left = this.#waiting ? this.#waiting.until - this.#now() : 0;
    if (left <= 0) return lines;
    const { host, reason } = this.#waiting;
    return [...lines, `${host} is asked again in ${Math.ceil(left / 1000)} s (${reason})`];
  }
}

/**
 * Runs `work` with a listener for the client's events.
 *
 * @template T
 * @param {import("./terminal.js").Terminal} terminal
 * @param {{ quiet?: boolean, debug?: boolean }} flags a trace has the terminal for itself
 * @param {{ lines?: boolean }} options whether stderr may get lines where it is no terminal
 * @param {(onEvent?: (event: import("multiarch").ClientEvent) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(terminal, { quiet, debug }, { lines = false }, work) {
  if (quiet || !(lines || terminal.draws)) return work(undefined);
  const progress = new Progress(terminal);
  if (debug || !terminal.draws) {
    return work((event) => {
      const size = progress.hear(event);
      if (size > LARGE) void terminal.say(`${event.digest} done, ${sizeOf(size)}\n`);
    });
  }
  const timer = setInterval(() => progress.draw(), TICK_MS);
  try {
    return await work((event) => void progress.hear(event));
  } finally {
    clearInterval(timer);
    terminal.foot([]);
  }
}
