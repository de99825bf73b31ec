/**
 * `node xtask/page/bundle.mjs FOLDER [METAFILE]`: esbuild puts the modules of `www` and the package into the folder, under names that
 * hold the hash of their content. What the first view needs is one file; what is imported when it is asked for is a file of its own.
 * It prints the names of the scripts that the first view needs, the one that begins first; esbuild's account of what went where
 * (https://esbuild.github.io/analyze/) goes into METAFILE.
 */

import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MODULES = join(ROOT, "pkg/node_modules");
const FIRST = "www/main.jsx";
/** The rules of the first view, and those of what is imported later, which `www/state/parts.js` adds. */
const STYLES = ["main", "later"];
const { build } = createRequire(join(MODULES, "page.js"))("esbuild");

/** What the package imports when it is called, and the page calls. The files of its other calls stay out. */
const CALLED = new Set(["check.js", "describe.js", "diff.js"]);

/** Ends the names of modules of the package that stand over the core that only reads. */
const READER = "?reader";
const isOfPackage = (path) => path.startsWith(join(ROOT, "pkg/")) && !path.startsWith(MODULES);

/**
 * A module of the package that is imported as `…?reader`, and all that it imports, is another one than without that: each of the two
 * cores that the page uses has modules, and a state, of its own.
 */
const reader = {
  name: "reader",
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[.]/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
      if (pluginData?.isFound) return undefined;
      if (kind === "dynamic-import" && isOfPackage(importer) && !CALLED.has(basename(path))) return { path, external: true };
      const found = await resolve(path.replace(READER, ""), { kind, importer, resolveDir, pluginData: { isFound: true } });
      const isReader = path.endsWith(READER) || (pluginData?.isReader && isOfPackage(found.path));
      return { ...found, suffix: isReader && extname(found.path) === ".js" ? READER : "", pluginData: { isReader } };
    });
    onLoad({ filter: /[.]jsx?$/ }, async ({ path, pluginData }) =>
      pluginData?.isReader ? { contents: await readFile(path, "utf8"), pluginData } : undefined);
  },
};

/**
 * Each file that is imported later gets an import of the first view, which is there by then. So the modules of the first view stay
 * together: esbuild makes a file of those that the same files need, and many small ones where they need different parts.
 *
 * @param {Set<string>} names of these files, as esbuild's account has them
 */
const together = (names) => ({
  name: "together",
  setup({ onLoad }) {
    onLoad({ filter: /[.]jsx?$/ }, async ({ path, suffix, pluginData }) => {
      if (!names.has(relative(ROOT, path) + suffix)) return undefined;
      const contents = `${await readFile(path, "utf8")}\nimport ${JSON.stringify(join(ROOT, FIRST))};\n`;
      return { contents, loader: extname(path).slice(1), pluginData };
    });
  },
});

const bundled = (plugins, options) =>
  build({
    absWorkingDir: ROOT,
    entryPoints: [{ in: FIRST, out: "main" }, ...STYLES.map((name) => ({ in: `www/style/${name}.css`, out: name }))],
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    jsxFactory: "h",
    jsxFragment: "Fragment",
    inject: ["xtask/page/jsx.js"],
    loader: { ".wasm": "file" },
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    legalComments: "none",
    logLevel: "warning",
    outdir: process.argv[2],
    nodePaths: [MODULES],
    plugins,
    metafile: true,
    ...options,
  });

const entriesOf = ({ metafile: { outputs } }) => Object.values(outputs).map(({ entryPoint }) => entryPoint).filter((name) => name !== undefined);
const later = new Set(entriesOf(await bundled([reader], { write: false })));
later.delete(FIRST);
const { metafile } = await bundled([together(later), reader]);
const { outputs } = metafile;
if (process.argv[3]) await writeFile(process.argv[3], JSON.stringify(metafile));

/** A script with those that it cannot begin without. */
const withImported = (path) =>
  [path, ...outputs[path].imports.filter(({ kind, external }) => kind === "import-statement" && !external).flatMap((one) => withImported(one.path))];

const [first] = Object.keys(outputs).filter((path) => outputs[path].entryPoint === FIRST);
const scripts = [...new Set(withImported(first))];
// The first one is but the import of the second, where others import what is in it.
if (scripts.length > 1 && Object.values(outputs[first].inputs).every(({ bytesInOutput }) => bytesInOutput === 0)) {
  await rm(join(ROOT, scripts.shift()));
}
for (const path of scripts) console.log(basename(path));
