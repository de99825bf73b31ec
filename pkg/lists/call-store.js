/** A caller's store as the core sees it: its methods give plain values and throw plain errors. */

import { entriesOf, entryOf } from "./drafts.js";
import { optionInvalid } from "../core/errors.js";
import { fact, plainly } from "../core/foreign.js";
import { until } from "../client/call-host.js";
import { isNothing, listOf, text } from "../core/arguments.js";

/** How many lists a store may tell of. */
const LISTS = 100_000;

const RESULTS = {
  list: (value, name) => listOf(value, name, text, LISTS),
  read: (value, name) => (isNothing(value) ? undefined : entriesOf(value, name)),
  readEntry: (value, name) => (isNothing(value) ? undefined : entryOf(value, name)),
  write: () => undefined,
  writeEntry: () => undefined,
  remove: Boolean,
};

/** Reading ends with the call; a change that has begun is waited for, whatever the call's signal says. */
const READS = ["list", "read", "readEntry"];

/**
 * `lock(list, action)`, where there is one, becomes a pair of calls: `enter` and `leave`.
 *
 * @param {object} store
 * @param {{ signal?: AbortSignal, core: object }} call that it is asked by
 * @param {object} core the glue, which names what ended the call
 */
export function lockable(store, call, core) {
  const ends = (work) => ended(work, call, core);
  const methods = {};
  for (const [method, shape] of Object.entries(RESULTS)) {
    if (typeof fact(store, method) !== "function") continue;
    const asked = async (...values) => shape(await store[method](...values), `what the store's ${method} gave`);
    methods[method] = plainly(READS.includes(method) ? ends(asked) : asked);
  }
  return typeof fact(store, "lock") === "function" ? { ...methods, ...lockOf(store, ends) } : methods;
}

/** `work`, which is over when the call's signal fires. */
function ended(work, { signal, core: host }, core) {
  return async (...values) => {
    try {
      return await until(work(...values), signal);
    } catch (error) {
      throw signal?.aborted ? JSON.parse(core.rejection(undefined, host.signal)) : error;
    }
  };
}

function lockOf(store, ends) {
  let leave;
  let isOver = false;
  const enter = (list) => new Promise((entered, failed) => {
    let running = false;
    const action = () => new Promise((left, refused) => {
      if (running) return refused(optionInvalid("the store's lock runs its action once"));
      running = true;
      leave = () => (left(), done);
      // No call waits for it any more.
      if (isOver) left();
      entered();
      return undefined;
    });
    const done = (async () => {
      await store.lock(list, action);
      if (!running) throw optionInvalid("the store's lock did not run its action");
    })();
    done.catch(failed);
  });
  const entering = plainly(ends(enter));
  return {
    enter: (list) => entering(list).catch((error) => {
      isOver = true;
      throw error;
    }),
    leave: plainly(() => leave()),
  };
}
