/**
 * What is tried: each tool in each of its uses, with what a user has to write for it beyond `import … from "multiarch"`.
 * The tests, the list of what they leave out and the table in docs/hosts.md all come from here.
 *
 * @typedef {object} Combination
 * @property {string} tool
 * @property {string} use
 * @property {string} [write] the line to write, in the file `into`
 * @property {string} [into]
 * @property {string} [entry] what is imported instead of "multiarch"
 * @property {"file" | "text" | "both"} [carries] how a bundle for browsers carries the module; default "file"
 * @property {boolean} [misses] the file is asked for in vain before the text is used
 * @property {string} [open] why it is not tried
 */

/** The package that a tool's version is read from. */
export const PACKAGES = {
  "Vite 7": "vite7",
  "Vite 8": "vite",
  "webpack 5": "webpack",
  "Rspack 2": "@rspack/core",
  "Rollup 4": "rollup",
  "esbuild": "esbuild",
  "Parcel 2": "parcel",
};

const WORKER_FORMAT = { write: 'worker: { format: "es" }', into: "vite.config.js" };
const PARCEL_EXPORTS = { write: '"@parcel/resolver-default": { "packageExports": true }', into: "package.json" };
const PARCEL_BUNDLES = { write: '"@parcel/bundler-default": { "disableSharedBundles": true }', into: "package.json" };

/** @type {Combination[]} */
export const BUNDLED = [
  ...["Vite 7", "Vite 8"].flatMap((tool) => [
    { tool, use: "page" },
    { tool, use: "page (dev server)" },
    { tool, use: "Web Worker", ...WORKER_FORMAT },
    { tool, use: "Web Worker (dev server)" },
    { tool, use: "Node, one file", write: "ssr: { noExternal: true }", into: "vite.config.js" },
  ]),
  ...["webpack 5", "Rspack 2"].flatMap((tool) => [
    { tool, use: "page" },
    { tool, use: "Web Worker" },
    { tool, use: "Node, one file" },
    { tool, use: "page (dev server)", open: "its dev server is not started here" },
  ]),
  ...["Rollup 4", "esbuild"].flatMap((tool) => [
    { tool, use: "page", carries: "text", misses: true },
    { tool, use: "page (without a 404)", entry: "multiarch/inline", carries: "text" },
    { tool, use: "Web Worker", entry: "multiarch/inline", carries: "text" },
    { tool, use: "Node, one file" },
  ]),
  { tool: "Parcel 2", use: "page", carries: "both" },
  { tool: "Parcel 2", use: "page (one copy)", ...PARCEL_EXPORTS, entry: "multiarch/asset" },
  { tool: "Parcel 2", use: "Web Worker", ...PARCEL_BUNDLES, carries: "both" },
  { tool: "Parcel 2", use: "Node, one file", open: "its builds for Node leave packages out" },
];

export const COMBINATIONS = [...BUNDLED];

/** The table of docs/hosts.md: a row for each tool. */
export function table() {
  const rows = [...new Set(COMBINATIONS.map(({ tool }) => tool))].map((tool) => {
    const tried = COMBINATIONS.filter((one) => one.tool === tool && !one.open);
    const uses = tried.map(({ use }) => use);
    const lines = tried.filter(({ write, entry }) => write ?? entry).map(({ use, ...line }) => `${use}: ${written(line)}`);
    return `| ${tool} | ${uses.join("; ")} | ${lines.join("; ")} |`;
  });
  return ["| tool | tried | what to write |", "|---|---|---|", ...rows, ""].join("\n");
}

const written = ({ write, into, entry }) =>
  [entry && `import from \`${entry}\``, write && `\`${write}\` in \`${into}\``].filter(Boolean).join(", ");

/** What the table leaves out, a line for each. */
export const untried = () => COMBINATIONS.filter(({ open }) => open).map(({ tool, use, open }) => `${tool}, ${use}: ${open}`);
