/** `multiarch __complete WORDS...`: what the last word may be, for the scripts of shells and for docker's. */

import { candidatesFor } from "./candidates.js";
import { readLine } from "./line.js";

/** What no shell reads in another way; a registry chooses its tags. */
const IS_SAFE = /^[A-Za-z0-9_./:@=+,()-]+$/;
const MOST = 1000;

/**
 * @param {string[]} given the words after `__complete`; `--empty` before them stands for an empty word at their end
 * @param {{ commands: object[], globals: object[], beforeCommand: object[] }} table
 * @param {{ terminal: import("../terminal/terminal.js").Terminal, words: string[], io: object, withoutLogin: Map<string, Function> }} context
 */
export async function complete(given, table, context) {
  const [isEmpty, words] = given[0] === "--empty" ? [true, given.slice(1)] : [false, given];
  const typed = words.filter((word, at) => at > 0 || !context.words.includes(word));
  const line = readLine(isEmpty ? [...typed, ""] : typed, table);
  const { candidates, directive } = await candidatesFor(line, table, context);
  const beginning = (line.flagPrefix ?? "") + line.current;
  const shown = candidates.filter(({ value }) => value.startsWith(beginning) && IS_SAFE.test(value)).slice(0, MOST);
  const lines = shown.map(({ value, about }) => (about ? `${value}\t${about}` : value));
  await context.terminal.print([...lines, `:${directive}`, ""].join("\n"));
}
