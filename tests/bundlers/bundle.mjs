/** One function for each bundler: it bundles a module of the app in a folder into `out/`, for browsers or for Node. */

import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rspack } from "@rspack/core";
import { build } from "esbuild";
import { rollup } from "rollup";
import webpack from "webpack";

import { BUN, TOOLS, ran, succeeded } from "./tools.mjs";

/**
 * @typedef {object} Task
 * @property {string} folder of the app; what is made of it goes to `out/`
 * @property {string[]} modules without their extension: the first is that of index.html, and only bundlers that find no
 *   workers by themselves need the others
 * @property {boolean} server whether it is for Node
 */

const vite = (script) => async ({ folder, modules: [name], server }) => {
  const options = server ? ["--ssr", `${name}.js`] : ["--base", "./"];
  await ran(`${TOOLS}${script}`, ["build", "--outDir", "out", "--logLevel", "warn", ...options], { cwd: folder });
};

/** webpack and Rspack take the same settings. They find workers by themselves. */
const webpackLike = (bundler) => async ({ folder, modules: [name], server }) => {
  const output = { path: join(folder, "out"), filename: `${name}.js`, ...(server && { library: { type: "commonjs2" }, filename: `${name}.cjs` }) };
  const compiler = bundler({ context: folder, mode: "production", target: server ? "node" : "web", entry: `./${name}.js`, output, performance: false });
  const stats = await new Promise((resolve, reject) => compiler.run((error, done) => (error ? reject(error) : resolve(done))));
  await new Promise((closed) => compiler.close(closed));
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString());
};

async function withRollup({ folder, modules, server }) {
  const input = modules.map((name) => join(folder, `${name}.js`));
  const resolution = server ? { exportConditions: ["node"], preferBuiltins: true } : { browser: true };
  const bundle = await rollup({ input, plugins: [nodeResolve(resolution)] });
  await bundle.write({ dir: join(folder, "out"), format: "es" });
  await bundle.close();
}

async function withEsbuild({ folder, modules, server }) {
  const entryPoints = modules.map((name) => join(folder, `${name}.js`));
  await build({ entryPoints, bundle: true, format: "esm", platform: server ? "node" : "browser", outdir: join(folder, "out"), logLevel: "error" });
}

async function withParcel({ folder }) {
  await ran(`${TOOLS}parcel/lib/bin.js`, ["build", "index.html", "--no-cache", "--no-source-maps", "--dist-dir", "out"], { cwd: folder });
}

async function withBun({ folder, modules, server }) {
  const target = server ? "node" : "browser";
  await succeeded(BUN, ["build", ...modules.map((name) => `${name}.js`), `--target=${target}`, "--outdir", "out"], { cwd: folder });
}

/** @type {Record<string, (task: Task) => Promise<void>>} */
export const BUNDLERS = {
  "Vite 7": vite("vite7/bin/vite.js"),
  "Vite 8": vite("vite/bin/vite.js"),
  "webpack 5": webpackLike(webpack),
  "Rspack 2": webpackLike(rspack),
  "Rollup 4": withRollup,
  "esbuild": withEsbuild,
  "Bun 1": withBun,
  "Parcel 2": withParcel,
};
