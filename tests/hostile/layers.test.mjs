/** Layers that mean harm: each is said with its code, spoils nothing beside it, and leads nowhere. */

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

import { isMultiarchError, listLayer } from "multiarch";

import { FileTree } from "../../pkg/layers/tree.js";
import { LAYERS } from "./cases/layers.mjs";

after(() => console.log(`layers: ${LAYERS.length} cases`));

async function read({ bytes, stream, mediaType, options }) {
  const tree = new FileTree();
  tree.begin();
  const listing = listLayer(stream?.() ?? new Blob([bytes]), mediaType, options);
  const found = { findings: [], error: undefined, tree };
  try {
    for await (const entry of listing) {
      found.findings.push(...(entry.findings ?? []));
      tree.add(entry);
    }
  } catch (error) {
    found.error = error;
  }
  return found;
}

describe("every case has its code", () => {
  for (const one of LAYERS) {
    test(one.name, async () => {
      const { error, findings, tree } = await read(one);
      assert.equal(error?.code, one.code, error);
      if (error) {
        assert.ok(isMultiarchError(error) && error.hint, "with a hint");
        if (one.limit) assert.equal(error.details.limit, one.limit);
      } else {
        assert.deepEqual(findings, one.findings);
      }
      for (const { path } of tree.below()) {
        assert.ok(!path.startsWith("/") && !path.split("/").includes("..") && !path.includes("\0"), path);
      }
    });
  }
});

test("there are a hundred at least, no two of one name", () => {
  assert.ok(LAYERS.length >= 100);
  assert.equal(new Set(LAYERS.map(({ name }) => name)).size, LAYERS.length);
});
