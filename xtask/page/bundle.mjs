/**
 * `node xtask/page/bundle.mjs FOLDER`: esbuild puts the modules of `www` and the package into the folder, under names that hold
 * the hash of their content. What the first view needs is one file; what is imported when it is asked for is a file of its own.
 * It prints the names of the scripts that the first view needs, the one that begins first.
 */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MODULES = join(ROOT, "pkg/node_modules");
const FIRST = "www/main.jsx";
const { build } = createRequire(join(MODULES, "page.js"))("esbuild");

/** What the package imports when it is called, and the page calls. The files of its other calls stay out. In names of bundled
 * files stands the hash of their content. */
const CALLED = new Set(["check.js", "describe.js", "diff.js"]);

/**
 * Each file that is imported later gets an import of the first view, which is there by then. So the modules of the first view stay
 * together: esbuild makes a file of those that the same files need, and many small ones where they need different parts.
 */
const later = {
  name: "later",
  setup({ onResolve, onLoad, resolve }) {
    const paths = new Set();
    onResolve({ filter: /\.jsx?$/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
      if (kind !== "dynamic-import" || pluginData === later) return undefined;
      if (importer.startsWith(join(ROOT, "pkg/")) && !CALLED.has(basename(path).replace(/-[A-Z0-9]{8}\./, "."))) return { path, external: true };
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: later });
      paths.add(found.path);
      return found;
    });
    onLoad({ filter: /\.jsx?$/ }, async ({ path }) => {
      if (!paths.has(path)) return undefined;
      const contents = `${await readFile(path, "utf8")}\nimport ${JSON.stringify(join(ROOT, "www/views/app.jsx"))};\n`;
      return { contents, loader: extname(path).slice(1) };
    });
  },
};

const { metafile: { outputs } } = await build({
  absWorkingDir: ROOT,
  entryPoints: [FIRST],
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".wasm": "file" },
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "none",
  logLevel: "warning",
  outdir: process.argv[2],
  nodePaths: [MODULES],
  plugins: [later],
  metafile: true,
});

/** A script with those that it cannot begin without. */
const withImported = (path) =>
  [path, ...outputs[path].imports.filter(({ kind, external }) => kind === "import-statement" && !external).flatMap((one) => withImported(one.path))];

const [first] = Object.keys(outputs).filter((path) => outputs[path].entryPoint === FIRST);
for (const name of new Set(withImported(first).map((path) => basename(path)))) console.log(name);
