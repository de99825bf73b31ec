/** The package as users get it: packed, and installed into a folder of its own. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { run } from "./run.mjs";
import { scratch } from "./scratch.mjs";

const PACKAGE = fileURLToPath(new URL("../../pkg/", import.meta.url));

/** npm, without looking for news or an account. */
async function npm(args, options) {
  const quiet = ["--offline", "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts", "--loglevel=error"];
  const { code, stdout, stderr } = await run("npm", [...args, ...quiet], options);
  assert.equal(code, 0, `npm ${args[0]}: ${stderr}${stdout}`);
  return stdout;
}

/**
 * Packs the package and installs the tarball.
 * @param {string} [parent] the folder in which the one with the package is made
 * @returns {{ path, join, files, remove }} files are those of the tarball
 */
export async function installPackage(parent) {
  const folder = await scratch("multiarch-", parent);
  const cache = { env: { npm_config_cache: folder.join("cache") } };
  const [packed] = JSON.parse(await npm(["pack", PACKAGE, "--json", "--pack-destination", folder.path], cache));
  await writeFile(folder.join("package.json"), '{ "private": true, "type": "module" }\n');
  await npm(["install", folder.join(packed.filename)], { ...cache, cwd: folder.path });
  return { ...folder, files: packed.files.map(({ path }) => path).sort() };
}
