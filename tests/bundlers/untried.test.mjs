/** The table of what is tried: in the documentation as it is here, and with the versions of this run. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { PACKAGES, table, untried } from "./combinations.mjs";
import { versionOf } from "./tools.mjs";

const DOCS = new URL("../../docs/hosts.md", import.meta.url);
const TABLE = /^\| tool \| use \|[^]*?\n(?=\n)/m;

test("docs/hosts.md has the table; UPDATE=1 writes it", async () => {
  const text = await readFile(DOCS, "utf8");
  const expected = text.replace(TABLE, table());
  if (process.env.UPDATE) await writeFile(DOCS, expected);
  else assert.equal(text, expected);
  assert.match(text, TABLE);
});

test("what was tried, and what was not, is printed", () => {
  const versions = Object.entries(PACKAGES).map(([tool, name]) => `${tool} ${versionOf(name)}`);
  console.log(`  with    ${versions.join(", ")}`);
  for (const line of untried()) console.log(`  untried ${line}`);
});
