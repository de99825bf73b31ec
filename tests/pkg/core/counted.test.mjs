/** Counts in sentences: one is no plural. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { init, parseManifest } from "multiarch";

import { are, counted } from "../../../pkg/core/counted.js";

test("one thing is, several are", () => {
  const said = (count) => `${counted(count, "annotation")} ${are(count)} kept`;
  assert.deepEqual([0, 1, 2].map(said), ["0 annotations are kept", "1 annotation is kept", "2 annotations are kept"]);
});

test("in the core's messages, too", async () => {
  await init();
  const problemOf = (data) => {
    const config = { mediaType: "a/b", digest: `sha256:${"0".repeat(64)}`, size: 3, data };
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    return parseManifest(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] })).config.problem;
  };
  assert.match(problemOf("YQ=="), /embeds 1 byte where size says 3/);
  assert.match(problemOf("YWI="), /embeds 2 bytes where size says 3/);
});
