/** Which files differ between two stacks of layers, of which the lowest are the same and not read. */

import { createPace } from "../../pkg/core/foreign.js";
import { keysOf, nameOf } from "../../pkg/layers/names.js";
import { within } from "../../pkg/layers/part.js";
import { FileTree, isUsed } from "../../pkg/layers/tree.js";
import { createDigester } from "../../pkg/nouns/digest.js";
import { sortedInParts } from "./order.js";

/**
 * @typedef {object} Difference
 * @property {string} path
 * @property {"added" | "removed" | "changed" | "inA" | "inB" | "unknown"} change from A to B. "inA" and "inB": layers of that side
 *   alone write it, and what the other has there is of the layers below, if anything. "unknown": of one size, its content not compared
 * @property {string[]} words what differs: "type", "content", "target", "mode", "owner"
 * @property {object} [a] @property {object} [b] the entries
 */

/** Entries that take away, and how the path ends of what they do: a folder that is emptied stays. */
const TAKING = new Map([["whiteout", ""], ["opaque", "/"]]);

/**
 * One side: what its layers write, and what they take away from the layers below.
 * @param {{ blob: object, entries: object[] }[]} layers the lowest first
 */
async function sideOf(layers, pace) {
  const tree = new FileTree();
  const taken = new Set();
  for (const { entries } of layers) {
    tree.begin();
    for (const entry of entries) {
      if (isUsed(entry) && TAKING.has(entry.type)) taken.add(keysOf(entry).map(nameOf).join("/") + TAKING.get(entry.type));
      tree.add(entry);
      const pause = pace();
      if (pause) await pause;
    }
  }
  return { written: await pathsOf(tree, layers, pace), taken };
}

/** Every place that is stated, by its path. */
async function pathsOf(tree, layers, pace) {
  const paths = new Map();
  const left = [[tree.root, ""]];
  for (let pair = left.pop(); pair; pair = left.pop()) {
    const [node, path] = pair;
    for (const child of node.children.values()) {
      const own = path === "" ? nameOf(child.key) : `${path}/${nameOf(child.key)}`;
      const { entry, content } = child;
      if (entry) paths.set(own, { entry, size: content?.size ?? entry.size, content: placeOf(content, layers), isEmpty: child.children.size === 0 });
      if (child.children.size > 0) left.push([child, own]);
      const pause = pace();
      if (pause) await pause;
    }
  }
  return paths;
}

const placeOf = (content, layers) => (content?.offset === undefined ? undefined : { blob: layers[content.layer].blob, offset: content.offset, size: content.size });

const KINDS = { link: "file" };
const kindOf = ({ type }) => KINDS[type] ?? type;
const isFolder = ({ entry }) => entry.type === "folder";

/** What differs without a look at the content; two files of one size are left to that. */
function wordsOf(a, b) {
  const [one, other] = [a.entry, b.entry];
  if (kindOf(one) !== kindOf(other)) return ["type"];
  return [
    kindOf(one) === "file" && a.size !== b.size && "content",
    one.type === "symlink" && one.target !== other.target && "target",
    (one.mode & 0o7777) !== (other.mode & 0o7777) && "mode",
    (one.uid !== other.uid || one.gid !== other.gid) && "owner",
  ].filter(Boolean);
}

/** Whether a side takes a path of the layers below away, by itself or with a folder above it. */
function isTaken(taken, path) {
  if (taken.has(path)) return true;
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    const above = path.slice(0, at);
    if (taken.has(above) || taken.has(`${above}/`)) return true;
  }
  return taken.has("/");
}

/**
 * @param {{ blob: object, entries: object[] }[][]} sides of A and B, the layers above those that both share
 * @param {{ isWhole: boolean }} options `isWhole`: no layers are below
 * @returns {Promise<Difference[]>} in the order of paths
 */
