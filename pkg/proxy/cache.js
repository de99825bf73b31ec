/**
 * A cache that may fail, hang or lie about sizes without an answer that does: what it cannot give in time is asked for again, and
 * what it does not take in time is not waited for.
 */

import { until } from "../core/timers.js";

/** @typedef {{ match(url: string): Promise<Response | undefined>, put(url: string, response: Response): Promise<void> }} Cache */

/** How long a cache may take, in milliseconds: after that, asking the registry is the shorter way. */
const PATIENCE_MS = 1_000;
/** The longest body that is taken from a cache, in bytes: twice the largest manifest. */
const LONGEST = 16 << 20;

/**
 * @param {Cache} [cache]
 * @returns {Cache} which finds nothing and keeps nothing where `cache` is absent, fails, or takes too long. What it finds is there
 *   to its end
 */
export function lenient(cache) {
  return {
    match: (url) => inTime(async (task) => complete(await cache?.match(url), task)),
    put: (url, response) => inTime(() => cache?.put(url, response)),
  };
}

/** What `work` gives, or undefined. `work` is handed a task, and may set how it is stopped. */
async function inTime(work) {
  const task = { isOver: false, stop: () => {} };
  try {
    return await until(Promise.resolve(task).then(work), undefined, { phase: "cache", ms: PATIENCE_MS, message: () => "the cache did not answer" });
  } catch {
    task.isOver = true;
    task.stop();
    return undefined;
  }
}

/** An answer with all of its body, which may come from elsewhere. Throws for one that is too long. */
async function complete(found, task) {
  if (!found) return undefined;
  const reader = found.body?.getReader();
  task.stop = () => void reader?.cancel().catch(() => {});
  if (task.isOver) task.stop();
  const parts = [];
  let size = 0;
  for (let part = await reader?.read(); part?.done === false; part = await reader.read()) {
    size += part.value.length;
    if (size > LONGEST) throw new RangeError("the cache gives more than was kept");
    parts.push(part.value);
  }
  const { status, headers } = found;
  return new Response(parts.length === 1 ? parts[0] : new Blob(parts), { status, headers });
}
