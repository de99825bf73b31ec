/** Timers of any length: a host's own one fires at once when it is set to more than it can count. */

export const LONGEST_MS = 2 ** 31 - 1;

/** As `setTimeout`, but what is due later than any timer can tell never comes; undefined then. */
export function after(ms, work) {
  return ms > LONGEST_MS ? undefined : setTimeout(work, ms);
}
