/** Parts of the page that its first view does without: fetched when they are first needed, or once nothing else is being read. */

import { signal } from "@preact/signals";
import { createCell, loading } from "./cells.js";
import { asError, notLoaded } from "./source.js";

/**
 * @typedef {object} Part
 * @property {any} now what it holds, undefined until it is there; a view that reads this is drawn again then
 * @property {Error | undefined} error why it could not be loaded
 * @property {() => Promise<any>} need fetches it, again where that failed before. Rejects with LOAD_FAILED
 */

/** @type {Part[]} */
const parts = [];

/** Why a part could not be loaded that has no place of its own on the page. */
export const lost = signal(undefined);

/** The rules of all parts, once one was asked for. @type {Promise<void> | undefined} */
let styled;

/** Adds the style sheet of the parts, which the page's own one names. Rejects with LOAD_FAILED, and may be called again then. */
const addStyle = () =>
  (styled ??= new Promise((resolve, reject) => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = document.querySelector("[data-later]").dataset.later;
    sheet.onload = resolve;
    sheet.onerror = () => {
      sheet.remove();
      styled = undefined;
      reject(notLoaded());
    };
    document.head.append(sheet);
  }));

/**
 * @param {() => Promise<any>} load imports it; the style sheet of the parts comes beside it
 * @param {{ isLarge?: boolean }} [options] a large one is not fetched before it is needed
 * @returns {Part}
 */
export function createPart(load, { isLarge = false } = {}) {
  const cell = createCell(async () => {
    const [value] = await Promise.all([load(), addStyle()]);
    return value;
  });
  const part = {
    get now() {
      return cell.state.value.value;
    },
    get error() {
      const { error } = cell.state.value;
      return error && asError(error);
    },
    async need() {
      await (cell.state.peek().phase === "failed" ? cell.again() : cell.start());
      const { value, error } = cell.state.peek();
      if (error) throw asError(error);
      return value;
    },
  };
  if (!isLarge) parts.push(part);
  return part;
}

/** Goes on with a part once it is there. Where it cannot be loaded, the page says so. */
export async function withPart(part, use) {
  let value;
  try {
    value = await part.need();
  } catch (error) {
    lost.value = error;
    return;
  }
  use(value);
}

const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 100));

/** Fetches all parts, one after another, once nothing is being read: what is opened then is there at once, also when the server has ended. */
export function fetchParts() {
  const end = loading.subscribe((count) => {
    if (count > 0) return;
    queueMicrotask(() => end());
    idle(async () => {
      for (const part of parts) await part.need().catch(() => {});
    });
  });
}
