/** Numbers from a seed: the same for the same seed, on every machine. */
export class Random {
  #state;

  /** @param {number} seed a whole number */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** 32 bits, by mulberry32. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  below(end) {
    return end === 0 ? 0 : this.next() % end;
  }

  chance(inAll) {
    return this.below(inAll) === 0;
  }

  pick(items) {
    return items[this.below(items.length)];
  }
}
