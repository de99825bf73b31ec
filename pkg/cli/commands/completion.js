/** `multiarch completion`: the script by which a shell completes the program's lines. */

import { nearest } from "../../core/nearest.js";
import { SCRIPTS } from "../completion/scripts.js";

export async function execute([shell], _, { terminal, usage }) {
  if (!Object.hasOwn(SCRIPTS, shell)) {
    const known = Object.keys(SCRIPTS);
    const meant = nearest(shell, known);
    const question = meant ? `\n\nDid you mean ${meant}?` : "";
    throw usage.flagError(`"${shell}" is no shell that is known: ${known.join(", ")}${question}`, usage.find(["completion"]));
  }
  return terminal.print(SCRIPTS[shell]);
}
