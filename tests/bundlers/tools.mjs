/** How each tool is started, as its own documentation says. Nothing here is about multiarch. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { run } from "../support/run.mjs";

export const TOOLS = fileURLToPath(new URL("node_modules/", import.meta.url));

/** No tool reports home, asks for a newer version, or draws progress. */
export const QUIET = {
  ASTRO_TELEMETRY_DISABLED: "1",
  CI: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NO_COLOR: "1",
  NO_UPDATE_NOTIFIER: "1",
  PARCEL_AUTOINSTALL: "false",
};

/** @param {string} name of a package of package.json @param {string} [folder] where it is installed */
export function versionOf(name, folder = TOOLS) {
  return JSON.parse(readFileSync(`${folder}${name}/package.json`, "utf8")).version;
}

/** Runs a program of a package to its end. @returns {Promise<string>} what it printed */
export async function ran(script, args, { cwd, env = {}, node = process.execPath, flags = [] }) {
  const { code, stdout, stderr } = await run(node, [...flags, `${TOOLS}${script}`, ...args], { cwd, env: { ...QUIET, ...env } });
  assert.equal(code, 0, `${script} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout + stderr;
}

async function freePort() {
  const listening = createServer();
  await new Promise((ready) => listening.listen(0, "127.0.0.1", ready));
  const { port } = listening.address();
  await new Promise((closed) => listening.close(closed));
  return port;
}

/**
 * Starts a program that listens, and waits until it answers.
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
  while (!(await answers(url))) {
    if (ended) throw new Error(`${script} ended:\n${output}`);
    await new Promise((later) => setTimeout(later, 100));
  }
  return { url, output: () => output, close };
}

const answers = (url) => fetch(url, { method: "HEAD" }).then(() => true, () => false);
