/** Which files of the program a command reads, the module of its core among them: what it does not need costs its start. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { COMMANDS } from "../../../pkg/cli/flags/table.js";
import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { indexWithAttestations, ociImage, pushAll } from "../../support/images.mjs";
import { multiarch } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

let folder, server, app, digest, privately, locked;
before(async () => {
  folder = await scratch();
  const registry = createMemoryRegistry();
  server = await serve(registry.fetch);
  app = `${new URL(server.url).host}/team/app`;
  const index = indexWithAttestations(ociImage());
  ({ digest } = index);
  await pushAll(registry.fetch, server.url, "team/app", "1", index);
  privately = createMemoryRegistry({ auth: { type: "bearer", anonymous: ["pull"], users: { ada: "secret" } } });
  locked = await serve(privately.fetch);
});
after(() => Promise.all([server.close(), locked.close(), folder.remove()]));

/** The names of the files that a command reads: those of the program, then the modules of cores, in the order that they are read. */
async function filesOf(args, input) {
  const [preload, list] = [folder.join("preload.cjs"), folder.join("list.json")];
  await writeFile(preload, `
    const fs = require("node:fs");
    const { readFileSync } = fs;
    const modules = [];
    fs.readFileSync = (path, ...more) => {
      if (String(path).endsWith(".wasm")) modules.push(String(path));
      return readFileSync(path, ...more);
    };
    process.on("exit", () => fs.writeFileSync(${JSON.stringify(list)}, JSON.stringify([...Object.keys(require.cache), ...modules])));
  `);
  const env = { NODE_OPTIONS: `--require ${preload}`, DOCKER_CONFIG: folder.join("docker") };
  const { code, stderr } = await multiarch(args, { env, input });
  assert.equal(code, 0, `${args.join(" ")}\n${stderr}`);
  return JSON.parse(await readFile(list, "utf8")).map((path) => path.split(/[\\/]/).pop()).filter((name) => name !== "preload.cjs");
}

const FIRST = "multiarch.cjs";
const [CREDENTIALS, DRAFTS, OTHERS, GLUE] = ["credentials.cjs", "drafts.cjs", "others.cjs", "whole.cjs"];
const [READER, WHOLE] = ["reader_bg.wasm", "multiarch_bg.wasm"];

/**
 * Lines with the files that they read, and what they read from standard input. APP stands for a repository, DIGEST for what it has
 * as `1`, HOST for its registry, and FOLDER for a folder. In this order: some lines need what those before them made.
 */
const LINES = [
  ["--version", [FIRST]],
  ["help", [FIRST]],
  ["completion bash", [FIRST, OTHERS]],
  ["inspect APP:1", [FIRST, READER]],
  ["inspect --verbose APP:1", [FIRST, GLUE, WHOLE]],
  ["inspect --platform linux/amd64 APP:1", [FIRST, GLUE, WHOLE]],
  ["inspect --raw APP:1", [FIRST, READER]],
  ["inspect --format json APP:1", [FIRST, OTHERS, READER]],
  ["resolve APP:1", [FIRST, READER]],
  ["resolve --platform linux/amd64 --explain APP:1", [FIRST, READER]],
  ["tags APP", [FIRST, READER]],
  ["tags --columns digest,platforms APP", [FIRST, OTHERS, DRAFTS, READER]],
  ["check APP:1", [FIRST, OTHERS, READER]],
  ["diff APP:1 APP:1", [FIRST, OTHERS, DRAFTS, READER]],
  ["digest -", [FIRST, OTHERS], "text"],
  ["find DIGEST APP", [FIRST, OTHERS, READER]],
  ["imagetools inspect APP:1", [FIRST, OTHERS, READER]],
  ["login -u ada --password-stdin HOST", [FIRST, OTHERS, CREDENTIALS, DRAFTS, READER], "secret"],
  ["pin -", [FIRST, OTHERS, READER], "FROM APP:1\n"],
  ["ratelimit APP:1", [FIRST, OTHERS, READER]],
  ["referrers APP@DIGEST", [FIRST, OTHERS, READER]],
  ["create APP:draft APP:1", [FIRST, GLUE, DRAFTS, WHOLE]],
  ["annotate --variant v8 APP:draft linux/amd64", [FIRST, GLUE, DRAFTS, WHOLE]],
  ["inspect APP:draft", [FIRST, GLUE, DRAFTS, READER, WHOLE]],
  ["push APP:draft", [FIRST, GLUE, DRAFTS, WHOLE]],
  ["copy APP:1 oci:FOLDER/image:1", [FIRST, GLUE, OTHERS, DRAFTS, WHOLE]],
  ["resolve oci:FOLDER/image:1", [FIRST, GLUE, OTHERS, WHOLE]],
  ["delete APP:1", [FIRST, GLUE, OTHERS, WHOLE]],
];
for (const [line, files, input] of LINES) {
  test(`${line} reads ${files.join(", ")}`, async () => {
    const meant = { APP: app, DIGEST: digest, HOST: app.split("/")[0], FOLDER: folder.join("archives") };
    const filled = (text) => text?.replace(/\b(APP|DIGEST|HOST|FOLDER)\b/g, (name) => meant[name]);
    assert.deepEqual(await filesOf(line.split(" ").map(filled), filled(input)), files);
  });
}

test("every command that does without the core that writes is among those lines", () => {
  const untested = COMMANDS.filter(({ core, name }) =>
    core !== undefined && name !== "version" && !LINES.some(([line]) => `${line} `.startsWith(`${name} `)));
  assert.deepEqual(untested.map(({ name }) => name), []);
});

test("what reads the credentials of a registry is in a file of its own", async () => {
  const { bytes, mediaType } = ociImage();
  await privately.putManifest("team/app", "1", bytes, { mediaType });
  assert.deepEqual(await filesOf(["resolve", `${new URL(locked.url).host}/team/app:1`]), [FIRST, CREDENTIALS, READER]);
});
