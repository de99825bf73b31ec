/**
 * The waits of one call, with one timer and one listener for all of them. Setting a timer and removing it takes hosts longer
 * than most waits last, so a wait only states until when it may last: the timer stays, and is set again when it fires before
 * that.
 *
 * A call has a watch of its own: a timer belongs to the request it is set in on edge hosts, and to a user's context in Node.
 */

import { environment } from "./load.js";
import { LONGEST_MS, onAbort, timedOut } from "./timers.js";

/** @typedef {import("./timers.js").Limit} Limit */

/** A wait under way. */
class Wait {
  /** Until when it may last, as `Date.now()` counts. */
  due;
  limit;
  reject;

  constructor(limit, reject) {
    this.limit = limit;
    this.reject = reject;
    this.renew();
  }

  /** Something came of what is waited for: the limit counts from now on. */
  renew() {
    const { ms } = this.limit;
    this.due = ms > LONGEST_MS ? Infinity : Date.now() + ms;
  }
}

export class Watch {
  #signal;
  /** The shortest limit that is common, in milliseconds: a timer that is set for longer would have to be set again for that. */
  #shortest;
  #waits = new Set();
  #hearers = new Set();
  #stop;
  #timer;
  /** When the timer fires; Infinity for none. */
  #firesAt = Infinity;
  #isReleased = false;

  /** @param {AbortSignal} [signal] ends every wait @param {number} shortest */
  constructor(signal, shortest) {
    this.#signal = signal;
    this.#shortest = shortest;
  }

  /**
   * What `work` promises, or the signal's reason if that comes first, or a TimeoutError when it takes longer than `limit`: not
   * every fetch function listens to its signal.
   *
   * @param {(wait: { renew(): void }) => Promise<any>} work is handed its wait, to say that something came
   * @param {Limit} limit
   */
  until(work, limit) {
    return new Promise((resolve, reject) => {
      const wait = new Wait(limit, reject);
      this.#waits.add(wait);
      this.#start(wait);
      work(wait).then(
        (value) => {
          this.#end(wait);
          resolve(value);
        },
        (error) => {
          this.#end(wait);
          reject(error);
        },
      );
    });
  }

  /** Has `hear` called with the signal's reason, before the waits end, if that fires before the watch is released. */
  hear(hear) {
    if (!this.#signal) return;
    this.#hearers.add(hear);
    this.#listen();
  }

  /** The call is over. The waits of its requests that no one waits for end as they would have. */
  release() {
    this.#isReleased = true;
    this.#hearers.clear();
    if (this.#waits.size === 0) this.#settle();
  }

  #end(wait) {
    if (!this.#waits.delete(wait) || this.#waits.size > 0) return;
    if (this.#isReleased) this.#settle();
    else this.#rest();
  }

  /** Removes the timer and the listener. */
  #settle() {
    this.#clear();
    this.#stop?.();
    this.#stop = undefined;
  }

  #clear() {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAt = Infinity;
  }

  /** No wait is under way, but another one may follow: meanwhile the timer may not keep the process alive. */
  #rest() {
    if (typeof this.#timer?.unref === "function") this.#timer.unref();
    else if (!environment().waitsAlone) this.#clear();
  }

  #start({ due, limit }) {
    if (this.#signal) this.#listen();
    if (this.#waits.size === 0) return;
    if (due < this.#firesAt) this.#arm(Math.min(limit.ms, this.#shortest), Date.now());
    else this.#timer?.ref?.();
  }

  #listen() {
    if (this.#signal.aborted) this.#aborted();
    else this.#stop ??= onAbort(this.#signal, () => this.#aborted());
  }

  #aborted() {
    const { reason } = this.#signal;
    for (const hear of this.#hearers) hear(reason);
    this.#hearers.clear();
    for (const { reject } of this.#waits) reject(reason);
    this.#waits.clear();
    this.#settle();
  }

  #arm(ms, now) {
    this.#clear();
    this.#firesAt = now + ms;
    this.#timer = setTimeout(() => this.#fired(), ms);
  }

  #fired() {
    // So much time has passed, whatever a clock says that was set meanwhile.
    const now = Math.max(Date.now(), this.#firesAt);
    this.#timer = undefined;
    this.#firesAt = Infinity;
    let left = Infinity;
    for (const wait of this.#waits) {
      if (wait.due === Infinity) continue;
      // Where the clock was set back, it is no longer as far away as that.
      wait.due = Math.min(wait.due, now + wait.limit.ms);
      if (wait.due > now) {
        left = Math.min(left, wait.due - now);
      } else {
        this.#waits.delete(wait);
        wait.reject(timedOut(wait.limit));
      }
    }
    if (left < Infinity) this.#arm(left, now);
    else if (this.#isReleased) this.#settle();
  }
}
