// Times two things beside each other: their rounds alternate, so that other load of the machine slows both, and the best of
// many rounds counts, which is the time of the work itself. A round takes a few milliseconds, in which no other program runs.

/**
 * Milliseconds that one call takes, as the best of `rounds`, for each of `contestants`.
 *
 * @template {string} Name
 * @param {Record<Name, () => unknown>} contestants each may be asynchronous
 * @param {{ rounds: number, calls?: number }} options `calls` in each round, for what is too quick to be timed alone
 * @returns {Promise<Record<Name, number>>}
 */
export async function race(contestants, { rounds, calls = 1 }) {
  const bests = Object.fromEntries(Object.keys(contestants).map((name) => [name, Infinity]));
  // The first round warms up and does not count.
  for (let round = -1; round < rounds; round++) {
    for (const [name, contestant] of Object.entries(contestants)) {
      const start = process.hrtime.bigint();
      for (let call = 0; call < calls; call++) await contestant();
      const took = Number(process.hrtime.bigint() - start) / 1e6 / calls;
      if (round >= 0) bests[name] = Math.min(bests[name], took);
    }
  }
  return bests;
}

/** A ratio beside its target: `2.31 x (at most 2.20: missed)`. */
export function ratio(value, { most, least }) {
  const met = most === undefined ? value >= least : value <= most;
  const target = most === undefined ? `at least ${least.toFixed(2)}` : `at most ${most.toFixed(2)}`;
  return `${value.toFixed(2)} x (${target}: ${met ? "met" : "missed"})`;
}

/** An amount beside its target: `16.9 MiB (at most 24 MiB: met)`. */
export function amount(value, most, unit) {
  return `${value.toFixed(1)} ${unit} (at most ${most} ${unit}: ${value <= most ? "met" : "missed"})`;
}

/** Milliseconds for people. */
export const duration = (ms) => (ms < 1 ? `${(ms * 1000).toFixed(0)} us` : `${ms.toFixed(ms < 100 ? 1 : 0)} ms`);
