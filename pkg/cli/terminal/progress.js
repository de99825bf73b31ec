/**
 * Shows the progress of blobs. On a terminal: a bar for each blob in transfer, redrawn in place and erased at the end. To a
 * file or a pipe: a line for each large blob that is done.
 */

import { decimalSize } from "../../core/sizes.js";
import { bar } from "./bars.js";

/** A command that ends before this draws no bar. */
const PATIENCE_MS = 500;
const TICK_MS = 100;
/** A blob below this size gets no line. */
const LARGE = 1 << 20;
/** A retry delay from which on the host is named. */
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

  /** Takes an event of the client; returns the size of a blob that this event completes. */
  take({ type, digest, done, total, url, delayMs, reason }) {
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

  /** Draws the bars and the summary. */
  draw() {
    if (this.#now() - this.#start < PATIENCE_MS) return;
    const { columns, rows } = this.#terminal.messageSize;
    const most = Math.max(1, Math.min(BARS, rows - 3));
    const bars = [...this.#underWay].slice(0, most).map(([digest, of]) => bar(digest, of, columns - 1));
    this.#terminal.foot([...bars, ...this.#summary()].map((line) => line.slice(0, columns - 1)));
  }

  #summary() {
    const bytes = [...this.#done.values()].reduce((sum, size) => sum + size, 0);
    const count = this.#done.size;
    const lines = count === 0 ? [] : [`${count} ${count === 1 ? "blob" : "blobs"} done, ${decimalSize(bytes)}`];
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
 * @param {{ quiet?: boolean, debug?: boolean }} flags with `debug`, the trace replaces the bars
 * @param {{ lines?: boolean }} options whether stderr gets lines where it is no terminal
 * @param {(onEvent?: (event: import("multiarch").ClientEvent) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(terminal, { quiet, debug }, { lines = false }, work) {
  if (quiet || !(lines || terminal.draws)) return work(undefined);
  const progress = new Progress(terminal);
  if (debug || !terminal.draws) {
    return work((event) => {
      const size = progress.take(event);
      if (size > LARGE) void terminal.say(`${event.digest} done, ${decimalSize(size)}\n`);
    });
  }
  const timer = setInterval(() => progress.draw(), TICK_MS);
  try {
    return await work((event) => void progress.take(event));
  } finally {
    clearInterval(timer);
    terminal.foot([]);
  }
}
