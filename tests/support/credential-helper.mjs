/** A credential helper of docker's protocol that answers as a test says, and records what it was asked. */

import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Installs `docker-credential-<name>` into a folder for PATH.
 *
 * @param {string} folder
 * @param {string} name
 * @param {Record<string, { stdout?: string, stderr?: string, code?: number, signal?: string, endless?: boolean, hang?: number }>} [answers]
 *   by action, in place of the protocol: what it writes, how it ends. `endless` writes without end; `hang` never ends, nor
 *   does a child of it that keeps stdout open, both connected to this port
 * @param {Record<string, { Username: string, Secret: string }>} [kept] by ServerURL
 */
export async function installHelper(folder, name, answers = {}, kept = {}) {
  await mkdir(folder, { recursive: true });
  const program = join(folder, `docker-credential-${name}`);
  const [store, log] = [`${program}.json`, `${program}.log`];
  await writeFile(store, JSON.stringify(kept));
  await writeFile(log, "");
  await writeFile(program, `#!${process.execPath}\n(${helper})(${JSON.stringify({ answers, store, log })});\n`);
  await chmod(program, 0o755);
  return {
    program,
    /** What it was asked: `[action, stdin]`. */
    asked: async () => (await readFile(log, "utf8")).split("\n").filter(Boolean).map((line) => JSON.parse(line)),
    kept: async () => JSON.parse(await readFile(store, "utf8")),
  };
}

/** Runs as a program of its own: nothing of this module is there. */
function helper({ answers, store, log }) {
  const fs = require("node:fs");
  const action = process.argv[2];
  const input = fs.readFileSync(0, "utf8");
  fs.appendFileSync(log, `${JSON.stringify([action, input])}\n`);
  const kept = JSON.parse(fs.readFileSync(store, "utf8"));
  const save = () => fs.writeFileSync(store, JSON.stringify(kept));
  const none = () => {
    process.stdout.write("credentials not found in native keychain\n");
    process.exitCode = 1;
  };
  const special = answers[action];
  if (special) {
    const { stdout = "", stderr = "", code = 0, signal, endless, hang } = special;
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = code;
    if (signal) process.kill(process.pid, signal);
    const pour = () => process.stdout.write("x".repeat(65536), pour);
    if (endless) pour();
    if (hang) {
      const wait = `require("node:net").connect(${hang}, "127.0.0.1"); setInterval(() => {}, 1000);`;
      require("node:child_process").spawn(process.execPath, ["-e", wait], { stdio: "inherit" });
      require("node:net").connect(hang, "127.0.0.1");
      setInterval(() => {}, 1000);
    }
  } else if (action === "get") {
    if (kept[input]) process.stdout.write(JSON.stringify({ ServerURL: input, ...kept[input] }));
    else none();
  } else if (action === "store") {
    const { ServerURL, ...rest } = JSON.parse(input);
    kept[ServerURL] = rest;
    save();
  } else if (action === "erase") {
    if (!kept[input]) return none();
    delete kept[input];
    save();
  } else if (action === "list") {
    process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(kept).map(([key, { Username }]) => [key, Username]))));
  } else {
    process.exitCode = 1;
  }
}
