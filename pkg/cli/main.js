/** Runs a command line and gives its exit code; docs/command-line.md lists them. */

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
  const usage = createUsage(program, { commands: COMMANDS, globals: GLOBAL_FLAGS });
  const words = [word, DOCKERS_WORD].filter((known) => known !== undefined);
  const context = { terminal, io, usage, words, withoutLogin: new Map() };
  let command;
  if (argv[0] === COMPLETING) return completed(argv.slice(1), context);
  try {
    const table = [...GLOBAL_FLAGS, ...globals, HELP_FLAG, VERSION_FLAG];
    const { flags, rest } = parseBefore(argv, { table, words, usage });
    const isNamed = !flags.version && !flags.help && rest.length > 0;
    const named = isNamed ? rest : [flags.version ? "version" : "help"];
    command = usage.find(named);
    const behind = named.slice(command.name.split(" ").length);
    return (await dispatch(command, behind, isNamed ? flags : {}, context)) ?? 0;
  } catch (error) {
    if (error instanceof ClosedPipe) return 0;
    const { report } = await import("./terminal/report.js");
    const { withoutLogin, tagsOf, places, several } = context;
    const plain = context.plain ?? command?.plain === true;
    const code = await report(error, terminal, { plain, json: wantsJson(argv), withoutLogin, tagsOf, places, several });
    return code === 1 ? (command?.failure ?? 1) : code;
  }
}

/** What shells ask with, by the scripts of `completion`; docker asks its plugins so too. */
const COMPLETING = "__complete";

/** Completion is silent: a shell shows nothing but candidates. */
async function completed(words, context) {
  const { complete } = await import("./completion/complete.js");
  const table = { commands: COMMANDS, globals: [...GLOBAL_FLAGS, HELP_FLAG], beforeCommand: [VERSION_FLAG] };
  await complete(words, table, context).catch(() => {});
  return 0;
}

/** The word before docker's verbs: a script in which `multiarch` takes the place of `docker` goes on as it is. */
const DOCKERS_WORD = "manifest";

/** The flags before the command, on both sides of the words that may stand there. */
function parseBefore(argv, { table, words, usage }) {
  const fail = (message) => usage.flagError(message);
  let { flags, rest } = parseFlags(argv, table, { interspersed: false, fail });
  for (const word of words) {
    if (rest[0] !== word) continue;
    const behind = parseFlags(rest.slice(1), table, { interspersed: false, fail });
    [flags, rest] = [{ ...flags, ...behind.flags }, behind.rest];
  }
  return { flags, rest };
}

/** Whether answers are wanted as JSON, also where the command line itself is wrong. */
function wantsJson(argv) {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).includes("--json");
}

/**
 * The deadline of a command that only reads: a registry that sends a byte now and then never runs into the idle timeout.
 * A command that writes has none, because a large image may take hours.
 */
const READING_MS = 30 * 60_000;

async function dispatch(command, argv, before, context) {
  const { terminal, usage } = context;
  const fail = (message) => usage.flagError(message, command);
  const { flags: behind, rest } = parseFlags(argv, [...command.flags, ...GLOBAL_FLAGS, HELP_FLAG], { fail });
  const flags = { ...before, ...behind };
  context.plain = typeof command.plain === "function" ? command.plain(flags) : command.plain;
  if (flags.help) return printHelp(command, context);
  // The word "none" of some flags is null.
  const isGiven = (name) => flags[name] === null || Boolean(flags[name]);
  for (const [one, other] of command.excludes ?? []) {
    if (isGiven(one) && isGiven(other)) throw fail(`--${one} and --${other} exclude each other`);
  }
  for (const [one, ...others] of [...GLOBAL_NEEDS, ...(command.needs ?? [])]) {
    if (isGiven(one) && !others.some(isGiven)) throw fail(`--${one} needs --${others.join(" or --")}`);
  }
  const wanted = typeof command.arguments === "function" ? command.arguments(flags) : command.arguments;
  const [least, most] = wanted;
  if (rest.length < least || rest.length > most) throw usage.argumentsError(command, wanted);
  const single = rest.length > 1 && command.alone?.find((name) => flags[name]);
  if (single) throw fail(`--${single} takes a single MANIFEST, which it asks the registry for`);
  terminal.quiet = flags.quiet === true;
  context.several = rest.length > 1;
  const takesArchives = typeof command.archives === "function" ? command.archives(flags) : command.archives;
  const namesArchive = takesArchives && ARCHIVE.test(argv.join(" "));
  if (coreOf(command, flags, namesArchive) === "whole") await (await import("../entry/command.js")).useWholeCore();
  const { execute } = await command.load(flags);
  const reads = typeof command.reads === "function" ? command.reads(flags) : command.reads;
  const deadline = flags.deadline ?? (reads ? READING_MS : undefined);
  if (!namesArchive) return execute(rest, { ...flags, deadline }, context);
  const { withArchives } = await import("./archives/run.js");
  return withArchives(rest, { ...flags, deadline }, { command, context, execute });
}

/** The core that a command uses: what its row says, and the whole one for archives, which the other does not read. */
function coreOf({ core = "whole" }, flags, namesArchive) {
  if (namesArchive) return "whole";
  return typeof core === "function" ? core(flags) : core;
}

/** Whether a line may name an archive: only then is it worth to load what reads them. */
const ARCHIVE = /\b(?:oci|oci-archive|docker-archive|dir):/;

async function printHelp({ name }, context) {
  const { execute } = await import("./commands/help.js");
  return execute(name.split(" "), {}, context);
}
