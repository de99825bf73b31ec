/** The real docker CLI with a configuration of its own; `docker manifest` needs no daemon. */

import { mkdir, writeFile } from "node:fs/promises";

import { run } from "./run.mjs";

/** From here on the output that the project promises to equal has not changed. */
const OLDEST = 28;

/** @returns {Promise<string | undefined>} `28.2.2`, or undefined when there is no docker that is new enough */
export async function dockerVersion() {
  const { code, stdout } = await run("docker", ["--version"]).catch(() => ({ code: 1, stdout: "" }));
  const version = /version (\d+)\.([\w.+-]+)/.exec(stdout);
  return code === 0 && version && Number(version[1]) >= OLDEST ? `${version[1]}.${version[2]}` : undefined;
}

/**
 * @param {{ join: (...names: string[]) => string }} folder where the configuration goes
 * @param {Record<string, { username: string, password: string }>} [logins] by domain
 * @returns {Promise<{ config: string, run: (args: string[]) => ReturnType<typeof run> }>}
 */
export async function dockerWith(folder, logins = {}) {
  const config = folder.join("docker-config");
  await mkdir(config, { recursive: true });
  const auths = Object.fromEntries(Object.entries(logins).map(([domain, { username, password }]) =>
    [domain, { auth: Buffer.from(`${username}:${password}`).toString("base64") }]));
  await writeFile(`${config}/config.json`, JSON.stringify({ auths }));
  const env = { DOCKER_CONFIG: config, HOME: config, DOCKER_AUTH_CONFIG: "" };
  return { config, run: (args) => run("docker", args, { env }) };
}
