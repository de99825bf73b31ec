/** The types compile where users compile. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { run } from "../support/run.mjs";

const folder = fileURLToPath(new URL("types/", import.meta.url));
const STRICT = ["--noEmit", "--strict", "--skipLibCheck", "false", "--exactOptionalPropertyTypes", "--target", "es2022", "--types", ""];

async function compile(files, options) {
  const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
  const { code, stdout, stderr } = await run(process.execPath, [tsc, ...STRICT, ...options, ...files], { cwd: folder });
  assert.equal(code, 0, stdout + stderr);
}

test("a user's program compiles, and its mistakes do not", async () => {
  for (const resolution of [["--module", "nodenext"], ["--module", "esnext", "--moduleResolution", "bundler"]]) {
    await compile(["consumer.ts"], [...resolution, "--lib", "es2022,dom,dom.iterable"]);
  }
});

test("the core needs no DOM library", () => compile(["core.ts", "hosts.d.ts"], ["--module", "nodenext", "--lib", "es2022"]));
