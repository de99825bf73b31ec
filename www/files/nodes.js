/** The files of a layer, or of all layers merged, as a tree that is drawn: folders with what is in them, added up. */

import { createPace } from "../../pkg/core/foreign.js";
import { keysOf, nameOf } from "../../pkg/layers/names.js";
import { isUsed } from "../../pkg/layers/tree.js";
import { sortedInParts } from "./order.js";

/**
 * @typedef {object} FileNode
 * @property {string} name @property {string} path
 * @property {FileNode} [parent] @property {FileNode[]} [children] in the order of names; absent for what is no folder
 * @property {object} [entry] absent for a folder that is not stated
 * @property {number} [layer] of a merged view
 * @property {"added" | "replaced" | "removed" | "ignored"} [change] what the layer does; absent where lower layers are not known
 * @property {number} hides bytes of lower layers that it hides
 * @property {{ layer: number, offset: number, size: number }} [content] where its bytes are
 * @property {number} size of the file, or of all files below @property {number} count of the files below
 */

/** @typedef {{ root: FileNode, all: FileNode[], hiding: FileNode[] }} View `all` in the order of the tree */

const create = (key, name, parent) => ({
  key, name, parent, path: parent?.path ? `${parent.path}/${name}` : name, depth: parent ? parent.depth + 1 : -1, children: undefined, entry: undefined, hides: 0, size: 0, count: 0,
});

const newRoot = () => Object.assign(create("", "", undefined), { inside: new Map() });

function inside(parent, key, name) {
  parent.inside ??= new Map();
  let node = parent.inside.get(key);
  if (!node) parent.inside.set(key, (node = create(key, name, parent)));
  return node;
}

/**
 * The entries of one layer.
 * @param {object[]} entries @param {({ change?: string, hides: number } | undefined)[]} [changes] by entry, where lower layers are known
 * @returns {Promise<View>}
 */
export async function viewOfLayer(entries, layer, changes) {
  const root = newRoot();
  const pace = createPace();
  for (const [at, entry] of entries.entries()) {
    placeEntry(nodeFor(root, entry), entry, { layer, ...changes?.[at] });
    const pause = pace();
    if (pause) await pause;
  }
  return finished(root, pace);
}

/** An entry that is not used stands by itself: its path leads nowhere in the tree. */
function nodeFor(root, entry) {
  if (!isUsed(entry)) return inside(root, `\0\0${entry.path}`, entry.path);
  return keysOf(entry).reduce((node, key) => inside(node, key, nameOf(key)), root);
}

function placeEntry(node, entry, { layer, change, hides = 0 }) {
  const { type } = entry;
  node.hides += hides;
  if (type === "opaque") node.isOpaque = true;
  // A layer that takes a file away and has a new one of that name replaces it, in whichever order it says so.
  if (node.entry && (type === "whiteout" || type === "opaque")) return;
  const wasRemoved = node.change === "removed" || node.entry?.type === "whiteout";
  node.entry = entry;
  node.layer = layer;
  node.change = wasRemoved && change === "added" ? "replaced" : change;
  if (!isUsed(entry)) node.change = "ignored";
  else if (type === "whiteout") node.change = "removed";
  node.content = type === "file" && entry.offset !== undefined ? { layer, offset: entry.offset, size: entry.size } : undefined;
}

/**
 * All layers merged.
 * @param {import("../../pkg/layers/tree.js").FileTree} tree
 * @param {FileNode[]} hiding what hides bytes of lower layers, from the views of the layers
 * @returns {Promise<View>}
 */
export async function viewOfTree(tree, hiding) {
  const root = newRoot();
  const pace = createPace();
  const left = [[tree.root, root]];
  for (let pair = left.pop(); pair; pair = left.pop()) {
    const [from, to] = pair;
    for (const child of from.children.values()) {
      const node = inside(to, child.key, nameOf(child.key));
      Object.assign(node, { entry: child.entry, layer: child.layer, content: child.content?.offset === undefined ? undefined : child.content });
      if (child.isFolder) node.inside ??= new Map();
      if (child.children.size > 0) left.push([child, node]);
      const pause = pace();
      if (pause) await pause;
    }
  }
  return { ...(await finished(root, pace)), hiding };
}

/** Sorts every folder, lists all nodes in the order of the tree, and adds up sizes from the bottom. */
async function finished(root, pace) {
  const all = [];
  const left = [root];
  for (let node = left.pop(); node; node = left.pop()) {
    if (node !== root) all.push(node);
    if (node.inside || node.entry?.type === "folder") {
      node.children = await sortedInParts([...(node.inside?.values() ?? [])], (a, b) => (a.key < b.key ? -1 : 1), pace);
      node.inside = undefined;
      for (let at = node.children.length - 1; at >= 0; at -= 1) left.push(node.children[at]);
    }
    const pause = pace();
    if (pause) await pause;
  }
  for (let at = all.length - 1; at >= 0; at -= 1) addUp(all[at]);
  return { root, all, hiding: all.filter(({ hides }) => hides > 0) };
}

function addUp(node) {
  if (node.entry?.type === "file" && node.change !== "ignored") {
    node.size = node.entry.size;
    node.count = 1;
  }
  node.parent.size += node.size;
  node.parent.count += node.count;
}

/** An entry by itself, for a list of those that came so far. @returns {FileNode} */
export const lone = ({ path, type, size }) => ({ ...create(path, path, undefined), path, entry: { type }, size, count: type === "file" ? 1 : 0 });

/** The node at a path of a view; undefined where there is none. */
export function nodeAt({ root }, path) {
  const whole = root.children.find(({ name }) => name === path);
  if (whole) return whole;
  let node = root;
  for (const name of path.split("/").filter((part) => part !== "")) {
    node = node?.children?.find((child) => child.name === name);
    if (!node) return undefined;
  }
  return node === root ? undefined : node;
}

/** Where a link leads, as a path from the root. */
export function targetOf({ entry, path }) {
  const from = entry.type === "symlink" && !entry.target.startsWith("/") ? path.split("/").slice(0, -1) : [];
  const parts = [...from];
  for (const part of entry.target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
