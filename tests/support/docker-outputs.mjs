/**
 * What `docker manifest inspect` prints, from the docker of this machine or, where there is none that is new enough,
 * from recordings. UPDATE=1 records anew. In CI (`CI` is set) recordings do not do.
 */

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { dockerVersion, dockerWith } from "./docker.mjs";

const FOLDER = fileURLToPath(new URL("../data/golden/docker/", import.meta.url));
const PLACE = "registry.test";

/**
 * @param {{ domain: string, auth?: object }} registry
 * @param {{ join: (...names: string[]) => string }} folder for docker's configuration
 * @returns {Promise<{ source: string, inspect: (name: string, reference: string, verbose: boolean) => Promise<{ code: number,
 *   stdout: string, stderr: string }> }>} `source` says where the outputs come from
 */
export async function dockerOutputs(registry, folder) {
  const version = await dockerVersion();
  if (version === undefined) {
    if (process.env.CI) throw new Error("docker 28 or newer is needed here; CI does not accept recordings");
    return { source: "recordings, because there is no docker 28 or newer here", inspect: recorded(registry) };
  }
  const docker = await dockerWith(folder, registry.auth && { [registry.domain]: registry.auth });
  const inspect = async (name, reference, verbose) => {
    // Docker reads over plain http on loopback only with an option.
    const { code, stdout, stderr } = await docker.run(
      ["manifest", "inspect", "--insecure", ...(verbose ? ["-v"] : []), reference]);
    if (process.env.UPDATE) await record(registry, version, name, verbose, { code, stdout, stderr });
    return { code, stdout, stderr };
  };
  return { source: `docker ${version}`, inspect };
}

const fileOf = (name) => `${FOLDER}${name}.json`;

function recorded({ domain }) {
  return async (name, _reference, verbose) => {
    const golden = JSON.parse(await readFile(fileOf(name), "utf8"));
    const { code, stdout, stderr } = golden[verbose ? "inspect -v" : "inspect"];
    return { code, stdout: stdout.replaceAll(PLACE, domain), stderr: stderr.replaceAll(PLACE, domain) };
  };
}

async function record({ domain }, version, name, verbose, output) {
  await mkdir(FOLDER, { recursive: true });
  const before = existsSync(fileOf(name)) ? JSON.parse(await readFile(fileOf(name), "utf8")) : {};
  const general = Object.fromEntries(Object.entries(output).map(([key, value]) =>
    [key, typeof value === "string" ? value.replaceAll(domain, PLACE) : value]));
  const golden = { ...before, tool: `docker ${version}`, [verbose ? "inspect -v" : "inspect"]: general };
  await writeFile(fileOf(name), `${JSON.stringify(golden, undefined, 1)}\n`);
}
