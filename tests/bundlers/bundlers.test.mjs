/** Bundles of the packed package: each is executed, in a page of Chromium or in Node, and asked for the same digests. */

import assert from "node:assert/strict";
import { cp, readdir } from "node:fs/promises";
import { test } from "node:test";
import { join } from "node:path";

import { run } from "../support/run.mjs";
import { scratch } from "../support/scratch.mjs";
import { appFolder } from "./app-folder.mjs";
import { BUNDLERS } from "./bundle.mjs";
import { CARRIED, carried } from "./carried.mjs";
import { BUNDLED, PACKAGES } from "./combinations.mjs";
import { serveFolder, staged } from "./stage.mjs";
import { TOOLS, listening, versionOf } from "./tools.mjs";

const stage = staged({ installs: true, visits: true });

/** Judges what a page shows. */
function answered({ answer, complaints }) {
  assert.deepEqual([answer, complaints], [stage.registry.expected, []]);
}

/** Bundles the page `main`, visits it, and looks at what the bundle carries and what the page asked for. */
async function page(combination, main) {
  const { carries = "file", misses = false } = combination;
  const folder = await appFolder(stage.installed, combination, main);
  await BUNDLERS[combination.tool]({ folder: folder.path, modules: main === "page" ? ["main"] : ["main", "worker"], server: false });
  const out = folder.join("out");
  // What a bundler makes of a module needs a page; what it makes of a page is one.
  await cp(folder.join("index.html"), join(out, "index.html"), { force: false });
  const server = await serveFolder(out);
  try {
    const visit = await stage.visitor.visit(`${server.url}/`);
    answered(visit);
    assert.deepEqual(await carried(out, stage.installed), CARRIED[carries]);
    const missed = visit.requests.filter(({ path, status }) => status !== 200 && path !== "/favicon.ico");
    assert.deepEqual(missed, misses ? [{ path: "/wasm/multiarch_bg.wasm", status: 404 }] : []);
    // What is asked for of another origin is the registry's.
    const modules = visit.requests.filter(({ path, status }) => status === 200 && path.endsWith(".wasm"));
    assert.equal(modules.length, carries === "text" ? 0 : 1, "the file is fetched once");
    assert.ok(!visit.requests.some(({ path }) => carries !== "text" && path.includes("inline")), "the text is not loaded");
  } finally {
    await server.close();
  }
}

/** Visits a page that Vite serves as it stands. */
async function developed(combination, main) {
  const folder = await appFolder(stage.installed, combination, main);
  const script = `${TOOLS}${PACKAGES[combination.tool]}/bin/vite.js`;
  const server = await listening(script, (port) => ["--port", String(port), "--host", "127.0.0.1", "--strictPort"], { cwd: folder.path });
  try {
    answered(await stage.visitor.visit(`${server.url}/`));
  } catch (error) {
    throw new Error(server.output(), { cause: error });
  } finally {
    await server.close();
  }
}

/** Bundles the program, and runs it where there is no package. */
async function server(combination) {
  const folder = await appFolder(stage.installed, combination, "server");
  await BUNDLERS[combination.tool]({ folder: folder.path, modules: ["main"], server: true });
  const elsewhere = await scratch();
  try {
    await cp(folder.join("out"), elsewhere.path, { recursive: true });
    await cp(folder.join("package.json"), elsewhere.join("package.json"));
    const name = (await readdir(elsewhere.path)).find((one) => /^main\.[cm]?js$/.test(one));
    const { stdout, stderr } = await run(process.execPath, [elsewhere.join(name), stage.registry.domain]);
    assert.equal(stdout.trim(), stage.registry.expected, stderr);
  } finally {
    await elsewhere.remove();
  }
}

const USES = {
  "page": (combination) => page(combination, "page"),
  "page (without a 404)": (combination) => page(combination, "page"),
  "page (one copy)": (combination) => page(combination, "page"),
  "page (dev server)": (combination) => developed(combination, "page"),
  "Web Worker": (combination) => page(combination, "with-worker"),
  "Web Worker (dev server)": (combination) => developed(combination, "with-worker"),
  "Node (one file)": server,
};

for (const combination of BUNDLED.filter(({ open }) => !open)) {
  const { tool, use } = combination;
  test(`${tool} (${versionOf(PACKAGES[tool])}): ${use}`, () => USES[use](combination));
}
