/** The entries of the package in the hosts that docs/hosts.md names for them, each at work: a client, a service, a proxy. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";

// The bundler that the package is built with: Workers are bundled before they are deployed.
import { build } from "../../pkg/node_modules/esbuild/lib/main.js";
import { installPackage } from "../support/package.mjs";
import { run } from "../support/run.mjs";

const tool = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

/** What each entry does with a registry that holds one index. */
const EVERYWHERE = {
  "multiarch": "index",
  "multiarch/reader": "index",
  "multiarch/testing": "1",
  "multiarch/archive": "openArchive",
  "multiarch/edge": "200",
  "multiarch/proxy": "200",
};
/** Hosts that compile a module while they run may have it as text. */
const ON_A_MACHINE = { ...EVERYWHERE, "multiarch/inline": "index", "multiarch/reader/inline": "index", "multiarch/node": "nodeFetch" };

const PROGRAM = (entries) => `
  ${entries.map((entry, at) => `import * as entry${at} from "${entry}";`).join("\n  ")}
  import { createMemoryRegistry } from "multiarch/testing";

  const HERE = "https://service.example";
  const options = { registries: ["registry.example"], origins: [HERE] };

  async function answer({ createClient, createEdge, createProxy, createMemoryRegistry: create, ...others }, registry) {
    const { fetch } = registry;
    if (createEdge) return (await createEdge({ ...options, fetch })(new Request(HERE + "/resolve/registry.example/a/b:1"))).status;
    if (createProxy) return (await createProxy({ ...options, fetch })(new Request(HERE + "/registry.example/v2/a/b/manifests/1"))).status;
    if (createClient) return (await createClient({ fetch }).manifest("registry.example/a/b:1")).kind;
    return create ? registry.tags("a/b") : ["openArchive", "nodeFetch"].filter((name) => typeof others[name] === "function");
  }

  export async function answers() {
    const registry = createMemoryRegistry();
    await registry.putManifest("a/b", "1", { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [] });
    const found = {};
    for (const [entry, module] of [${entries.map((entry, at) => `["${entry}", entry${at}]`)}]) found[entry] = String(await answer(module, registry));
    return JSON.stringify(found);
  }`;

let installed;
before(async () => {
  installed = await installPackage();
  await writeFile(installed.join("machine.mjs"), PROGRAM(Object.keys(ON_A_MACHINE)));
  await writeFile(installed.join("main.mjs"), 'import { answers } from "./machine.mjs";\nconsole.log(await answers());');
  await writeFile(installed.join("everywhere.mjs"), PROGRAM(Object.keys(EVERYWHERE)));
  await writeFile(installed.join("worker.mjs"), 'import { answers } from "./everywhere.mjs";\nexport default { fetch: async () => new Response(await answers()) };');
});
after(() => installed?.remove());

for (const [name, command, ...args] of [
  ["this Node", process.execPath],
  ["Node 22", tool("node22/bin/node")],
  ["Node 24", tool("node24/bin/node")],
  ["Deno", tool("@deno/linux-x64-glibc/deno"), "run", "--no-remote", "--no-prompt", "--allow-env", "--allow-read"],
  ["Bun", tool("@oven/bun-linux-x64/bin/bun")],
]) {
  test(name, async () => {
    const { code, stdout, stderr } = await run(command, [...args, "main.mjs"], { cwd: installed.path, env: { NO_COLOR: "1" } });
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), ON_A_MACHINE);
  });
}

test("workerd", async () => {
  const outfile = installed.join("bundle/worker.mjs");
  await build({
    entryPoints: [installed.join("worker.mjs")], outfile, bundle: true, format: "esm", conditions: ["workerd", "worker"], external: ["*.wasm"], logLevel: "error",
  });
  const modules = [{ type: "ESModule", path: outfile }];
  for (const core of ["multiarch", "reader"]) {
    const contents = await readFile(installed.join(`node_modules/multiarch/wasm/${core}_bg.wasm`));
    modules.push({ type: "CompiledWasm", path: installed.join(`wasm/${core}_bg.wasm`), contents });
  }
  const miniflare = new Miniflare({ modulesRoot: installed.path, modules, compatibilityDate: "2026-07-01" });
  try {
    assert.deepEqual(await (await miniflare.dispatchFetch("http://worker.example/")).json(), EVERYWHERE);
  } finally {
    await miniflare.dispose();
  }
});
