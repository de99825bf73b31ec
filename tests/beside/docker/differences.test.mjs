/** The list of deliberate differences: each is shown by a scenario, and docs/differences.md has the same. */

import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { DIFFERENCES } from "./differences.mjs";
import { isCommand } from "./runner.mjs";

async function allScenarios() {
  const folder = new URL("scenarios/", import.meta.url);
  const files = (await readdir(folder)).filter((name) => name !== "names.mjs");
  const modules = await Promise.all(files.map((name) => import(new URL(name, folder))));
  return modules.flatMap((exported) => Object.values(exported).flat());
}

test("every difference is listed once, with a reason, and shown by a scenario", async () => {
  const shown = new Set();
  for (const { steps } of await allScenarios()) {
    for (const { differs = {} } of steps) for (const id of Object.keys(differs)) shown.add(id);
  }
  const ids = DIFFERENCES.map(({ id }) => id);
  assert.deepEqual([...shown].sort(), [...ids].sort());
  for (const difference of DIFFERENCES) {
    for (const field of ["title", "docker", "multiarch", "why"]) {
      assert.match(difference[field], /\S/, `${difference.id}: ${field}`);
    }
  }
});

test("docs/differences.md says the same", async () => {
  const path = new URL("../../../docs/differences.md", import.meta.url);
  const text = await readFile(path, "utf8");
  const [start, end] = ["<!-- differences -->\n", "<!-- /differences -->"].map((mark) => text.indexOf(mark));
  assert.ok(start >= 0 && end > start);
  const from = text.indexOf("\n", start) + 1;
  const cells = DIFFERENCES.map(({ id, title, docker, multiarch, why }) => [`${title}<br>\`${id}\``, docker, multiarch, why]);
  const rows = cells.map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`).join("");
  const table = `| | docker manifest | multiarch | why |\n|---|---|---|---|\n${rows}`;
  if (process.env.UPDATE) await writeFile(path, text.slice(0, from) + table + text.slice(end));
  else assert.equal(text.slice(from, end), table, "UPDATE=1 writes it anew");
});

test("scenarios have names of their own, and commands", async () => {
  const scenarios = await allScenarios();
  const ids = scenarios.map(({ id }) => id);
  assert.deepEqual(ids.filter((id, at) => ids.indexOf(id) !== at), []);
  assert.deepEqual(scenarios.filter(({ steps }) => !steps.some(isCommand)).map(({ id }) => id), []);
  assert.ok(scenarios.length >= 120, `${scenarios.length} scenarios`);
  const commands = scenarios.flatMap(({ steps }) => steps.filter(isCommand));
  console.log(`  ${scenarios.length} scenarios of ${commands.length} commands, ${DIFFERENCES.length} listed differences`);
});
