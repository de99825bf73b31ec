/** Answers that are kept for a while: long enough to ask once for many requests, short enough to see new ones. */

import { Recent } from "../../core/recent.js";

const LIFETIME_MS = 5 * 60_000;
/** An answer of this age is as new as any: many requests are refused at the same time, and ask once. */
const NEW_MS = 1_000;

export class Memo {
  #kept = new Recent();

  /**
   * The answer for `key`, from `find` when there is none yet. Calls in the meantime share one; a failure is not kept.
   *
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} find
   * @param {boolean} [refused] whether the answer before was of no use: it is not given again then
   * @returns {Promise<T>}
   */
  get(key, find, refused = false) {
    const known = this.#kept.get(key);
    if (known && Date.now() < known.from + (refused ? NEW_MS : LIFETIME_MS)) return known.answer;
    const kept = { answer: find(), from: Date.now() };
    this.#kept.set(key, kept);
    kept.answer.catch(() => this.#kept.get(key) === kept && this.#kept.delete(key));
    return kept.answer;
  }

  forget() {
    this.#kept.clear();
  }
}
