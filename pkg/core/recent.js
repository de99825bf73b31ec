/** A map of the entries that were used last: what a remote party can make longer has an end. */

import { REMEMBERED } from "./facts.js";

export class Recent {
  #entries = new Map();
  #most;
  #forgotten;

  /**
   * @param {number} [most]
   * @param {(value: any, key: any) => void} [forgotten] is called with each value that was removed for another
   */
  constructor(most = REMEMBERED, forgotten = () => {}) {
    this.#most = most;
    this.#forgotten = forgotten;
  }

  get size() {
    return this.#entries.size;
  }

  /** The value, which counts as used now; undefined for none. */
  get(key) {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key, value) {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    const [oldest, gone] = this.#entries.entries().next().value;
    this.#entries.delete(oldest);
    this.#forgotten(gone, oldest);
  }

  /** The value, made first where there is none. */
  once(key, make) {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }

  delete(key) {
    return this.#entries.delete(key);
  }

  clear() {
    this.#entries.clear();
  }
}
