/** How each tool is started, as its own documentation says. Nothing here is about multiarch. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

import { freePort } from "../support/ports.mjs";
import { run } from "../support/run.mjs";

const FOLDER = new URL("node_modules/", import.meta.url);

export const TOOLS = fileURLToPath(FOLDER);

/** For the tools that want a newer Node than the package does. */
export const NODE_24 = fileURLToPath(new URL("../node_modules/node24/bin/node", import.meta.url));

export const BUN = fileURLToPath(new URL("../node_modules/@oven/bun-linux-x64/bin/bun", import.meta.url));

/** No tool reports home, asks for a newer version, or draws progress. */
export const QUIET = {
  ASTRO_DISABLE_UPDATE_CHECK: "true",
  ASTRO_TELEMETRY_DISABLED: "1",
  CI: "1",
  NEXT_IGNORE_INCORRECT_LOCKFILE: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NO_COLOR: "1",
  NO_UPDATE_NOTIFIER: "1",
  PARCEL_AUTOINSTALL: "false",
};

/** @param {string} name of a package of package.json, or its folder below node_modules */
export function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`${name}/package.json`, FOLDER), "utf8")).version;
}

/**
 * Runs a program of Node's to its end.
 * @param {string} script
 * @param {string[]} args
 * @param {{ cwd: string, env?: object, node?: string }} options `node` is the Node that runs it
 * @returns {Promise<string>} what it printed on standard output
 */
export function ran(script, args, { node = process.execPath, ...options }) {
  return succeeded(node, [script, ...args], options);
}

/** Runs a program to its end. @returns {Promise<string>} what it printed on standard output */
export async function succeeded(command, args, { cwd, env = {} }) {
  const { code, stdout, stderr } = await run(command, args, { cwd, env: { ...QUIET, ...env } });
  assert.equal(code, 0, `${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Starts a program that listens, and waits until it does.
 * @param {(port: number) => string[]} args
 * @returns {Promise<{ url: string, output: () => string, close: () => Promise<void> }>}
 */
export async function listening(script, args, { cwd, env = {}, node = process.execPath }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // A group of its own: some of these start others.
  const child = spawn(node, [script, ...args(port)], { cwd, env: { ...process.env, ...QUIET, ...env }, detached: true });
  let output = "";
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const exit = new Promise((resolve) => child.once("exit", () => resolve((ended = true))));
  const close = async () => {
    if (!ended) process.kill(-child.pid, "SIGKILL");
    await exit;
  };
  while (!(await accepts(port))) {
    if (ended) throw new Error(`${script} ended:\n${output}`);
    await new Promise((later) => setTimeout(later, 100));
  }
  return { url, output: () => output, close };
}

/** Whether there is a listener. It is asked for nothing: a development server would compile the page. */
const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
