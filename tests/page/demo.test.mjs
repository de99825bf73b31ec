/** `cargo xtask demo` from its start to its end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { run } from "../support/run.mjs";

const DEMO = fileURLToPath(new URL("../../xtask/demo/main.mjs", import.meta.url));

test("the demo shows the main job, proves its page, and ends", async () => {
  const { code, stdout, stderr } = await run(process.execPath, [DEMO, "--once"]);
  assert.equal(stderr, "");
  assert.equal(code, 0);
  for (const shown of [
    /\$ multiarch inspect 127\.0\.0\.1:\d+\/demo\/app:1\.0\n {3}│ \{\n {3}│ {4}"schemaVersion": 2,/,
    /--platform linux\/arm64\n {3}│ 127\.0\.0\.1:\d+\/demo\/app@sha256:[0-9a-f]{64}\n/,
    /linux\/arm64 is the platform asked for/,
    /\[PLATFORM_NOT_FOUND\]\n(.*\n)* {3}│ hint: /,
    /\$ multiarch push --purge \S+\/demo\/web:2\.0\n {3}│ sha256:[0-9a-f]{64}\n/,
    /\$ multiarch resolve \S+\/demo\/web:2\.0 --platform linux\/arm64\n {3}│ \S+\/demo\/web@sha256:[0-9a-f]{64}\n/,
    /http:\/\/127\.0\.0\.1:\d+\/\n/,
    /✓ a manifest through the proxy/,
  ])
    assert.match(stdout, shown);
  assert.ok(!stdout.includes("\u001b"), "no colours for a pipe");
});
