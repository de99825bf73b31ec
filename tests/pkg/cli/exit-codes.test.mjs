/** The table of exit codes in docs/command-line.md: a line for each row, which ends with the code that stands there. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { ociImage } from "../../support/images.mjs";
import { serveRegistry } from "../../support/memory-server.mjs";
import { startServer } from "../../support/recording.mjs";
import { multiarch, multiarchHere as here } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const PAGE = new URL("../../../docs/command-line.md", import.meta.url);

let registry, silent, folder, app;
before(async () => {
  folder = await scratch();
  registry = await serveRegistry({ "team/app:1": ociImage(), "team/app:2": ociImage({ architecture: "arm64" }) });
  silent = await startServer(() => {});
  app = `${registry.host}/team/app`;
  await writeFile(folder.join("Dockerfile"), `FROM ${app}:1\n`);
});
after(async () => {
  await Promise.all([registry?.close(), silent?.close()]);
  await folder?.remove();
});

const ended = async (...args) => (await here(args)).code;

/** How a command ends that waits for a registry, by a signal that it gets once it has started. */
async function ends(signal) {
  const started = (child) => setTimeout(() => child.kill(signal), 1_500);
  const { code, signal: by } = await multiarch(["resolve", `${silent.domain}/team/app`], { started });
  // A shell says 128 and the number of the signal of a program that was ended by one.
  return code ?? { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[by];
}

/** By the first cell of a row: the codes that lines end with, in its order. */
const ROWS = {
  "0": async () => [await ended("resolve", `${app}:1`)],
  "1": async () => [await ended("resolve", `${app}:none`)],
  "1, 2": async () => [await ended("diff", `${app}:1`, `${app}:2`), await ended("diff", `${app}:1`, `${app}:none`)],
  "3": async () => [await ended("pin", "--check", folder.join("Dockerfile"))],
  "2 to 7": async () => [await ended("check", `${app}:none`), await ended("check", "--platform", "linux/arm64", `${app}:1`)],
  "125": async () => [await ended("resolve", "--policy", "none", `${app}:1`)],
  "129, 130, 143": async () => [await ends("SIGHUP"), await ends("SIGINT"), await ends("SIGTERM")],
};

test("every row is what happens", async () => {
  const [, chapter] = (await readFile(PAGE, "utf8")).split("## Exit codes\n");
  const rows = [...chapter.split("\n## ")[0].matchAll(/^\| (\d[^|]*) \|/gm)].map(([, cell]) => cell);
  assert.deepEqual(rows.sort(), Object.keys(ROWS).sort());
  for (const [cell, run] of Object.entries(ROWS)) {
    const codes = await run();
    const stated = cell.match(/\d+/g).map(Number);
    const expected = cell.includes(" to ") ? codes.map((_, at) => stated[0] + at) : stated;
    assert.deepEqual(codes, expected, cell);
  }
});
