/** Which files of the program a command reads: what it does not need costs its start. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";
import { multiarch } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

let folder, server, app, privately, locked;
before(async () => {
  folder = await scratch();
  const registry = createMemoryRegistry();
  server = await serve(registry.fetch);
  app = `${new URL(server.url).host}/team/app`;
  await pushAll(registry.fetch, server.url, "team/app", "1", indexWithAttestations(ociImage()));
  privately = createMemoryRegistry({ auth: { type: "bearer", anonymous: ["pull"], users: { ada: "secret" } } });
  locked = await serve(privately.fetch);
});
after(() => Promise.all([server.close(), locked.close(), folder.remove()]));

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

const FIRST = "multiarch.cjs";

/** In this order: the draft is there for the lines behind it. */
const ROWS = [
  ["--version", () => [], [FIRST]],
  ["help", () => [], [FIRST]],
  ["inspect", () => [`${app}:1`], [FIRST]],
  ["inspect --platform linux/amd64", () => [`${app}:1`], [FIRST]],
  ["resolve", () => [`${app}:1`], [FIRST]],
  ["tags", () => [app], [FIRST]],
  ["create", () => [`${app}:draft`, `${app}:1`], [FIRST, "drafts.cjs"]],
  ["annotate --variant v8", () => [`${app}:draft`, "linux/amd64"], [FIRST, "drafts.cjs"]],
  ["inspect", () => [`${app}:draft`], [FIRST, "drafts.cjs"]],
  ["push", () => [`${app}:draft`], [FIRST, "drafts.cjs"]],
  ["diff", () => [`${app}:1`, `${app}:1`], [FIRST, "others.cjs", "drafts.cjs"]],
];
for (const [line, operands, files] of ROWS) {
  test(`${line} reads no more than it needs: ${files.join(", ")}`, async () => {
    assert.deepEqual(await filesOf(...line.split(" "), ...operands()), files);
  });
}

test("what reads the credentials of a registry is in a file of its own", async () => {
  const { bytes, mediaType } = ociImage();
  await privately.putManifest("team/app", "1", bytes, { mediaType });
  assert.deepEqual(await filesOf("inspect", `${new URL(locked.url).host}/team/app:1`), [FIRST, "credentials.cjs"]);
});
