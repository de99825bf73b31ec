/** Which files of the program a command reads: what it does not need costs its start. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";
import { multiarch } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

let folder, server, app;
before(async () => {
  folder = await scratch();
  const registry = createMemoryRegistry();
  server = await serve(registry.fetch);
  app = `${new URL(server.url).host}/team/app`;
  await pushAll(registry.fetch, server.url, "team/app", "1", indexWithAttestations(ociImage()));
});
after(() => Promise.all([server.close(), folder.remove()]));

/** The names of the files that a command reads. */
async function filesOf(...args) {
  const [preload, list] = [folder.join("preload.cjs"), folder.join("list.json")];
  const write = `require("node:fs").writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache)))`;
  await writeFile(preload, `process.on("exit", () => ${write});`);
  const env = { NODE_OPTIONS: `--require ${preload}`, DOCKER_CONFIG: folder.join("docker") };
  const { code, stderr } = await multiarch(args, { env });
  assert.deepEqual([code, stderr], [0, ""], args.join(" "));
  return JSON.parse(await readFile(list, "utf8")).map((path) => path.split(/[\\/]/).pop()).filter((name) => name !== "preload.cjs");
}

const READ = [["--version"], ["help"], ["inspect", ":1"], ["resolve", ":1"], ["tags", ""]];
for (const [name, tag] of READ) {
  test(`${name} reads the first file of the program alone`, async () => {
    assert.deepEqual(await filesOf(name, ...(tag === undefined ? [] : [app + tag])), ["multiarch.cjs"]);
  });
}

test("what few commands need is in a file that only they read", async () => {
  assert.deepEqual(await filesOf("diff", `${app}:1`, `${app}:1`), ["multiarch.cjs", "others.cjs"]);
});
