/** Parses a command line by the rules of Go's pflag, which docker uses. The caller lists the flags. */

import { nearest } from "../../core/nearest.js";

/**
 * @param {string[]} argv
 * @param {object[]} table the flags that may appear
 * @param {{ interspersed?: boolean, fail: (message: string) => Error }} options with `interspersed: false` the
 *   first argument that is no flag ends the flags; `fail` makes the error that is thrown
 * @returns {{ flags: Record<string, unknown>, rest: string[] }}
 */
export function parseFlags(argv, table, { interspersed = true, fail }) {
  const flags = Object.create(null);
  for (const row of table) if (row.default !== undefined) flags[row.name] = row.default;
  const rest = [];
  // Reversed: removing the first element of an array costs time in proportion to its length.
  const queue = argv.toReversed();

  const set = (row, text) => {
    const shown = row.short ? `-${row.short}, --${row.name}` : `--${row.name}`;
    let value;
    try {
      value = row.value ? (row.parse ?? String)(text) : switchValue(text);
    } catch (error) {
      const meant = nearest(text, row.words ?? row.parse?.words ?? []);
      const question = meant ? `\n\nDid you mean ${meant}?` : "";
      throw fail(`invalid argument ${quoted(text)} for "${shown}" flag: ${error.message}${question}`);
    }
    // What is done in the order of the line has one list.
    if (row.operation) return void (flags.operations ??= []).push({ name: row.name, value });
    if (!row.list) return void (flags[row.name] = value);
    const list = (flags[row.name] ??= []);
    for (const one of [value].flat()) list.push(one);
  };

  const question = (name) => {
    const meant = nearest(name, table.map((known) => known.name));
    return meant ? `\n\nDid you mean --${meant}?` : "";
  };

  const long = (argument) => {
    const equals = argument.indexOf("=");
    const name = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
    if (name === "" || name.startsWith("-")) throw fail(`bad flag syntax: ${argument}`);
    const row = table.find((known) => known.name === name);
    if (!row) throw fail(`unknown flag: --${name}${question(name)}`);
    if (equals >= 0) return set(row, argument.slice(equals + 1));
    if (!row.value) return set(row, "true");
    if (queue.length === 0) throw fail(`flag needs an argument: --${name}`);
    set(row, queue.pop());
  };

  const short = (argument) => {
    for (let letters = argument.slice(1); letters !== "";) {
      const letter = String.fromCodePoint(letters.codePointAt(0));
      const after = letters.slice(letter.length);
      const row = table.find((known) => known.short === letter);
      if (!row) throw fail(`unknown shorthand flag: '${letter}' in -${letters}`);
      if (after.startsWith("=")) return set(row, after.slice(1));
      if (!row.value) set(row, "true");
      else if (after !== "") return set(row, after);
      else if (queue.length > 0) return set(row, queue.pop());
      else throw fail(`flag needs an argument: '${letter}' in -${letters}`);
      letters = after;
    }
  };

  while (queue.length > 0) {
    const argument = queue.pop();
    if (argument === "--") return { flags, rest: [...rest, ...queue.reverse()] };
    if (argument.startsWith("--")) long(argument);
    else if (argument.startsWith("-") && argument !== "-") short(argument);
    else if (interspersed) rest.push(argument);
    else return { flags, rest: [argument, ...queue.reverse()] };
  }
  return { flags, rest };
}

/** As Go's strconv.ParseBool. */
function switchValue(text) {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  throw new RangeError(`strconv.ParseBool: parsing ${quoted(text)}: invalid syntax`);
}

/** As Go's %q, for characters that are printable there; `printable` replaces the others later. */
function quoted(text) {
  const escaped = text.replace(/["\\]/g, "\\$&").replace(/[\u0000-\u001f\u007f]/g, (control) =>
    CONTROLS[control] ?? `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${escaped}"`;
}

const CONTROLS = {
  "\u0007": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
};
