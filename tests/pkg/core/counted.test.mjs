/** Counts in sentences: one is no plural. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { are, counted } from "../../../pkg/core/counted.js";

test("one thing is, several are", () => {
  const said = (count) => `${counted(count, "annotation")} ${are(count)} kept`;
  assert.deepEqual([0, 1, 2].map(said), ["0 annotations are kept", "1 annotation is kept", "2 annotations are kept"]);
});
