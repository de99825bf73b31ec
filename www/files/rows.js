/** Which rows of a view are shown: its tree as far as it is unfolded, its files by size, what hides bytes, or what a filter finds. */

import { createPace } from "../../pkg/core/foreign.js";
import { sortedInParts } from "./order.js";

/** The ways to look at files, by what the address calls them. */
export const WAYS = ["tree", "size", "wasted"];

/**
 * The files by size, what hides bytes, or what has a text in its path.
 * @param {import("./nodes.js").View} view
 * @param {{ way: string, find: string, signal: AbortSignal }} asked
 * @returns {Promise<import("./nodes.js").FileNode[]>}
 */
export async function rowsOf(view, { way, find, signal }) {
  const list = way === "tree" ? view.all : await (way === "size" ? bySize(view) : byHidden(view));
  return find === "" ? list : found(list, find.toLowerCase(), signal);
}

/** The tree as far as it is unfolded. @param {import("./nodes.js").View} view @param {Set<object>} unfolded */
export function unfoldedRows({ root }, unfolded) {
  const rows = [];
  const left = [...root.children].reverse();
  for (let node = left.pop(); node; node = left.pop()) {
    rows.push(node);
    if (!node.children || !unfolded.has(node)) continue;
    for (let at = node.children.length - 1; at >= 0; at -= 1) left.push(node.children[at]);
  }
  return rows;
}

/** Files, the largest first. */
async function bySize(view) {
  view.bySize ??= sortedInParts(view.all.filter(({ count, children }) => count === 1 && !children), (a, b) => b.size - a.size, createPace());
  return view.bySize;
}

/** What hides bytes of lower layers, the most first. */
async function byHidden(view) {
  view.byHidden ??= sortedInParts([...view.hiding], (a, b) => b.hides - a.hides, createPace());
  return view.byHidden;
}

async function found(list, text, signal) {
  const pace = createPace();
  const rows = [];
  for (const node of list) {
    if (node.path.toLowerCase().includes(text)) rows.push(node);
    const pause = pace();
    if (pause) await pause;
    if (signal.aborted) return [];
  }
  return rows;
}

/** Unfolds what is above a node. */
export function unfoldTo(node, unfolded) {
  for (let above = node.parent; above?.parent; above = above.parent) unfolded.add(above);
}
