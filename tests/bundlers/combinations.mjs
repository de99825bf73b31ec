/**
 * What is tried: each tool in each of its uses, with what a user has to write for it beyond `import … from "multiarch"`.
 * The tests, the list of what they leave out and the table in docs/hosts.md all come from here.
 *
 * @typedef {object} Combination
 * @property {string} tool
 * @property {string} use
 * @property {string} [write] the line to write, in the file `into`
 * @property {string} [into]
 * @property {string} [environment] the variable to set, `NAME=value`
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
  "Bun 1": "../../node_modules/@oven/bun-linux-x64",
  "edge-runtime 4": "edge-runtime",
  "Vitest 5": "vitest",
  "Jest 30": "jest",
  "tsx 4": "tsx",
  "TypeScript 5": "typescript5",
  "TypeScript 7": "typescript",
  "Astro 7": "astro",
  "Next 15": "next",
  "Next 16": "../next/16/node_modules/next",
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
    { tool, use: "Node (one file)", write: "ssr: { noExternal: true }", into: "vite.config.js" },
  ]),
  ...["webpack 5", "Rspack 2"].flatMap((tool) => [
    { tool, use: "page" },
    { tool, use: "Web Worker" },
    { tool, use: "Node (one file)" },
  ]),
  ...["Rollup 4", "esbuild", "Bun 1"].flatMap((tool) => [
    { tool, use: "page", carries: "text", misses: true },
    { tool, use: "page (without a 404)", entry: "multiarch/inline", carries: "text" },
    { tool, use: "Web Worker", entry: "multiarch/inline", carries: "text" },
    { tool, use: "Node (one file)" },
  ]),
  { tool: "Parcel 2", use: "page", carries: "both" },
  { tool: "Parcel 2", use: "page (one copy)", ...PARCEL_EXPORTS, entry: "multiarch/asset" },
  { tool: "Parcel 2", use: "Web Worker", ...PARCEL_BUNDLES, carries: "both" },
  { tool: "Parcel 2", use: "Node (one file)", open: "its builds for Node leave packages out" },
];

/** @type {Combination[]} */
export const NEXT = ["Next 15", "Next 16"].flatMap((version) =>
  ["next dev", "next build"].flatMap((command) =>
    ["server component", "client component", "route handler", "edge route"].map((use) => ({ tool: `${version} (\`${command}\`)`, version, command, use, carries: version === "Next 16" ? "both" : "file" })),
  ),
);

/** @type {Combination[]} */
export const ASTRO = ["astro dev", "astro build"].flatMap((command) =>
  ["server (frontmatter)", "client script"].map((use) => ({ tool: `Astro 7 (\`${command}\`)`, version: "Astro 7", command, use })),
);

const VM_MODULES = { environment: "NODE_OPTIONS=--experimental-vm-modules" };

/** @type {Combination[]} */
export const RUN = [
  { tool: "Bun 1", use: "`bun build --target=bun`" },
  { tool: "Bun 1", use: "`bun build --compile`" },
  { tool: "edge-runtime 4", use: "edge function" },
  { tool: "Vitest 5", use: "Node" },
  { tool: "Vitest 5", use: "jsdom" },
  { tool: "Jest 30", use: "ES modules in Node", ...VM_MODULES },
  { tool: "Jest 30", use: "`require` in Node 24", ...VM_MODULES },
  {
    tool: "Jest 30",
    use: "Babel to CommonJS in Node",
    write: 'transformIgnorePatterns: ["node_modules/(?!multiarch/)"]',
    into: "jest.config.mjs",
  },
  { tool: "Jest 30", use: "ES modules in jsdom", write: 'testEnvironment: "jest-fixed-jsdom"', into: "jest.config.mjs", ...VM_MODULES },
  { tool: "tsx 4", use: "Node" },
];

/** @type {Combination[]} each compiled without `skipLibCheck`, and run */
export const TYPED = ["TypeScript 5", "TypeScript 7"].flatMap((tool) => [
  ...["node16", "nodenext", "bundler"].map((resolution) => ({ tool, use: `ES module, \`${resolution}\``, resolution, file: "module.mts" })),
  ...["nodenext", "bundler"].map((resolution) => ({ tool, use: `CommonJS, \`${resolution}\``, resolution, file: "required.cts" })),
  {
    tool,
    use: "CommonJS, `node16`",
    resolution: "node16",
    file: "required.cts",
    write: 'const { createClient } = await import("multiarch");',
    into: "*.cts",
  },
]);

/** @type {Combination[]} */
const OPEN = [
  { tool: "webpack 5", use: "page (dev server)" },
  { tool: "Rspack 2", use: "page (dev server)" },
  { tool: "Parcel 2", use: "page (dev server)" },
  { tool: "Next 15", use: "`next dev --turbopack`" },
  { tool: "Next 16", use: "`next build --webpack`" },
  { tool: "Jest 30", use: "Babel to CommonJS in jsdom" },
  { tool: "Deno 2", use: "`deno bundle`, `deno compile`" },
].map((combination) => ({ ...combination, open: "not started by these tests" }));

export const COMBINATIONS = [...BUNDLED, ...NEXT, ...ASTRO, ...RUN, ...TYPED, ...OPEN];

/** The table of docs/hosts.md: a row for each line to write, with the uses that it serves and the tools that need it. */
export function table() {
  const tried = COMBINATIONS.filter(({ open }) => !open);
  const lines = grouped(tried, (one) => `${one.tool} ${written(one)}`);
  const cells = lines.map((ones) => ({ tool: ones[0].tool, rest: `${ones.map(({ use }) => use).join("; ")} | ${written(ones[0])} |` }));
  const rows = grouped(cells, ({ rest }) => rest).map((ones) => `| ${ones.map(({ tool }) => tool).join(", ")} | ${ones[0].rest}`);
  return ["| tool | use | what to write |", "|---|---|---|", ...rows, ""].join("\n");
}

/** The combinations of each tool. */
export const byTool = (combinations) => grouped(combinations, ({ tool }) => tool);

/** The items with one key together, in the order in which the keys come first. */
function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

const written = ({ write, into, entry, environment }) =>
  [environment && `\`${environment}\``, entry && `import from \`${entry}\``, write && `\`${write}\` in \`${into}\``].filter(Boolean).join(", ");

/** What the tests leave out, a line for each. */
export const untried = () => COMBINATIONS.filter(({ open }) => open).map(({ tool, use, open }) => `${tool}, ${use}: ${open}`);
