/**
 * A merged view of layers, the lowest first: what a container sees, which layer each file is from, and what each layer adds,
 * replaces and removes.
 *
 * Whiteouts and opaque folders count for lower layers only, wherever they stand in their own. Folders above an entry may be
 * symbolic links of a lower layer, which are followed inside of the image, as engines do when they unpack.
 */

import { MERGED_ENTRIES, SYMLINKS } from "../core/facts.js";
import { layerError } from "./failures.js";
import { isRaw, keysOf, nameOf } from "./names.js";

/** Findings of an entry that is used all the same. */
const HARMLESS = new Set(["PATH_ABSOLUTE", "TAR_NUMBER_INVALID", "TAR_LINK_SIZE", "TAR_SPARSE", "ENTRY_DUPLICATE"]);

/** Whether an entry counts: not with a path that leads elsewhere, nor of a type that is not known. */
export const isUsed = ({ type, findings = [] }) => type !== "other" && findings.every((code) => HARMLESS.has(code));

/** A place in the tree. Without an `entry`: a folder that no layer states. */
class Node {
  entry;
  /** The layer that stated it last, and of a file where its content is. */
  layer;
  content;
  children = new Map();

  constructor(key, parent, layer) {
    this.key = key;
    this.parent = parent;
    this.layer = layer;
  }

  get isFolder() {
    return this.entry === undefined || this.entry.type === "folder";
  }

  get path() {
    const names = [];
    for (let node = this; node.parent; node = node.parent) names.unshift(nameOf(node.key));
    return names.join("/");
  }
}

/** What a layer does, counted. */
const noChanges = () => ({ entries: 0, added: 0, replaced: 0, removed: 0, ignored: 0, bytes: 0, wastedBytes: 0 });

export class FileTree {
  #root = new Node("", undefined, 0);
  #most;
  #count = 0;
  #layers = [];
  /** The layers that could not be read, with the reason. */
  unread = [];

  /** @param {number} [most] how many files, folders and links there may be at a time */
  constructor(most = MERGED_ENTRIES) {
    this.#most = most;
  }

  /** Of each layer so far how many entries it has, which of them add, replace, remove and are not used; its files' bytes, and the bytes of lower layers that it hides. */
  get layers() {
    return this.#layers;
  }

  get root() {
    return this.#root;
  }

  /** How many bytes of files no container sees. */
  get wastedBytes() {
    return this.#layers.reduce((sum, { wastedBytes }) => sum + wastedBytes, 0);
  }

  /** The entries that follow are of the next layer. */
  begin() {
    this.#layers.push(noChanges());
  }

