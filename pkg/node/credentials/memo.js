/** A cache of answers with a lifetime: long enough for many requests to ask once, short enough to see changes. */

import { Recent } from "../../core/recent.js";

const LIFETIME_MS = 5 * 60_000;
/** An answer younger than this is current even when refused: concurrent refused requests ask once. */
const NEW_MS = 1_000;

export class Memo {
  #kept = new Recent();

  /**
   * The answer for `key`, from `find` when there is none yet. Concurrent calls share one; a failure is not cached.
   *
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} find
   * @param {boolean} [refused] whether the registry refused the last answer: it is not returned again then
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

  /** Drops every answer. */
  forget() {
    this.#kept.clear();
  }
}
