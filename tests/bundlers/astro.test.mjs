/** Astro, as it is developed with and as it is built: what runs in a page's frontmatter, and in its script. */

import { cp, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { installPackage } from "../support/package.mjs";
import { ASTRO } from "./combinations.mjs";
import { testFramework } from "./frameworks.mjs";
import { serveFolder } from "./stage.mjs";
import { NODE_24, TOOLS, listening, ran } from "./tools.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SCRIPT = `${TOOLS}astro/bin/astro.mjs`;
const inApp = (app, registry) => ({ cwd: app.path, env: { REGISTRY: registry.domain }, node: NODE_24 });

testFramework(ASTRO, {
  paths: { "server (frontmatter)": "/server/", "client script": "/client/" },

  async app() {
    const installed = await installPackage(here(".tmp/"));
    await cp(here("app"), installed.join("src"), { recursive: true });
    await cp(here("astro"), installed.join("src/pages"), { recursive: true });
    await writeFile(installed.join("astro.config.mjs"), "export default {};\n");
    return installed;
  },

  async build(app, { command }, registry) {
    if (command !== "astro build") return undefined;
    await ran(SCRIPT, ["build"], inApp(app, registry));
    return app.join("dist");
  },

  async serve(app, { command }, registry) {
    if (command === "astro build") return serveFolder(app.join("dist"));
    return listening(SCRIPT, (port) => ["dev", "--port", String(port), "--host", "127.0.0.1"], inApp(app, registry));
  },
});
