/** `multiarch version`: the version of the program. */

import { version } from "../../core/facts.js";

export async function execute(_, flags, { terminal }) {
  const { node } = process.versions;
  return flags.json ? terminal.printJson({ version, node }) : terminal.print(`multiarch ${version}\n`);
}
