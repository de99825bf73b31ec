/**
 * The waits of one call, with one timer and one listener for all of them. Setting a timer and removing it takes hosts longer
 * than most waits last, so a wait only states until when it may last: the timer stays, and is set again when it fires before
 * that.
 *
 * A call has a watch of its own: a timer belongs to the request it is set in on edge hosts, and to a user's context in Node.
 */

import { environment } from "./load.js";
import { LONGEST_MS, onAbort, overdue, timedOut } from "./timers.js";

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
  /** How long the call may take, and until when; -Infinity when it has taken that. */
  #ms;
  #endsAt;
  #waits = new Set();
  #hearers = new Set();
  #stop;
  #timer;
  /** When the timer fires; Infinity for none. */
  #firesAt = Infinity;
  #isReleased = false;

  /**
   * @param {AbortSignal} [signal] ends every wait
   * @param {number} shortest
   * @param {number} [ms] how long the call may take: then every wait ends
   */
  constructor(signal, shortest, ms = Infinity) {
    this.#signal = signal;
    this.#shortest = shortest;
    this.#ms = ms;
    this.#endsAt = ms > LONGEST_MS ? Infinity : Date.now() + ms;
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
          this.#over(wait);
          resolve(value);
        },
        (error) => {
          this.#over(wait);
          reject(error);
        },
      );
    });
  }

  /** Throws the reason, where the call has been ended. */
  check() {
    if (this.#signal?.aborted) throw this.#signal.reason;
    if (this.#endsAt <= Date.now()) throw overdue();
  }

  /** Has `hear` called with the reason, before the waits end, if the call is ended before the watch is released. */
  hear(hear) {
    if (!this.#signal && this.#endsAt === Infinity) return;
    this.#hearers.add(hear);
    this.#look(Date.now());
    if (this.#isReleased) this.#hearers.clear();
    else if (this.#waits.size === 0) this.#rest();
  }

  /** The call is over. The waits of its requests that no one waits for end as they would have. */
  release() {
    this.#isReleased = true;
    this.#hearers.clear();
    if (this.#waits.size === 0) this.#settle();
  }

  #over(wait) {
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
    const isHeard = this.#hearers.size > 0 && this.#endsAt < Infinity;
    if (isHeard && this.#endsAt < this.#firesAt) this.#arm(this.#endsAt, Date.now());
    if (typeof this.#timer?.unref === "function") this.#timer.unref();
    else if (!isHeard && !environment().waitsAlone) this.#clear();
  }

  #start({ due, limit }) {
    const now = Date.now();
    this.#look(now);
    if (this.#waits.size === 0) return;
    if (Math.min(due, this.#endsAt) < this.#firesAt) {
      this.#arm(Math.min(now + Math.min(limit.ms, this.#shortest, this.#ms), this.#endsAt), now);
    } else {
      this.#timer?.ref?.();
    }
  }

  /** Ends the waits of a call that has been ended, and listens for the signal of one that has not. */
  #look(now) {
    if (this.#signal?.aborted) this.#end(this.#signal.reason);
    else if (this.#endsAt <= now) this.#end(overdue());
    else if (this.#signal) this.#stop ??= onAbort(this.#signal, () => this.#end(this.#signal.reason));
  }

  /** Ends every wait. */
  #end(reason) {
    for (const hear of this.#hearers) hear(reason);
    this.#hearers.clear();
    for (const { reject } of this.#waits) reject(reason);
    this.#waits.clear();
    this.#settle();
  }

  #arm(at, now) {
    this.#clear();
    this.#firesAt = at;
    this.#timer = setTimeout(() => this.#fired(), at - now);
  }

  #fired() {
    // So much time has passed, whatever a clock says that was set meanwhile.
    const now = Math.max(Date.now(), this.#firesAt);
    this.#timer = undefined;
    this.#firesAt = Infinity;
    // Where the clock was set back, what is due is no longer as far away as that.
    this.#endsAt = Math.min(this.#endsAt, now + this.#ms);
    if (this.#endsAt <= now) {
      this.#endsAt = -Infinity;
      this.#end(overdue());
      return;
    }
    let next = this.#endsAt;
    for (const wait of this.#waits) {
      if (wait.due === Infinity) continue;
      wait.due = Math.min(wait.due, now + wait.limit.ms);
      if (wait.due > now) {
        next = Math.min(next, wait.due);
      } else {
        this.#waits.delete(wait);
        wait.reject(timedOut(wait.limit));
      }
    }
    if (this.#waits.size === 0) {
      if (this.#isReleased) this.#settle();
      else this.#rest();
    } else if (next < Infinity) {
      this.#arm(next, now);
    }
  }
}
