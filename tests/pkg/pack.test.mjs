/** The package as it is published: what is in it, and that it can be imported as users do. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { assertGolden } from "../support/golden.mjs";
import { installPackage } from "../support/package.mjs";
import { run } from "../support/run.mjs";

/** The name of a bundled file without the hashes of its content, which change with it. */
const unhashed = (name) => (/^(?:inspector|reader)\//.test(name) ? name.replace(/(?:-[A-Z0-9]{8})+\./, "-HASH.") : name);

let installed;
before(async () => (installed = await installPackage()));
after(() => installed?.remove());

async function node(name, source, ...args) {
  await writeFile(installed.join(name), source);
  const { code, stdout, stderr } = await run(process.execPath, [...args, name], { cwd: installed.path });
  assert.equal(code, 0, stderr);
  return stdout;
}

test("the tarball holds these files", () => assertGolden("tarball.txt", `${[...new Set(installed.files.map(unhashed))].sort().join("\n")}\n`));

test("it depends on nothing", () => {
  const { dependencies, peerDependencies, optionalDependencies } = packageJson();
  assert.deepEqual([dependencies, peerDependencies, optionalDependencies], [undefined, undefined, undefined]);
});

test("import, require and the subpaths", async () => {
  const show = "console.log(multiarch.parseReference('alpine').canonical)";
  assert.equal(await node("a.mjs", `import * as multiarch from "multiarch"; ${show}`), "docker.io/library/alpine\n");
  assert.equal(await node("b.cjs", `const multiarch = require("multiarch"); ${show}`, "--no-warnings"), "docker.io/library/alpine\n");
  assert.equal(await node("c.mjs", `import * as multiarch from "multiarch/inline"; ${show}`), "docker.io/library/alpine\n");
  const subpaths = `
    import { createMemoryRegistry } from "multiarch/testing";
    import { createProxy } from "multiarch/proxy";
    import { hostPlatform, nodeFetch, serve, dockerCredentials } from "multiarch/node";
    import { readFileSync } from "node:fs";
    import { createRequire } from "node:module";
    const wasm = readFileSync(createRequire(import.meta.url).resolve("multiarch/multiarch.wasm"));
    const names = [createMemoryRegistry, createProxy, hostPlatform, nodeFetch, serve, dockerCredentials];
    console.log(names.map((f) => typeof f).join(), WebAssembly.validate(wasm));`;
  assert.equal(await node("d.mjs", subpaths), "function,function,function,function,function,function true\n");
});

test("the command is installed", async () => {
  const command = (...args) => run(installed.join("node_modules/.bin/multiarch"), args, { cwd: installed.path });
  const { code, stdout } = await command("--version");
  assert.deepEqual([code, stdout], [0, `multiarch ${packageJson().version}\n`]);
  const { stderr } = await command("resolve", "UPPER");
  assert.match(stderr, /\[REFERENCE_INVALID\]/, "the core is found from where the command lies");
});

test("importing runs nothing: the module is compiled by the first call", async () => {
  const source = `
    const { Module } = WebAssembly;
    let compiled = 0;
    WebAssembly.Module = class extends Module { constructor(...a) { super(...a); compiled++; } };
    const multiarch = await import("multiarch");
    const before = compiled;
    multiarch.createClient();
    const made = compiled;
    multiarch.parseReference("alpine");
    multiarch.parseReference("alpine");
    console.log(before, made, compiled);`;
  assert.equal(await node("e.mjs", source), "0 0 1\n");
});

test("the reader is installed under all its names", async () => {
  for (const name of ["reader", "reader/asset", "reader/inline"]) {
    const init = name.endsWith("asset") ? "await reader.init((await import('node:fs')).readFileSync('node_modules/multiarch/wasm/reader_bg.wasm'));" : "";
    const source = `import * as reader from "multiarch/${name}"; ${init} console.log(reader.parseReference("alpine").canonical, reader.buildIndex)`;
    assert.equal(await node("f.mjs", source), "docker.io/library/alpine undefined\n");
  }
});

test("the three forms of the core are one", async () => {
  const { default: inline } = await import("../../pkg/wasm/multiarch_bg.inline.js");
  assert.deepEqual(Buffer.from(inline()), readFileSync(new URL("../../pkg/wasm/multiarch_bg.wasm", import.meta.url)));
});

function packageJson() {
  return JSON.parse(readFileSync(new URL("../../pkg/package.json", import.meta.url), "utf8"));
}