export async function differencesOf([layersA, layersB], { isWhole }) {
  const pace = createPace();
  const [a, b] = [await sideOf(layersA, pace), await sideOf(layersB, pace)];
  const found = [];
  const alike = [];
  for (const [path, one] of a.written) {
    const other = b.written.get(path);
    if (!other) found.push(...alone(path, { a: one }, isWhole || isTaken(b.taken, path)));
    else {
      const pair = { path, words: wordsOf(one, other), a: one, b: other };
      if (pair.words.length > 0) found.push({ ...pair, change: "changed" });
      if (kindOf(one.entry) === "file" && one.size === other.size && one.size > 0) alike.push(pair);
    }
  }
  for (const [path, other] of b.written) if (!a.written.has(path)) found.push(...alone(path, { b: other }, isWhole || isTaken(a.taken, path)));
  if (!isWhole) found.push(...takenAlone(a, b, "added"), ...takenAlone(b, a, "removed"));
  const all = [...found, ...(await byContent(alike, new Set(found.map(({ path }) => path))))];
  return sortedInParts(all, (one, other) => (one.path < other.path ? -1 : 1), pace);
}

/** A folder that one side states again, for what it puts into it, is no difference. */
function alone(path, sides, isKnown) {
  const own = sides.a ?? sides.b;
  if (!isKnown && isFolder(own) && !own.isEmpty) return [];
  const change = sides.a ? (isKnown ? "removed" : "inA") : isKnown ? "added" : "inB";
  return [{ path, words: [], change, ...sides }];
}

/** What one side takes away of the layers below and the other leaves. @param {"added" | "removed"} change from A to B */
const takenAlone = (one, other, change) =>
  [...one.taken].filter((path) => !other.taken.has(path) && !one.written.has(path) && !other.written.has(path)).map((path) => ({ path, words: [], change }));

/** The pairs of files of one size whose contents differ, or are not here to be compared. */
async function byContent(pairs, known) {
  const sums = await sumsOf(pairs.flatMap(({ a, b }) => (isSamePlace(a.content, b.content) ? [] : [a.content, b.content])));
  const found = [];
  for (const pair of pairs) {
    const { a, b, path, words } = pair;
    if (isSamePlace(a.content, b.content)) continue;
    const [one, other] = [sums.get(a.content), sums.get(b.content)];
    const isCompared = one !== undefined && other !== undefined;
    if (isCompared && one === other) continue;
    if (known.has(path)) words.unshift(isCompared ? "content" : "perhaps content");
    else found.push({ ...pair, words: isCompared ? ["content"] : [], change: isCompared ? "changed" : "unknown" });
  }
  return found;
}

const isSamePlace = (one, other) => one !== undefined && other !== undefined && one.blob === other.blob && one.offset === other.offset;

/** The digests of contents, as far as the bytes of their layers are here. @returns {Promise<Map<object, string>>} by their places */
async function sumsOf(places) {
  const wanted = new Map();
  for (const place of places) {
    if (!place || place.blob.cost > 0) continue;
    const inBlob = wanted.get(place.blob) ?? new Map();
    wanted.set(place.blob, inBlob.set(place.offset, [...(inBlob.get(place.offset) ?? []), place]));
  }
  const sums = new Map();
  for (const [blob, byOffset] of wanted) {
    const left = [...byOffset.values()].sort(([one], [other]) => one.offset - other.offset);
    for await (const [same, sum] of digests(blob.batches(), left)) for (const place of same) sums.set(place, sum);
  }
  return sums;
}

/** Each place with its digest, as the layer passes by. Its end need not be seen again: it was verified when it was read first. */
async function* digests(batches, left) {
  let at = 0;
  let digester;
  for await (const batch of batches) {
    const end = batch.offset + batch.bytes.length;
    while (at < left.length && left[at][0].offset < end) {
      const [{ offset, size }] = left[at];
      digester ??= createDigester();
      digester.update(within(batch, offset, size));
      if (offset + size > end) break;
      yield [left[at], digester.digest()];
      digester = undefined;
      at += 1;
    }
    if (at === left.length) return;
  }
}
