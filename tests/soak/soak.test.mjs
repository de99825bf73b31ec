/** The soak as a test: a process of its own, whose handles and memory are nobody else's. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { run } from "../support/run.mjs";

const SOAK = fileURLToPath(new URL("soak.mjs", import.meta.url));

test("20,000 calls to a registry that misbehaves", async () => {
  const { code, signal, stdout, stderr } = await run(process.execPath, [SOAK]);
  console.log(stdout);
  assert.equal(code ?? signal, 0, stderr);
});
