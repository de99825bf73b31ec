/** Astro, as it is developed with and as it is built: what runs in a page's frontmatter, and in its script. */

import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

import { installPackage } from "../support/package.mjs";
import { CARRIED, carried } from "./carried.mjs";
import { ASTRO, PACKAGES } from "./combinations.mjs";
import { serveFolder, startRegistry, startVisitor } from "./stage.mjs";
import { NODE_24, TOOLS, listening, ran, versionOf } from "./tools.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SCRIPT = `${TOOLS}astro/bin/astro.mjs`;

let registry, visitor;
before(async () => {
  registry = await startRegistry();
  visitor = await startVisitor(registry);
});
after(async () => {
  await visitor?.close();
  await registry?.close();
});

async function app() {
  const installed = await installPackage(here(".tmp/"));
  await cp(here("app"), installed.join("src"), { recursive: true });
  await cp(here("astro"), installed.join("src/pages"), { recursive: true });
  await writeFile(installed.join("astro.config.mjs"), "export default {};\n");
  return installed;
}

/** Starts the app. @returns {Promise<{ url: string, close: () => Promise<void> }>} */
async function started(command) {
  const installed = await app();
  const options = { cwd: installed.path, env: { REGISTRY: registry.domain }, node: NODE_24 };
  let server;
  if (command === "astro build") {
    await ran(SCRIPT, ["build"], options);
    assert.deepEqual(await carried(installed.join("dist"), installed), CARRIED.file);
    server = await serveFolder(installed.join("dist"));
  } else {
    server = await listening(SCRIPT, (port) => ["dev", "--port", String(port), "--host", "127.0.0.1"], options);
  }
  return { ...server, close: () => server.close().then(installed.remove) };
}

const PATHS = { "server (frontmatter)": "/server/", "client script": "/client/" };

for (const title of new Set(ASTRO.map(({ tool }) => tool))) {
  const combinations = ASTRO.filter(({ tool }) => tool === title);
  const [{ version, command }] = combinations;
  describe(`${title}, ${versionOf(PACKAGES[version])}`, () => {
    let server;
    before(async () => (server = await started(command)));
    after(() => server?.close());
    for (const { use } of combinations) {
      test(use, async () => {
        const { answer, complaints } = await visitor.visit(`${server.url}${PATHS[use]}`);
        assert.deepEqual([answer, complaints], [registry.expected, []]);
      });
    }
  });
}
