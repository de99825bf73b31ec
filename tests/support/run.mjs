/** Runs programs, and the command line both as a process and inside this one. */

import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("../../pkg/", import.meta.url));

/** The program as it is published: few files, which `cargo xtask build` makes of the modules; this one begins. */
export const BIN = join(PACKAGE, "bin/multiarch.cjs");
refuseStale();

/** Refuses to test a program that is older than one of its modules. */
function refuseStale() {
  const made = statSync(BIN, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const modules = readdirSync(PACKAGE, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith(".js") && !entry.parentPath.includes("node_modules"),
  );
  const newer = modules.map((entry) => join(entry.parentPath, entry.name)).filter((path) => statSync(path).mtimeMs > made);
  if (newer.length > 0) throw new Error(`${newer[0]} is newer than ${BIN}: run \`cargo xtask build\``);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: object, input?: string | Uint8Array, cwd?: string, started?: (child: object) => void }} [options] env is
 *   added to this process's
 * @returns {Promise<{ code: number | null, signal: string | null, stdout: string, stderr: string, bytes: Buffer }>}
 */
export function run(command, args, { env = {}, input, cwd, started } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, cwd });
    const out = [];
    const err = [];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const bytes = Buffer.concat(out);
      resolve({ code, signal, stdout: bytes.toString(), stderr: Buffer.concat(err).toString(), bytes });
    });
    child.stdin.on("error", () => {}); // a program need not read its input
    child.stdin.end(input ?? "");
    started?.(child);
  });
}

/** The command line as a process of its own. */
export function multiarch(args, options) {
  return run(process.execPath, [BIN, ...args], options);
}

/**
 * The command line inside this process.
 *
 * @param {string[]} args
 * @param {{ env?: object, input?: string | Uint8Array, tty?: boolean, columns?: number }} [options]
 */
export async function multiarchHere(args, { env = {}, input = "", tty = false, columns } = {}) {
  const { run: main } = await import("../../pkg/cli/main.js");
  const stdout = collector(tty, columns);
  const stderr = collector(tty, columns);
  const stdin = Readable.from([Buffer.from(input)]).pipe(new PassThrough());
  const code = await main(args, { stdin, stdout, stderr, env });
  const bytes = stdout.bytes();
  return { code, stdout: bytes.toString(), stderr: stderr.bytes().toString(), bytes };
}

function collector(tty, columns) {
  const chunks = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { isTTY: tty || undefined, columns, bytes: () => Buffer.concat(chunks) });
}
