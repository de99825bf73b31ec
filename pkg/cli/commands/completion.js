/** `multiarch completion`: the script by which a shell completes the program's lines. */

import { SCRIPTS } from "../completion/scripts.js";

export async function execute([shell], _, { terminal, usage }) {
  if (!Object.hasOwn(SCRIPTS, shell)) {
    throw usage.flagError(`"${shell}" is no shell that is known: ${Object.keys(SCRIPTS).join(", ")}`, usage.find(["completion"]));
  }
  return terminal.print(SCRIPTS[shell]);
}
