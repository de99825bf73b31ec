/**
 * `cargo xtask image [--base REFERENCE] [--output FOLDER]`: the command line as a container image, an OCI layout for every platform
 * of a base image with Node, which may be an OCI layout itself. Nothing of it is built by another tool, and the same base makes the same bytes.
 */

import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { Places } from "../../pkg/cli/archives/places.js";
import { createClient } from "../../pkg/entry/node.js";
import { dockerCredentials, nodeFetch } from "../../pkg/node/index.js";
import { append } from "./append.mjs";
import { tar } from "./tar.mjs";

const PACKAGE = new URL("../../pkg/", import.meta.url);
const PLACE = "usr/local/lib/multiarch";
const PROGRAM = "bin/multiarch.cjs";
/** What the command line reads, and the texts that copies of it must carry. */
const FILES = [
  PROGRAM, "bin/credentials.cjs", "bin/drafts.cjs", "bin/others.cjs", "bin/whole.cjs", "bin/yaml.cjs", "bin/zstd.cjs",
  "wasm/multiarch_bg.wasm", "wasm/reader_bg.wasm", "package.json", "README.md",
  "LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY-NOTICES", "sbom.cdx.json",
];

const OPTIONS = {
  base: { type: "string", default: "docker.io/library/node:24-slim" },
  output: { type: "string", default: fileURLToPath(new URL("../../target/image", import.meta.url)) },
};

/** The one layer: the package's files, and a link to the program where shells look. */
async function layer() {
  const folders = ["usr", "usr/local", "usr/local/bin", "usr/local/lib", PLACE, `${PLACE}/bin`, `${PLACE}/inspector`, `${PLACE}/wasm`];
  const page = (await readdir(new URL("inspector/", PACKAGE))).sort().map((name) => `inspector/${name}`);
  const files = await Promise.all([...FILES, ...page].map(async (name) =>
    ({ path: `${PLACE}/${name}`, bytes: await readFile(new URL(name, PACKAGE)), isProgram: name === PROGRAM })));
  const link = { path: "usr/local/bin/multiarch", target: `../lib/multiarch/${PROGRAM}` };
  // Not compressed: what a compressor writes depends on its version and on the processor.
  return tar([...folders.map((path) => ({ path: `${path}/` })), ...files, link]);
}

async function main() {
  const { values: { base: name, output } } = parseArgs({ options: OPTIONS });
  const { version, license, repository } = JSON.parse(await readFile(new URL("package.json", PACKAGE), "utf8"));
  const annotations = {
    "org.opencontainers.image.title": "multiarch",
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.licenses": license,
    "org.opencontainers.image.source": repository.url.replace(/^git\+|\.git$/g, ""),
  };
  // The second of them is written to.
  const places = await Places.open([name, `oci:${output}:${version}`], {}, { writes: (at) => at === 1 }, process);
  try {
    const [base, target] = places.rest;
    const client = createClient({ fetch: places.answering(nodeFetch()), credentials: dockerCredentials() });
    const added = { bytes: await layer(), program: `/${PLACE}/${PROGRAM}`, annotations };
    const { digest } = await append(client, { base, name, target }, added);
    await places.commit();
    console.log(`${output} written\n${digest}`);
  } finally {
    await places.close();
  }
}

main().catch((error) => {
  console.error(`image: ${error.message}${error.code ? ` [${error.code}]` : ""}${error.hint ? `\nhint: ${error.hint}` : ""}`);
  process.exitCode = 1;
});