  get #now() {
    return this.#layers.length - 1;
  }

  get #changes() {
    return this.#layers[this.#now];
  }

  /**
   * Takes an entry of the layer. Throws ARCHIVE_LIMIT.
   *
   * @returns {"added" | "replaced" | "removed" | undefined} what became of its path; undefined for a folder that was there, and
   *   for what is not used
   */
  add(entry) {
    const changes = this.#changes;
    changes.entries += 1;
    const keys = keysOf(entry);
    if (!isUsed(entry)) {
      changes.ignored += 1;
      return undefined;
    }
    if (entry.type === "opaque" || entry.type === "whiteout") return this.#takeAway(this.#seek(keys), entry.type);
    if (keys.length > 0) return this.#place(keys, entry);
    this.#root.entry = entry;
    return undefined;
  }

  #takeAway(node, type) {
    const before = this.#changes.removed;
    if (node && type === "opaque") this.#clear(node, false);
    else if (node?.parent) this.#remove(node, false);
    return this.#changes.removed > before ? "removed" : undefined;
  }

  #place(keys, entry) {
    const changes = this.#changes;
    const parent = this.#folder(keys.slice(0, -1));
    if (!parent) {
      changes.ignored += 1;
      return undefined;
    }
    const key = keys.at(-1);
    const before = parent.children.get(key);
    const stays = before?.isFolder === true && entry.type === "folder";
    const isLower = before !== undefined && before.layer < this.#now;
    if (before && !stays) this.#remove(before, true);
    const node = stays ? before : this.#create(key, parent);
    node.entry = entry;
    node.layer = this.#now;
    node.content = this.#contentOf(entry);
    if (entry.type === "file") changes.bytes += entry.size;
    if (before === undefined) {
      changes.added += 1;
      return "added";
    }
    if (stays || !isLower) return undefined;
    // It counted as removed when it made room.
    changes.removed -= 1;
    changes.replaced += 1;
    return "replaced";
  }

  /** Where the bytes of a file are; of a hard link, those of the file that it names now. */
  #contentOf({ type, size, offset, target }) {
    if (type === "file") return { layer: this.#now, size, offset };
    return type === "link" ? this.#seek(target.split("/").filter(Boolean))?.content : undefined;
  }

  #create(key, parent) {
    this.#count += 1;
    if (this.#count > this.#most) {
      throw layerError("ARCHIVE_LIMIT", `the layers have more than ${this.#most} files, folders and links together`, {
        details: { limit: "merged", most: this.#most },
      });
    }
    const node = new Node(key, parent, this.#now);
    parent.children.set(key, node);
    return node;
  }

  /** The folder of that path, made where there is none; undefined where something else is in the way. */
  #folder(keys) {
    let node = this.#root;
    for (const key of keys) {
      let child = node.children.get(key) ?? this.#create(key, node);
      if (child.entry?.type === "symlink") child = this.follow(child);
      if (!child?.isFolder) return undefined;
      node = child;
    }
    return node;
  }

  /** What is at a path; folders on the way may be links, the last component is taken as it is. */
  #seek(keys) {
    let node = this.#root;
    for (const [at, key] of keys.entries()) {
      node = node.children.get(key);
      if (at < keys.length - 1 && node?.entry?.type === "symlink") node = this.follow(node);
      if (!node) return undefined;
    }
    return node;
  }

  /** Takes a place away with what is below it, as far as it is of lower layers, or entirely. */
  #remove(node, entirely) {
    this.#clear(node, entirely);
    const changes = this.#changes;
    const isLower = node.layer < this.#now;
    const size = node.entry?.type === "file" ? node.entry.size : 0;
    if (isLower) {
      changes.removed += 1;
      changes.wastedBytes += size;
    }
    if (node.children.size > 0) {
      // This layer has put something into it: the folder is a new one.
      if (isLower) [node.entry, node.layer] = [undefined, this.#now];
      return;
    }
    if (!isLower && !entirely) return;
    if (!isLower) changes.bytes -= size;
    node.parent.children.delete(node.key);
    this.#count -= 1;
  }

  #clear(node, entirely) {
    for (const child of [...node.children.values()]) this.#remove(child, entirely);
  }

  /** What a symbolic link leads to inside of the image; undefined where it leads nowhere, or in circles. */
  follow(node) {
    return this.#walk(node.parent, node.entry.target, { links: 1 });
  }

  /**
   * What is at a path.
   *
   * @param {string} path from the root
   * @param {{ follow?: boolean }} [options] whether a link at the end is followed
   * @returns {Node | undefined}
   */
  find(path, { follow = true } = {}) {
    return this.#walk(this.#root, path, { links: 0, follow });
  }

  #walk(from, path, { links, follow = true }) {
    let node = path.startsWith("/") ? this.#root : from;
    const left = path.split("/").reverse();
    while (left.length > 0) {
      const name = left.pop();
      if (name === "" || name === ".") continue;
      if (!node.isFolder) return undefined;
      const child = name === ".." ? (node.parent ?? node) : named(node, name);
      if (!child) return undefined;
      if (child.entry?.type !== "symlink" || (left.length === 0 && !follow)) {
        node = child;
        continue;
      }
      links += 1;
      if (links > SYMLINKS) return undefined;
      if (child.entry.target.startsWith("/")) node = this.#root;
      left.push(...child.entry.target.split("/").reverse());
    }
    return node;
  }

  /** Every place below a node, in the order of names, each folder before what is in it. */
  *below(node = this.#root) {
    for (const child of sorted(node)) {
      yield child;
      yield* this.below(child);
    }
  }
}

/** What is in a folder, in the order of names. */
export function sorted(node) {
  return [...node.children.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A child by its name, or by what is shown for a name that is no UTF-8. */
function named(node, name) {
  const exact = node.children.get(name);
  if (exact || !name.includes("\ufffd")) return exact;
  return [...node.children.values()].find(({ key }) => isRaw(key) && nameOf(key) === name);
}
