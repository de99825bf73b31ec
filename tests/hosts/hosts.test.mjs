/** One program in every kind of host, from the packed package, with one expected output. Prints the hosts' versions. */

import assert from "node:assert/strict";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";
import { serve } from "multiarch/node";
import { chromium } from "playwright-core";

import { assertGolden } from "../support/golden.mjs";
import { installPackage } from "../support/package.mjs";
import { run } from "../support/run.mjs";

const tool = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
const PROGRAM = fileURLToPath(new URL("program.mjs", import.meta.url));
const PACKAGE = "node_modules/multiarch";
const TYPES = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", html: "text/html" };

let installed;
before(async () => {
  installed = await installPackage();
  await copyFile(PROGRAM, installed.join("program.mjs"));
  await writeFile(installed.join("main.mjs"), `
    import * as multiarch from "multiarch";
    import * as testing from "multiarch/testing";
    import { program } from "./program.mjs";
    console.log(await program(multiarch, testing));`);
  await writeFile(installed.join("main.cjs"), `
    const [multiarch, testing] = [require("multiarch"), require("multiarch/testing")];
    import("./program.mjs").then(async ({ program }) => console.log(await program(multiarch, testing)));`);
});
after(() => installed?.remove());

const same = (output) => assertGolden("program.json", `${output.trim()}\n`);

/** A program that runs the files of the installed package by itself. */
async function hosted(context, command, args) {
  const version = await run(command, ["--version"]);
  context.diagnostic(`${context.name}: ${version.stdout.trim().split("\n")[0]}`);
  const { code, stdout, stderr } = await run(command, args, { cwd: installed.path, env: { NO_COLOR: "1" } });
  assert.equal(code, 0, stderr);
  await same(stdout);
}

for (const [name, command] of Object.entries({
  "this Node": process.execPath,
  "Node 22": tool("node22/bin/node"),
  "Node 24": tool("node24/bin/node"),
})) {
  test(name, (context) => hosted(context, command, ["main.mjs"]));
  test(`${name}, require`, (context) => hosted(context, command, ["--no-warnings", "main.cjs"]));
}

// Without a permission: nothing is read, fetched or looked up in the environment.
test("Deno", (context) => hosted(context, tool("@deno/linux-x64-glibc/deno"), ["run", "--no-remote", "--no-prompt", "main.mjs"]));
test("Bun", (context) => hosted(context, tool("@oven/bun-linux-x64/bin/bun"), ["main.mjs"]));
test("Bun, require", (context) => hosted(context, tool("@oven/bun-linux-x64/bin/bun"), ["main.cjs"]));

test("workerd", async (context) => {
  const { version } = JSON.parse(await readFile(tool("workerd/package.json"), "utf8"));
  context.diagnostic(`workerd: ${version}`);
  const worker = `
    import * as multiarch from "./${PACKAGE}/entry/workerd.js";
    import * as testing from "./${PACKAGE}/testing/index.js";
    import { program } from "./program.mjs";
    export default { fetch: async () => new Response(await program(multiarch, testing)) };`;
  // All of the package: a bundler would find what the entry imports, and nothing else is ever loaded.
  const files = installed.files.filter((path) => /\.(js|wasm)$/.test(path));
  const modules = [
    { type: "ESModule", path: installed.join("worker.mjs"), contents: worker },
    { type: "ESModule", path: installed.join("program.mjs") },
    ...files.map((path) => ({
      type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: installed.join(PACKAGE, path),
    })),
  ];
  for (const [compatibilityDate, ...compatibilityFlags] of [["2025-05-01"], ["2026-07-01"], ["2026-07-01", "nodejs_compat"]]) {
    const miniflare = new Miniflare({ modulesRoot: installed.path, modules, compatibilityDate, compatibilityFlags });
    try {
      const response = await miniflare.dispatchFetch("http://worker.example/");
      await same(await response.text());
    } finally {
      await miniflare.dispose();
    }
  }
});

test("Chromium", async (context) => {
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'";
  const imports = { "multiarch": `/${PACKAGE}/entry/browser.js`, "multiarch/testing": `/${PACKAGE}/testing/index.js` };
  const page = `<!doctype html><title>program</title>
    <script type="importmap">{ "imports": ${JSON.stringify(imports)} }</script>`;
  const { url, close } = await serve(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return new Response(page, { headers: { "content-type": TYPES.html, "content-security-policy": policy } });
    const body = await readFile(installed.join(pathname.slice(1))).catch(() => undefined);
    if (!body) return new Response("", { status: 404 });
    return new Response(body, { headers: { "content-type": TYPES[pathname.split(".").pop()] } });
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  try {
    context.diagnostic(`Chromium: ${browser.version()}`);
    const tab = await browser.newPage();
    const complaints = [];
    tab.on("pageerror", (error) => complaints.push(String(error)));
    await tab.goto(url);
    const output = await tab.evaluate(async () => {
      const { program } = await import("/program.mjs");
      return program(await import("multiarch"), await import("multiarch/testing"));
    });
    await same(output);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await close();
  }
});
