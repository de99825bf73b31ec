/** Docker's messages for a command line that is wrong, and what was probably meant. */

import { cut } from "../../core/cut.js";
import { nearest } from "../../core/nearest.js";

/** A mistake in the command line: the complete text for stderr, and the exit code. */
export class UsageError extends Error {
  constructor(text, exitCode) {
    super(text);
    this.name = "UsageError";
    this.exitCode = exitCode;
  }
}

/**
 * The messages, with the name under which the program runs.
 *
 * @param {string} program `multiarch`, or `docker multiarch` where docker runs it
 * @param {{ commands: object[], globals: object[] }} table
 */
export function createUsage(program, { commands, globals }) {
  const [binary] = program.split(" ");
  const pathOf = (command) => (command ? `${program} ${command.name}` : program);
  /** The line after `Usage:  `. */
  const useLine = (command) => `${pathOf(command)} ${command ? command.usage : "[OPTIONS] COMMAND"}`;

  /** The first word of several commands, and no second one. */
  const incompleteCommand = (group) => {
    const lines = commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => `${program} ${name}`);
    return new UsageError(
      `${binary}: '${program} ${group}' needs one more word: '${lines.join("' or '")}'\n\nRun '${program} --help' for more information`, 1);
  };

  const unknownCommand = (words) => {
    const groups = commands.flatMap(({ name }) => (name.includes(" ") ? name.split(" ")[0] : []));
    const [group, second] = words;
    if (groups.includes(group) && second === undefined) return incompleteCommand(group);
    const name = groups.includes(words[0]) ? words.slice(0, 2).join(" ") : words[0];
    const meant = nearest(name, commands.map((command) => command.name));
    const question = meant ? `Did you mean '${program} ${meant}'?\n\n` : "";
    return new UsageError(
      `${binary}: unknown command: ${program} ${cut(name)}\n\n${question}Run '${program} --help' for more information`, 1);
  };

  return {
    program,
    commands,
    globals,
    useLine,

    /** The row of the command that the words begin with. */
    find(words) {
      const command = commands.find(({ name }) => name === words[0] || name === `${words[0]} ${words[1]}`);
      if (!command) throw unknownCommand(words);
      return command;
    },

    /** An unknown flag, a missing argument or a wrong one. Exit code 125, as docker's. */
    flagError: (message, command) => new UsageError(
      `${cut(message)}\n\nUsage:  ${useLine(command)}\n\nRun '${pathOf(command)} --help' for more information`, 125),

    /** The wrong number of arguments. */
    argumentsError: (command, [least, most]) => {
      const see = most === Infinity ? "See" : "Run";
      return new UsageError(
        `${binary}: '${pathOf(command)}' ${wanted(least, most)}\n\nUsage:  ${useLine(command)}\n\n` +
        `${see} '${pathOf(command)} --help' for more information`, 1);
    },
  };
}

function wanted(least, most) {
  const plural = (count) => `${count} argument${count === 1 ? "" : "s"}`;
  if (most === 0) return "accepts no arguments";
  if (most === least) return `requires ${plural(least)}`;
  if (most === Infinity) return `requires at least ${plural(least)}`;
  return `requires at least ${least} and at most ${plural(most)}`;
}
