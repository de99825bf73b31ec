/** The soaks as tests: each in a process of its own, so that handles and memory are its own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { run } from "../support/run.mjs";

const SOAKS = {
  "20,000 calls to a registry that misbehaves": "soak.mjs",
  "20,000 requests of visitors to an edge service": "edge.mjs",
};

for (const [name, file] of Object.entries(SOAKS)) {
  test(name, async () => {
    const { code, signal, stdout, stderr } = await run(process.execPath, [fileURLToPath(new URL(file, import.meta.url))]);
    console.log(stdout);
    assert.equal(code ?? signal, 0, stderr);
  });
}
