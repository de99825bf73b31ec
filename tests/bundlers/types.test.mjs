/** Programs of users in TypeScript: they compile against the packed package, and what is compiled runs. */

import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { PACKAGES, TYPED } from "./combinations.mjs";
import { staged } from "./stage.mjs";
import { TOOLS, ran, versionOf } from "./tools.mjs";

const SOURCES = fileURLToPath(new URL("types/", import.meta.url));
const MODULES = { node16: "node16", nodenext: "nodenext", bundler: "preserve" };
const REQUIRED = /^import multiarch = require.*\n/m;
const TAKEN = "const { createClient } = multiarch;";

const stage = staged({ installs: true });

/** A project with one program. */
async function project({ resolution, file }) {
  const folder = await scratch("app-", stage.installed.path);
  await cp(`${SOURCES}${file}`, folder.join(file));
  await writeFile(folder.join("package.json"), '{ "private": true }\n');
  const compilerOptions = {
    strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: [],
    module: MODULES[resolution], moduleResolution: resolution, rootDir: ".", outDir: "out",
  };
  await writeFile(folder.join("tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  return folder;
}

for (const combination of TYPED) {
  const { tool, use, file, write } = combination;
  const tsc = `${TOOLS}${PACKAGES[tool]}/bin/tsc`;
  test(`${tool} (${versionOf(PACKAGES[tool])}): ${use}`, async () => {
    const folder = await project(combination);
    if (write) {
      const refused = await run(process.execPath, [tsc], { cwd: folder.path });
      assert.match(refused.stdout, /^required\.cts\(\d+,\d+\): error TS1471/m, "without the line");
      const text = await readFile(folder.join(file), "utf8");
      await writeFile(folder.join(file), text.replace(REQUIRED, "").replace(TAKEN, write));
    }
    await ran(tsc, [], { cwd: folder.path });
    const made = folder.join("out", file.replace(/ts$/, "js"));
    assert.equal((await ran(made, [stage.registry.domain], { cwd: folder.path })).trim(), stage.registry.expected);
  });
}
