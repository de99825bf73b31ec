/** Runs the GitHub Action of action.yml as the runner does: its bundle alone, with inputs in the environment and files for answers. */

import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { parseAllDocuments } from "../../pkg/vendor/yaml.js";
import { run } from "./run.mjs";
import { scratch } from "./scratch.mjs";

const ROOT = new URL("../../", import.meta.url);
/** The Node of `using: node24`. */
const NODE24 = fileURLToPath(new URL("tests/node_modules/node24/bin/node", ROOT));

/** What action.yml says. */
export const metadata = parseAllDocuments(await readFile(new URL("action.yml", ROOT), "utf8"))[0].toJS();

/**
 * A checkout of a release with a workspace, in which the action can be run.
 *
 * @returns {Promise<{ path: string, join: Function, remove: Function, run: (inputs: Record<string, string>, options?: { env?: object,
 *   node?: string, started?: (child: object) => void }) => Promise<{ code: number, log: string, commands: object[], outputs: Record<string, string>, summary: string }> }>}
 */
export async function checkout() {
  const folder = await scratch("multiarch-action-");
  const { main } = metadata.runs;
  const program = folder.join("action", main);
  await mkdir(folder.join("workspace"), { recursive: true });
  await cp(new URL(main, ROOT), program, { recursive: true });
  const step = async (inputs, { env = {}, node = NODE24, started } = {}) => {
    const files = { GITHUB_OUTPUT: folder.join("output"), GITHUB_STEP_SUMMARY: folder.join("summary") };
    for (const file of Object.values(files)) await writeFile(file, "");
    const variables = { PATH: process.env.PATH, HOME: folder.path, GITHUB_ACTIONS: "true", ...inputsOf(inputs), ...files, ...env };
    const args = ["-i", ...Object.entries(variables).map(([name, value]) => `${name}=${value}`), node, program];
    const { code, stdout, stderr } = await run("env", args, { cwd: folder.join("workspace"), started });
    const [output, summary] = await Promise.all(Object.values(files).map((file) => readFile(file, "utf8")));
    return { code, log: stdout + stderr, commands: commandsIn(stdout + stderr), outputs: outputsIn(output), summary };
  };
  return { ...folder, run: step };
}

/** The inputs that are given, and the defaults of the others: the runner sets a variable for each. */
function inputsOf(given) {
  for (const name of Object.keys(given)) if (!metadata.inputs[name]) throw new Error(`action.yml has no input ${name}`);
  const inputs = Object.entries(metadata.inputs).map(([name, { default: value = "" }]) => [name, given[name] ?? value]);
  return Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, value]));
}

const unescaped = (text) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%25", "%");

/** The workflow commands of a log, as the runner finds them. */
function commandsIn(log) {
  return log.split("\n").flatMap((line) => {
    const [, word, , properties = "", data] = /^\s*::([^\s:]+)( ([^:]*))?::(.*)$/.exec(line) ?? [];
    if (word === undefined) return [];
    const title = /title=([^,]*)/.exec(properties)?.[1];
    return [{ word, ...(title && { title: unescaped(title) }), text: unescaped(data) }];
  });
}

/** The outputs in the file of a step, as the runner reads them. */
function outputsIn(text) {
  const outputs = {};
  const lines = text.split("\n");
  while (lines.length > 0) {
    const line = lines.shift();
    const [, name, delimiter] = /^([^=]+?)<<(.+)$/.exec(line) ?? [];
    if (name !== undefined) {
      const value = [];
      while (lines.length > 0 && lines[0] !== delimiter) value.push(lines.shift());
      if (lines.shift() !== delimiter) throw new Error(`the value of ${name} does not end`);
      outputs[name] = value.join("\n");
    } else if (line.includes("=")) {
      outputs[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    } else if (line !== "") {
      throw new Error(`the runner refuses ${line}`);
    }
  }
  return outputs;
}
