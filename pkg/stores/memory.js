/** Drafts in memory: they last as long as the store. */

/** @returns {import("../index.d.ts").Store} */
export function memoryStore() {
  const drafts = new Map();
  let last = Promise.resolve();
  return {
    list: async () => [...drafts.keys()].sort(),
    read: async (list) => drafts.get(list)?.map(copyOf),
    write: async (list, entries) => void drafts.set(list, entries.map(copyOf)),
    remove: async (list) => drafts.delete(list),
    lock(_list, action) {
      const mine = last.then(() => action());
      last = mine.then(() => {}, () => {});
      return mine;
    },
  };
}

/** What is handed out and taken in is nobody else's. */
const copyOf = (entry) => structuredClone(entry);
