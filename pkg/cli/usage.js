/** Docker's sentences for a command line that cannot be meant. */

/** A mistake in the command line: the whole text for stderr, and the exit code. */
export class UsageError extends Error {
  constructor(text, exitCode) {
    super(text);
    this.name = "UsageError";
    this.exitCode = exitCode;
  }
}

/** `multiarch` or `multiarch inspect`: what was called. */
export function commandPath(command) {
  return command ? `multiarch ${command.name}` : "multiarch";
}

/** The line after `Usage:  `. */
export function useLine(command) {
  return `${commandPath(command)} ${command ? command.usage : "[OPTIONS] COMMAND"}`;
}

/** A flag that is unknown, lacks its argument or cannot take it. Exit code 125, as docker's. */
export function flagError(message, command) {
  const path = commandPath(command);
  return new UsageError(
    `${message}\n\nUsage:  ${useLine(command)}\n\nRun '${path} --help' for more information`, 125);
}

/** The wrong number of arguments. */
export function argumentsError(command) {
  const [least, most] = command.arguments;
  const path = commandPath(command);
  const plural = (count) => `${count} argument${count === 1 ? "" : "s"}`;
  let wanted = plural(least);
  if (most === Infinity) wanted = `at least ${plural(least)}`;
  else if (most !== least) wanted = `at least ${plural(least)} and at most ${plural(most)}`;
  const see = most === Infinity ? "See" : "Run";
  return new UsageError(
    `multiarch: '${path}' requires ${wanted}\n\nUsage:  ${useLine(command)}\n\n` +
    `${see} '${path} --help' for more information`, 1);
}

export function unknownCommand(name) {
  return new UsageError(
    `multiarch: unknown command: multiarch ${name}\n\nRun 'multiarch --help' for more information`, 1);
}
