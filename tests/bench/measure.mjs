// Timing of two things against each other: in turns, so that what the machine does meanwhile hits both.

/**
 * Milliseconds that one call takes, as the median over `rounds`, for each of `contestants`.
 *
 * @template {string} Name
 * @param {Record<Name, () => unknown>} contestants each may be asynchronous
 * @param {{ rounds: number, calls?: number }} options `calls` in each round, for what is too quick to be timed alone
 * @returns {Promise<Record<Name, number>>}
 */
export async function race(contestants, { rounds, calls = 1 }) {
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  // The first round warms up and does not count.
  for (let round = -1; round < rounds; round++) {
    for (const [name, contestant] of Object.entries(contestants)) {
      const start = process.hrtime.bigint();
      for (let call = 0; call < calls; call++) await contestant();
      if (round >= 0) times[name].push(Number(process.hrtime.bigint() - start) / 1e6 / calls);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `ours` as a multiple of `theirs`. */
export const times = (ours, theirs) => `${(ours / theirs).toFixed(2)} x`;
