/** Parts that load, each by itself: one that fails leaves the others as they are. */

import { signal } from "@preact/signals";

/**
 * @typedef {object} Cell
 * @property {import("@preact/signals").Signal<{ phase: "idle" | "loading" | "ready" | "failed", value?: any, error?: Error }>} state
 * @property {() => Promise<void>} start once; it settles when the part is there or has failed, and never rejects
 * @property {() => Promise<void>} again after a failure
 */

/** How many parts are loading. */
export const loading = signal(0);

/** @param {() => Promise<any>} load @returns {Cell} */
export function createCell(load) {
  const state = signal({ phase: "idle" });
  let running;
  async function run() {
    state.value = { phase: "loading" };
    loading.value = loading.peek() + 1;
    try {
      state.value = { phase: "ready", value: await load() };
    } catch (error) {
      state.value = { phase: "failed", error };
    } finally {
      loading.value = loading.peek() - 1;
    }
  }
  return {
    state,
    start: () => (running ??= run()),
    again: () => (running = run()),
  };
}

/** Cells by a key, made when they are first asked for. */
export function createCells() {
  const cells = new Map();
  return {
    of(key, load) {
      if (!cells.has(key)) cells.set(key, createCell(load));
      return cells.get(key);
    },
    clear: () => cells.clear(),
  };
}
