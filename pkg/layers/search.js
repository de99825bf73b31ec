/**
 * One file, looked for from the highest layer down: most files are of few layers, and lower ones need not be read.
 *
 * It finds only what the merged view would find. That can be said of a layer in which every entry stands below folders that
 * the layer itself states before it, as engines write them: no symbolic link of a lower layer can lead such an entry elsewhere.
 */

import { isUsed } from "./tree.js";
import { keysOf } from "./names.js";

export class Search {
  #wanted;
  /** Whether the layers so far say for certain what is at the path. */
  #isSure;

  /** @param {string} path as a caller wrote it */
  constructor(path) {
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    this.#wanted = parts.join("/");
    this.#isSure = parts.length > 0 && !parts.includes("..") && !path.includes("\ufffd");
  }

  get isSure() {
    return this.#isSure;
  }

  /**
   * Looks at the next lower layer.
   *
   * @param {object[]} entries of the layer, in its order
   * @returns {object | null | undefined} the entry of the file; null where the layer takes it away; undefined where the next
   *   layer has to be looked at, and where that is of no use: see `isSure`
   */
  next(entries) {
    const folders = new Set([""]);
    let found;
    let isTaken = false;
    for (const entry of entries) {
      if (!isUsed(entry)) continue;
      const keys = keysOf(entry);
      const path = keys.join("/");
      const isAbove = path === "" || this.#wanted.startsWith(`${path}/`);
      const takes = entry.type === "whiteout" || entry.type === "opaque";
      if (!parents(keys).every((parent) => folders.has(parent)) || (isAbove && !takes && entry.type !== "folder")) return this.#giveUp();
      // Where a lower layer has a link there, it stays.
      if (entry.type === "opaque" && isAbove && !folders.has(path)) return this.#giveUp();
      if (takes) {
        isTaken ||= isAbove || (entry.type === "whiteout" && path === this.#wanted);
        continue;
      }
      if (entry.type === "folder") folders.add(path);
      else folders.delete(path);
      if (path === this.#wanted) found = entry;
    }
    if (found) return found.type === "file" && found.offset !== undefined ? found : this.#giveUp();
    return isTaken ? null : undefined;
  }

  #giveUp() {
    this.#isSure = false;
    return undefined;
  }
}

/** The folders above a path, the root among them. */
const parents = (keys) => keys.map((_, at) => keys.slice(0, at).join("/"));
