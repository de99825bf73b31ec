/** From a command line to an exit code: 0 done, 1 failed, 125 a flag that cannot be meant. */

import { readFile } from "node:fs/promises";

import { COMMANDS, GLOBAL_FLAGS, HELP_FLAG, VERSION_FLAG } from "./flags.js";
import { parseFlags } from "./parse.js";
import { ClosedPipe, Terminal } from "./terminal.js";
import { argumentsError, flagError, unknownCommand } from "./usage.js";

/**
 * @param {string[]} argv without the program's own name
 * @param {{ stdin: object, stdout: object, stderr: object, env: object }} io the process, or what stands for it
 * @returns {Promise<number>} the exit code
 */
export async function run(argv, io) {
  const terminal = new Terminal(io);
  try {
    await dispatch(argv, terminal, io);
    return 0;
  } catch (error) {
    if (error instanceof ClosedPipe) return 0;
    const { report } = await import("./report.js");
    return report(error, terminal);
  }
}

async function dispatch(argv, terminal, io) {
  const before = parseFlags(argv, [...GLOBAL_FLAGS, HELP_FLAG, VERSION_FLAG], {
    interspersed: false,
    fail: (message) => flagError(message),
  });
  const [name, ...rest] = before.rest;
  if (before.flags.version) return terminal.print(`multiarch ${await packageVersion()}\n`);
  if (before.flags.help || name === undefined) return printHelp(undefined, terminal);
  if (name === "help") return printHelp(rest[0] && find(rest[0]), terminal);

  const command = find(name);
  const { flags, rest: operands } = parseFlags(rest, [...command.flags, ...GLOBAL_FLAGS, HELP_FLAG], {
    fail: (message) => flagError(message, command),
  });
  if (flags.help) return printHelp(command, terminal);
  for (const [one, other] of command.excludes ?? []) {
    if (flags[one] && flags[other]) throw flagError(`--${one} and --${other} exclude each other`, command);
  }
  const [least, most] = command.arguments;
  if (operands.length < least || operands.length > most) throw argumentsError(command);
  const { execute } = await command.load();
  await execute(operands, { ...before.flags, ...flags }, { terminal, io });
}

function find(name) {
  const command = COMMANDS.find((known) => known.name === name);
  if (!command) throw unknownCommand(name);
  return command;
}

async function printHelp(command, terminal) {
  const { helpText } = await import("./help.js");
  return terminal.print(helpText(command, terminal.columns));
}

/** From package.json, so that asking for the version loads nothing else. */
async function packageVersion() {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return JSON.parse(text).version;
}
