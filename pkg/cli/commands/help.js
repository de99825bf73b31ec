/** `multiarch help`: the help of the program, of a command, or of the options that every command takes. */

import { helpText, optionsText } from "../flags/help.js";

/** What every command takes is one topic. */
const OPTIONS = "options";

export async function execute(topics, _, { terminal, usage, words }) {
  const named = topics.filter((word) => !words.includes(word));
  if (named[0] === OPTIONS) return terminal.print(optionsText(usage, terminal.columns));
  return terminal.print(helpText(named.length > 0 ? usage.find(named) : undefined, usage, terminal.columns));
}
