/** A folder with the app for one combination, which has the installed package above it. */

import { cp, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { scratch } from "../support/scratch.mjs";

const SOURCES = fileURLToPath(new URL("app/", import.meta.url));

/** The files that a line may belong into, around it. */
const SETTINGS = {
  "package.json": (line) => `{ "private": true, "type": "module"${line ? `, ${line}` : ""} }\n`,
  "vite.config.js": (line) => `export default { ${line} };\n`,
  "jest.config.mjs": (line) => `export default { ${line} };\n`,
};

/**
 * @param {{ path: string }} installed the folder that the package is installed in
 * @param {import("./combinations.mjs").Combination} combination
 * @param {string} [main] the module of the app that a page loads and a server runs, under the name main.js
 */
export async function appFolder(installed, { write, into, entry }, main) {
  const folder = await scratch("app-", installed.path);
  await cp(SOURCES, folder.path, { recursive: true });
  if (main) await rename(folder.join(`${main}.js`), folder.join("main.js"));
  await writeFile(folder.join("package.json"), SETTINGS["package.json"](""));
  // Parcel and Next take the folder of the nearest lock file for the project.
  await writeFile(folder.join("package-lock.json"), '{ "lockfileVersion": 3, "packages": {} }\n');
  if (into) await writeFile(folder.join(into), SETTINGS[into](write));
  if (entry) {
    const app = folder.join("app.js");
    await writeFile(app, (await readFile(app, "utf8")).replace('"multiarch"', `"${entry}"`));
  }
  return folder;
}
