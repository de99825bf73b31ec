/** Runs a command line and gives its exit code: 0 done, 1 failed, 125 a flag that is wrong, 130 interrupted. */

import { version } from "../core/facts.js";
import { COMMANDS, GLOBAL_FLAGS, GLOBAL_NEEDS, HELP_FLAG, VERSION_FLAG } from "./flags/table.js";
import { parseFlags } from "./flags/parse.js";
import { ClosedPipe, Terminal } from "./terminal/terminal.js";
import { createUsage } from "./flags/usage.js";

/**
 * @param {string[]} argv without the program's own name
 * @param {{ stdin: object, stdout: object, stderr: object, env: object }} io the process, or a test's stand-in
 * @param {{ program?: string, word?: string, globals?: object[] }} [caller] the program's name in texts; its last word,
 *   where `argv` repeats that before the command; and flags that are accepted before the command and ignored
 * @returns {Promise<number>} the exit code
 */
export async function run(argv, io, { program = "multiarch", word, globals = [] } = {}) {
  const terminal = new Terminal(io);
  const usage = createUsage(program);
  const context = { terminal, io, withoutLogin: new Map() };
  let command;
  try {
    const table = [...GLOBAL_FLAGS, ...globals, HELP_FLAG, VERSION_FLAG];
    const before = parseBefore(argv, { table, word, usage });
    const [name, ...rest] = before.rest;
    const [topic] = rest[0] === word ? rest.slice(1) : rest;
    if (before.flags.version) await terminal.print(`multiarch ${version}\n`);
    else if (before.flags.help || name === undefined) await printHelp(undefined, usage, terminal);
    else if (name === "help") await printHelp(topic && find(topic, usage), usage, terminal);
    else {
      command = find(name, usage);
      return (await dispatch(command, rest, before.flags, { usage, context })) ?? 0;
    }
    return 0;
  } catch (error) {
    if (error instanceof ClosedPipe) return 0;
    const { report } = await import("./terminal/report.js");
    return await report(error, terminal, { plain: command?.plain, withoutLogin: context.withoutLogin });
  }
}

/** The flags before the command, on both sides of the program's own word. */
function parseBefore(argv, { table, word, usage }) {
  const fail = (message) => usage.flagError(message);
  const before = parseFlags(argv, table, { interspersed: false, fail });
  if (word === undefined || before.rest[0] !== word) return before;
  const behind = parseFlags(before.rest.slice(1), table, { interspersed: false, fail });
  return { flags: { ...before.flags, ...behind.flags }, rest: behind.rest };
}

/**
 * The deadline of a command that only reads: a registry that sends a byte now and then never runs into the idle timeout.
 * A command that writes has none, because a large image may take hours.
 */
const READING_MS = 30 * 60_000;

async function dispatch(command, argv, before, { usage, context }) {
  const { terminal } = context;
  const fail = (message) => usage.flagError(message, command);
  const { flags: behind, rest } = parseFlags(argv, [...command.flags, ...GLOBAL_FLAGS, HELP_FLAG], { fail });
  const flags = { ...before, ...behind };
  if (flags.help) return printHelp(command, usage, terminal);
  for (const [one, other] of command.excludes ?? []) {
    if (flags[one] && flags[other]) throw fail(`--${one} and --${other} exclude each other`);
  }
  for (const [one, other] of [...GLOBAL_NEEDS, ...(command.needs ?? [])]) {
    if (flags[one] && !flags[other]) throw fail(`--${one} needs --${other}`);
  }
  const [least, most] = command.arguments;
  if (rest.length < least || rest.length > most) throw usage.argumentsError(command);
  const single = rest.length > 1 && command.alone?.find((name) => flags[name]);
  if (single) throw fail(`--${single} takes a single MANIFEST, which it asks the registry for`);
  terminal.quiet = flags.quiet === true;
  const { execute } = await command.load();
  const deadline = flags.deadline ?? (command.reads && !flags.push ? READING_MS : undefined);
  return execute(rest, { ...flags, deadline }, context);
}

function find(name, usage) {
  const command = COMMANDS.find((known) => known.name === name);
  if (!command) throw usage.unknownCommand(name);
  return command;
}

async function printHelp(command, usage, terminal) {
  const { helpText } = await import("./flags/help.js");
  return terminal.print(helpText(command, usage, terminal.columns));
}
