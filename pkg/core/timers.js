/** Timers of any length, and waits that a signal or a time limit ends. */

/** A host's own timer fires at once when it is set to more than it can count. */
export const LONGEST_MS = 2 ** 31 - 1;

/** As `setTimeout`, but what is due later than any timer can tell never comes; undefined then. */
export function after(ms, work) {
  return ms > LONGEST_MS ? undefined : setTimeout(work, ms);
}

/**
 * @typedef {object} Limit of a wait
 * @property {string} phase
 * @property {number} ms
 * @property {() => string} message
 */

/**
 * The promise, or the signal's reason if that comes first, or a TimeoutError when it takes longer than `limit`: not
 * every fetch function listens to its signal.
 * @param {Limit} [limit]
 */
export function until(promise, signal, limit) {
  if (!signal && !limit) return promise;
  return new Promise((resolve, reject) => {
    let stop;
    // Whichever comes first: a timer that no call waits for would keep the process alive.
    const end = (settle, value) => {
      clearTimeout(timer);
      stop?.();
      settle(value);
    };
    const timer = limit && after(limit.ms, () => end(reject, timedOut(limit)));
    stop = signal && onAbort(signal, () => end(reject, signal.reason));
    promise.then((value) => end(resolve, value), (error) => end(reject, error));
  });
}

/** Waits, or rejects with the reason of the signal. */
export function sleep(ms, signal) {
  let timer;
  const slept = new Promise((wake) => (timer = setTimeout(wake, ms)));
  return until(slept, signal).finally(() => clearTimeout(timer));
}

/** Who waits for which signal. One signal may end hundreds of calls, and hosts warn of more than ten listeners. */
const hearers = new WeakMap();

/** Calls `hear` when the signal fires, or at once when it has; returns how to stop that. */
export function onAbort(signal, hear) {
  if (signal.aborted) {
    hear();
    return () => {};
  }
  let all = hearers.get(signal);
  if (!all) {
    hearers.set(signal, (all = new Set()));
    signal.addEventListener("abort", () => all.forEach((one) => one()), { once: true });
  }
  all.add(hear);
  return () => all.delete(hear);
}

/** The error of a wait that took longer than its limit. @param {Limit} limit */
export function timedOut({ phase, ms, message }) {
  const error = new Error(`${message()} within ${Math.ceil(ms / 1000)} s`);
  return Object.assign(error, { name: "TimeoutError", code: "ETIMEDOUT", phase });
}

/** The reason of what took longer than the caller allows for all of it. */
export const overdue = () => new DOMException("The call took longer than it was given", "TimeoutError");
