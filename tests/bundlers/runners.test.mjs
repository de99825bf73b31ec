/** What runs programs and tests from their sources, and what is run elsewhere: each asks for the same digests. */

import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { EdgeRuntime } from "edge-runtime";
import { build } from "esbuild";

import { scratch } from "../support/scratch.mjs";
import { appFolder } from "./app-folder.mjs";
import { PACKAGES, RUN } from "./combinations.mjs";
import { staged } from "./stage.mjs";
import { BUN, NODE_24, TOOLS, ran, succeeded, versionOf } from "./tools.mjs";

const stage = staged({ installs: true });

/** What a program prints. */
const answered = (output) => assert.equal(output.trim(), stage.registry.expected);

/** The variables of a combination, and what a test of the app compares. */
function environment({ environment: line = "" }) {
  const [name, ...value] = line.split("=");
  return { REGISTRY: stage.registry.domain, EXPECTED: stage.registry.expected, ...(name && { [name]: value.join("=") }) };
}

/** Bundles the program with Bun, and runs it where there is no package. */
async function bun(combination, options, runs) {
  const folder = await appFolder(stage.installed, combination, "server");
  await succeeded(BUN, ["build", "main.js", ...options, "--outfile", "made"], { cwd: folder.path });
  const elsewhere = await scratch();
  try {
    await cp(folder.join("made"), elsewhere.join("made"));
    const [command, ...args] = runs(elsewhere.join("made"));
    answered(await succeeded(command, [...args, stage.registry.domain], { cwd: elsewhere.path }));
  } finally {
    await elsewhere.remove();
  }
}

/** Bundles a function as Vercel's builder does, which compiles what is imported with `?module` beforehand. */
async function edge(combination) {
  const folder = await appFolder(stage.installed, combination, "edge");
  const modules = {
    name: "?module",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: "module" }));
      onLoad({ filter: /./, namespace: "module" }, () => ({ contents: "export default compiled" }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: [folder.join("main.js")], bundle: true, write: false, format: "iife", conditions: ["edge-light"], plugins: [modules],
  });
  const compiled = new WebAssembly.Module(await readFile(stage.installed.join("node_modules/multiarch/wasm/multiarch_bg.wasm")));
  const runtime = new EdgeRuntime({ extend: (context) => Object.assign(context, { compiled }), initialCode: outputFiles[0].text });
  const response = await runtime.dispatchFetch(`https://edge.example/?registry=${stage.registry.domain}`);
  answered(await response.text());
}

async function vitest(combination, name) {
  const folder = await appFolder(stage.installed, combination);
  await writeFile(folder.join("vitest.config.js"), `export default { test: { globals: true, environment: "${name}" } };\n`);
  const output = await ran(`${TOOLS}vitest/vitest.mjs`, ["run", "app.test.js"], { cwd: folder.path, env: environment(combination), node: NODE_24 });
  assert.match(output, /Tests +1 passed/);
}

/** @param {{ file?: string, node?: string, files?: Record<string, string> }} [options] `files` are those of the user's project */
async function jest(combination, { file = "app.test.js", node, files = {} } = {}) {
  const folder = await appFolder(stage.installed, combination);
  for (const [name, text] of Object.entries(files)) await writeFile(folder.join(name), text);
  const options = { cwd: folder.path, env: environment(combination), node };
  const output = await ran(`${TOOLS}jest/bin/jest.js`, ["--json", "--no-watchman", file], options);
  assert.equal(JSON.parse(output).numPassedTests, 1);
}

const TO_COMMONJS = {
  "package.json": '{ "private": true }\n',
  "babel.config.json": '{ "plugins": ["@babel/plugin-transform-modules-commonjs"] }\n',
};

async function tsx(combination) {
  const folder = await appFolder(stage.installed, combination);
  answered(await ran(`${TOOLS}tsx/dist/cli.mjs`, ["typed.ts", stage.registry.domain], { cwd: folder.path }));
}

const RUNNERS = {
  "Bun 1, `bun build --target=bun`": (combination) => bun(combination, ["--target=bun"], (made) => [BUN, made]),
  "Bun 1, `bun build --compile`": (combination) => bun(combination, ["--compile"], (made) => [made]),
  "edge-runtime 4, edge function": edge,
  "Vitest 5, Node": (combination) => vitest(combination, "node"),
  "Vitest 5, jsdom": (combination) => vitest(combination, "jsdom"),
  "Jest 30, ES modules in Node": (combination) => jest(combination),
  "Jest 30, `require` in Node 24": (combination) => jest(combination, { file: "require.test.cjs", node: NODE_24 }),
  "Jest 30, Babel to CommonJS in Node": (combination) => jest(combination, { files: TO_COMMONJS }),
  "Jest 30, ES modules in jsdom": (combination) => jest(combination),
  "tsx 4, Node": tsx,
};

for (const combination of RUN) {
  const { tool, use } = combination;
  test(`${tool} (${versionOf(PACKAGES[tool])}): ${use}`, () => RUNNERS[`${tool}, ${use}`](combination));
}
