/** A file that is looked for from the highest layer down is the one that the merged view has. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Search } from "../../../pkg/layers/search.js";
import { FileTree } from "../../../pkg/layers/tree.js";
import { Random } from "../../fuzz/random.mjs";

let offset = 0;
const file = (path) => ({ path, type: "file", size: 1, offset: (offset += 512) });
const folder = (path) => ({ path, type: "folder", size: 0 });
const symlink = (path, target) => ({ path, type: "symlink", target, size: 0 });
const whiteout = (path) => ({ path, type: "whiteout", size: 0 });
const opaque = (path) => ({ path, type: "opaque", size: 0 });

/** The file of the merged view. @param {object[][]} layers the lowest first */
function merged(layers, path) {
  const tree = new FileTree();
  for (const entries of layers) {
    tree.begin();
    for (const entry of entries) tree.add(entry);
  }
  const node = tree.find(path);
  return node?.content?.offset === undefined ? { node } : { node, layer: node.content.layer, offset: node.content.offset };
}

/** What the search finds, how many layers it looked at, and whether it is sure. */
function searched(layers, path) {
  const search = new Search(path);
  for (let at = layers.length - 1; at >= 0 && search.isSure; at -= 1) {
    const entry = search.next(layers[at]);
    if (entry !== undefined) return { entry, layer: at, looked: layers.length - at, isSure: search.isSure };
  }
  return { entry: undefined, isSure: search.isSure };
}

describe("a file", () => {
  const base = [folder("etc"), file("etc/a"), file("etc/b"), folder("usr"), folder("usr/lib")];

  test("of the highest layer costs that layer alone", () => {
    const { layer, looked } = searched([base, [folder("etc"), file("etc/a")]], "/etc/a");
    assert.deepEqual([layer, looked], [1, 1]);
  });

  test("of a lower layer is looked for until it is there, and one that was taken away is not", () => {
    const layers = [base, [folder("etc"), file("etc/c")], [folder("etc"), whiteout("etc/b")]];
    assert.deepEqual(searched(layers, "etc/a").layer, 0);
    assert.deepEqual(searched(layers, "etc/c").layer, 1);
    assert.deepEqual([searched(layers, "./etc//b").entry, searched(layers, "etc/b").looked], [null, 1]);
  });

  test("is left to the merged view where a link may be on the way", () => {
    const linked = [...base, symlink("lib", "usr/lib"), file("usr/lib/x")];
    for (const [layers, path] of [
      [[linked], "lib/x"], [[linked, [file("lib/x")]], "usr/lib/x"], [[linked, [folder("etc"), symlink("etc/a", "b")]], "etc/a"],
      [[base, [folder("etc"), { ...file("etc/a"), type: "link", target: "etc/b" }]], "etc/a"], [[base], "etc/../etc/a"], [[base], ""],
    ]) assert.equal(searched(layers, path).isSure, false, path);
  });
});

test("of any layers it is what the merged view has, or is left to that", () => {
  const chance = new Random(7);
  const [draw, one] = [(end) => chance.below(end), (list) => chance.pick(list)];
  const paths = ["a", "b", "a/a", "a/b", "b/a", "a/a/a", "a/b/a", "b/a/b"];
  const above = (path) => path.split("/").slice(0, -1).map((_, at, parts) => folder(parts.slice(0, at + 1).join("/")));
  const makes = [file, file, folder, whiteout, opaque, (path) => symlink(path, one(["a", "/b", "../a", "b/a"])), (path) => ({ ...file(path), type: "link", target: one(paths) })];
  let sure = 0;
  for (let round = 0; round < 4000; round += 1) {
    const layers = Array.from({ length: 1 + draw(3) }, () => Array.from({ length: draw(6) }, () => {
      const path = one(paths);
      return [...(draw(4) > 0 ? above(path) : []), one(makes)(path)];
    }).flat());
    const path = one(paths);
    const found = searched(layers, path);
    if (found.entry === undefined) continue;
    sure += 1;
    const expected = merged(layers, path);
    const label = JSON.stringify({ layers, path });
    if (found.entry === null) assert.equal(expected.node?.entry, undefined, label);
    else assert.deepEqual([found.layer, found.entry.offset], [expected.layer, expected.offset], label);
  }
  assert.ok(sure > 200, `${sure} of the rounds were certain`);
});
