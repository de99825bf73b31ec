/** Texts that are kept under tests/data/golden and compared; UPDATE=1 writes them anew. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** @param {string} name the file below tests/data/golden @param {string} text */
export async function assertGolden(name, text) {
  const file = fileURLToPath(new URL(`../data/golden/${name}`, import.meta.url));
  if (process.env.UPDATE) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  assert.equal(text, await readFile(file, "utf8"), name);
}
