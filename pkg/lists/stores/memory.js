/** Drafts in memory: they last as long as the store. */

import { entriesOf } from "../drafts.js";
import { optionInvalid } from "../../core/errors.js";
import { text } from "../../core/arguments.js";

/** @returns {import("../../index.d.ts").Store} */
export function memoryStore() {
  const drafts = new Map();
  let last = Promise.resolve();
  return {
    list: async () => [...drafts.keys()].sort(),
    // What is handed out and taken in is a copy.
    read: async (list) => drafts.get(list)?.map((entry) => structuredClone(entry)),
    write: async (list, entries) => void drafts.set(text(list, "write(list)"), entriesOf(entries, "write(list, entries)")),
    remove: async (list) => drafts.delete(list),
    async lock(_list, action) {
      if (typeof action !== "function") throw optionInvalid("lock(list, action) takes a function");
      const mine = last.then(() => action());
      last = mine.then(() => {}, () => {});
      return mine;
    },
  };
}
