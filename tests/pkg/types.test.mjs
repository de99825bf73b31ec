/** The types: they compile where users compile, and describe what is there. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import * as multiarch from "multiarch";
import * as edge from "multiarch/edge";
import * as node from "multiarch/node";
import * as proxy from "multiarch/proxy";
import * as testing from "multiarch/testing";

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

test("what is declared is exported, and what is exported is declared", () => {
  for (const [name, module] of Object.entries({ index: multiarch, edge, node, proxy, testing })) {
    const declarations = readFileSync(new URL(`../../pkg/${name}.d.ts`, import.meta.url), "utf8");
    const declared = [...declarations.matchAll(/^export (?:declare )?(?:function|class|const) (\w+)/gm)].map(([, found]) => found);
    // An overloaded function is declared several times.
    assert.deepEqual(Object.keys(module).sort(), [...new Set(declared)].sort(), name);
  }
});
