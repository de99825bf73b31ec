/** Waiting for what comes in the background: a fixed pause is too short on a busy machine. */

/** How long is waited: longer than a busy machine takes. */
const PATIENCE_MS = 10_000;

/**
 * Waits until something holds.
 *
 * @param {() => unknown} holds asked again and again; it may be asynchronous
 * @param {string} what for the error, where it does not hold in time
 */
export async function until(holds, what) {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * Makes an assertion that may not hold yet: again and again, until it does.
 *
 * @param {() => unknown} assertion throws, or rejects, while it does not hold
 * @returns what it returned. Rejects with its last error, where it does not hold in time
 */
export async function soon(assertion) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
