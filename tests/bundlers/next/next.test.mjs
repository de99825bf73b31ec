/** Next, as it is developed with and as it is built: its kinds of pages and routes ask for the same digests. */

import { cp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { installPackage } from "../../support/package.mjs";
import { NEXT } from "../combinations.mjs";
import { testFramework } from "../frameworks.mjs";
import { listening, ran } from "../tools.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The folder of a version; what belongs to it is installed there, or above it. */
const folderOf = ({ version }) => version.split(" ")[1];
const scriptOf = (combination) => createRequire(here(`${folderOf(combination)}/`)).resolve("next/dist/bin/next");

testFramework(NEXT, {
  paths: { "server component": "/server", "client component": "/client", "route handler": "/route", "edge route": "/edge" },

  /** In a folder below the one that has the version of Next: both belong to the project that Next sees. */
  async app(combination) {
    const installed = await installPackage(here(`${folderOf(combination)}/.tmp/`));
    await cp(here("app"), installed.join("app"), { recursive: true });
    await cp(here("../app/app.js"), installed.join("app.js"));
    const root = JSON.stringify(here(".."));
    await writeFile(installed.join("next.config.mjs"), `export default { outputFileTracingRoot: ${root}, turbopack: { root: ${root} } };\n`);
    return installed;
  },

  async build(app, combination) {
    if (combination.command !== "next build") return undefined;
    await ran(scriptOf(combination), ["build"], { cwd: app.path });
    return app.join(".next/static");
  },

  async serve(app, combination) {
    const verb = combination.command === "next build" ? "start" : "dev";
    return listening(scriptOf(combination), (port) => [verb, "--port", String(port), "--hostname", "127.0.0.1"], { cwd: app.path });
  },
});
