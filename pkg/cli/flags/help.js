/** Help texts in docker's layout, from the table of flags. */

const SUMMARY = "Everything `docker manifest` does, without Docker";

/**
 * The help of one command, or of the program.
 *
 * @param {object | undefined} command a row of COMMANDS
 * @param {ReturnType<typeof import("./usage.js").createUsage>} usage
 * @param {number} [columns] width of the terminal
 */
export function helpText(command, usage, columns = 80) {
  return command ? commandHelp(command, usage, columns) : programHelp(usage);
}

/** The help of the options that every command takes. */
export function optionsText({ program, globals }, columns = 80) {
  return `Options that every command of ${program} takes, before or behind it:\n\n${flagLines(globals, columns)}`;
}

function commandHelp(command, { program, useLine }, columns) {
  const own = command.flags.length > 0 ? `Options:\n${flagLines(command.flags, columns)}\n` : "";
  const examples = (command.examples ?? []).map((example) => `  ${program} ${example}\n`).join("");
  return `Usage:  ${useLine(command)}\n\n${command.summary}\n\n${own}` +
    `${examples && `Examples:\n${examples}\n`}See '${program} help options' for what all commands take.\n`;
}

function programHelp({ program, commands: rows, useLine }) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const commands = rows.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}\n`).join("");
  return `Usage:  ${useLine()}\n\n${SUMMARY}\n\nCommands:\n${commands}\n` +
    `Run '${program} COMMAND --help' for more information on a command.\n` +
    `See '${program} help options' for what all commands take.\n`;
}

function flagLines(flags, columns) {
  const left = flags.map(({ name, short, value }) =>
    `  ${short ? `-${short}, ` : "    "}--${name}${value ? ` ${value}` : ""}`);
  const indent = Math.max(...left.map((text) => text.length)) + 3;
  return flags
    .map((flag, at) => `${left[at].padEnd(indent)}${wrap(description(flag), indent, columns - 1)}\n`)
    .join("");
}

function description({ summary, default: value }) {
  return value === undefined ? summary : `${summary} (default "${value}")`;
}

/** Breaks lines where pflag does: five columns early, so that a last short word may stay on its line. */
function wrap(text, indent, columns) {
  const slop = 5;
  const width = columns - indent - slop;
  if (width + slop < 24) return text;
  const lines = [];
  let left = text;
  while (left.length >= width + slop) {
    const at = left.lastIndexOf(" ", width - 1);
    if (at <= 0) break;
    lines.push(left.slice(0, at));
    left = left.slice(at + 1);
  }
  return [...lines, left].join(`\n${" ".repeat(indent)}`);
}
