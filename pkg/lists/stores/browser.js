/** Drafts in a browser: they last in its database, and all pages and workers of one origin share them. */

import { entriesOf } from "../drafts.js";
import { MultiarchError, messageOf, optionInvalid } from "../../core/errors.js";
import { optionalText, optionsOf, text } from "../../core/arguments.js";

const TABLE = "drafts";
/** Where the host has no locks of its own, calls of one page still wait for each other. */
const lines = new Map();

/**
 * A store over IndexedDB. Nothing is opened before the first call.
 *
 * @param {{ name?: string }} [options] of the database; "multiarch" unless it is given
 * @returns {import("../../index.d.ts").Store}
 */
export function browserStore(options) {
  const { name: database = "multiarch" } = optionsOf(options, "browserStore", { name: optionalText });
  if (database === "") throw optionInvalid("name takes the name of a database");
  let opening;

  const table = async (mode) => {
    const connect = () => (opening ??= open(database, () => (opening = undefined)));
    // A connection may have been closed by the browser since.
    const begin = (opened) => opened.transaction(TABLE, mode, { durability: "strict" });
    try {
      return begin(await connect());
    } catch {
      opening = undefined;
      return begin(await connect());
    }
  };

  /** Work on the table in one transaction: all of it counts or none, and what counts is on the disk. */
  async function within(mode, work) {
    try {
      const transaction = await table(mode);
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      done.catch(() => {});
      const result = await work(transaction.objectStore(TABLE));
      await done;
      return result;
    } catch (error) {
      throw unavailable(error);
    }
  }

  return {
    list: async () => (await within("readonly", (table) => answer(table.getAllKeys()))).sort(),
    async read(list) {
      const name = text(list, "read(list)");
      return (await within("readonly", (table) => answer(table.get(name))))?.entries;
    },
    async write(list, entries) {
      const row = { list: text(list, "write(list)"), entries: entriesOf(entries, "write(list, entries)") };
      await within("readwrite", (table) => answer(table.put(row)));
    },
    async remove(list) {
      const name = text(list, "remove(list)");
      return within("readwrite", async (table) => {
        const found = await answer(table.count(name));
        await answer(table.delete(name));
        return found > 0;
      });
    },
    async lock(list, action) {
      if (typeof action !== "function") throw optionInvalid("lock(list, action) takes a function");
      return locked(`multiarch ${database} ${text(list, "lock(list)")}`, action);
    },
  };
}

function open(database, onClose) {
  return new Promise((resolve, reject) => {
    const request = globalThis.indexedDB.open(database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "list" });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const opened = request.result;
      // A page that deletes the database must not have to wait for this page to go.
      opened.onversionchange = () => (opened.close(), onClose());
      opened.onclose = onClose;
      resolve(opened);
    };
  });
}

const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function locked(name, action) {
  const locks = globalThis.navigator?.locks;
  if (locks) return locks.request(name, () => action());
  const mine = (lines.get(name) ?? Promise.resolve()).then(() => action());
  const line = mine.then(() => {}, () => {}).then(() => {
    if (lines.get(name) === line) lines.delete(name);
  });
  lines.set(name, line);
  return mine;
}

function unavailable(cause) {
  const reason = globalThis.indexedDB ? (cause && (messageOf(cause) || cause.name)) || "it was aborted" : "there is no IndexedDB here";
  return new MultiarchError({
    code: "DRAFT_UNAVAILABLE",
    message: `the browser's database of drafts failed: ${reason}`,
    hint: "Allow the page to keep data, or make room for it.",
    cause,
  });
}
