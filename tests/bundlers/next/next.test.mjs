/** Next, as it is developed with and as it is built: its kinds of pages and routes ask for the same digests. */

import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

import { installPackage } from "../../support/package.mjs";
import { CARRIED, carried } from "../carried.mjs";
import { NEXT, PACKAGES } from "../combinations.mjs";
import { startRegistry, startVisitor } from "../stage.mjs";
import { listening, ran, versionOf } from "../tools.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

let registry, visitor;
before(async () => {
  registry = await startRegistry();
  visitor = await startVisitor(registry);
});
after(async () => {
  await visitor?.close();
  await registry?.close();
});

/** Where a version of Next is installed: the newest one above all, others beside their package.json. */
const scriptOf = (folder) => createRequire(here(`${folder}/`)).resolve("next/dist/bin/next");

/** The app, in a folder below the one that has the version of Next: both belong to the project that Next sees. */
async function app(folder) {
  const installed = await installPackage(here(`${folder}/.tmp/`));
  await cp(here("app"), installed.join("app"), { recursive: true });
  await cp(here("../app/app.js"), installed.join("app.js"));
  const root = JSON.stringify(here(".."));
  await writeFile(installed.join("next.config.mjs"), `export default { outputFileTracingRoot: ${root}, turbopack: { root: ${root} } };\n`);
  return installed;
}

/** Starts the app. @returns {Promise<{ url: string, output: () => string, close: () => Promise<void> }>} */
async function started(folder, { command, carries = "file" }) {
  const installed = await app(folder);
  const script = scriptOf(folder);
  if (command === "next build") {
    await ran(script, ["build"], { cwd: installed.path });
    assert.deepEqual(await carried(installed.join(".next/static"), installed), CARRIED[carries]);
  }
  const verb = command === "next build" ? "start" : "dev";
  const server = await listening(script, (port) => [verb, "--port", String(port), "--hostname", "127.0.0.1"], { cwd: installed.path });
  return { ...server, close: () => server.close().then(installed.remove) };
}

const PATHS = { "server component": "/server", "client component": "/client", "route handler": "/route", "edge route": "/edge" };

async function answered({ url, output }, use) {
  const path = `${url}${PATHS[use]}`;
  if (use.endsWith("component")) {
    const { answer, complaints } = await visitor.visit(path);
    assert.deepEqual([answer, complaints], [registry.expected, []], output());
  } else {
    const response = await fetch(`${path}?registry=${registry.domain}`);
    assert.deepEqual([response.status, await response.text()], [200, registry.expected], output());
  }
}

for (const title of new Set(NEXT.map(({ tool }) => tool))) {
  const combinations = NEXT.filter(({ tool }) => tool === title);
  const [first] = combinations;
  const { version } = first;
  const folder = version.split(" ")[1];
  describe(`${title}, ${versionOf(PACKAGES[version])}`, () => {
    let server;
    before(async () => (server = await started(folder, first)));
    after(() => server?.close());
    for (const { use } of combinations) test(use, () => answered(server, use));
  });
}
