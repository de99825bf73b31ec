/** A caller's store as the core sees it: its methods give plain values and throw plain errors. */

import { entriesOf, entryOf } from "./drafts.js";
import { MultiarchError, optionInvalid } from "../core/errors.js";
import { fact, plainly } from "../core/foreign.js";
import { until } from "../core/timers.js";
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
 * The store of one call. `lock(list, action)`, where there is one, becomes a pair of calls: `enter` and `leave`.
 *
 * @param {object} store
 * @param {{ signal?: AbortSignal, plainSignal?: object }} host of the call
 * @param {object} glue names what ended the call
 */
export function callStore(store, host, glue) {
  const ends = (work) => ended(work, host, glue);
  const methods = {};
  for (const [method, shape] of Object.entries(RESULTS)) {
    if (typeof fact(store, method) !== "function") continue;
    const asked = async (...values) => shape(await store[method](...values), `what the store's ${method} gave`);
    methods[method] = plainly(READS.includes(method) ? ends(asked) : asked);
  }
  return typeof fact(store, "lock") === "function" ? { ...methods, ...lockOf(store, ends) } : methods;
}

/** `work`, which is over when the call's signal fires. */
function ended(work, { signal, plainSignal }, glue) {
  return async (...values) => {
    try {
      return await until(work(...values), signal);
    } catch (error) {
      throw signal?.aborted ? JSON.parse(glue.rejection(undefined, plainSignal)) : error;
    }
  };
}

/** The lock of one list, which the store holds while its action runs: the action waits until `leave`. */
class HeldLock {
  #isHeld = false;
  #release;
  #released = new Promise((release) => (this.#release = release));
  /** Settles when the store has let the list go. */
  #done;

  /** Resolves when the store runs the action. */
  enter(store, list) {
    return new Promise((entered, failed) => {
      this.#done = this.#hold(store, list, entered);
      this.#done.catch(failed);
    });
  }

  async #hold(store, list, entered) {
    await store.lock(list, async () => {
      if (this.#isHeld) throw optionInvalid("the store's lock runs its action once");
      this.#isHeld = true;
      entered();
      await this.#released;
    });
    if (!this.#isHeld) throw optionInvalid("the store's lock did not run its action");
  }

  /** Ends the action; resolves when the store has let the list go. */
  leave() {
    this.#release();
    return this.#done;
  }
}

function lockOf(store, ends) {
  let lock;
  const entering = plainly(ends((list) => lock.enter(store, list)));
  return {
    enter(list) {
      const entered = (lock = new HeldLock());
      return entering(list).catch((error) => {
        // The store may run the action later, when the call is over.
        void entered.leave()?.catch(() => {});
        throw error;
      });
    },
    leave: plainly(() => lock.leave()),
  };
}

/** What a method of a store threw, as the core's calls throw it. */
export function storeFailed(failure) {
  const { code, message, hint, details } = failure ?? {};
  return new MultiarchError({ code: code ?? "DRAFT_UNAVAILABLE", message: message ?? "the store of drafts failed", hint, details });
}
