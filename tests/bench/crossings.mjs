// How often a call goes from JavaScript to the core and back, and how many promises it makes: counts, so the same on every
// machine. Counted in a process of its own, because counting slows every call down.

import { fileURLToPath } from "node:url";

import { run } from "../support/run.mjs";
import { amount } from "./measure.mjs";

const COUNTER = fileURLToPath(new URL("count-crossings.mjs", import.meta.url));
const [MOST_CROSSINGS, MOST_PROMISES] = [25, 55];

export async function crossings() {
  const { code, stdout, stderr } = await run(process.execPath, [COUNTER]);
  if (code !== 0) throw new Error(stderr);
  const { imports, exports, promises, byHand } = JSON.parse(stdout);
  return [
    `resolve by tag with a platform: ${amount(imports + exports, MOST_CROSSINGS, "crossings a call")}, of them ${imports} out of the core; ` +
      `${amount(promises, MOST_PROMISES, "promises")}, by hand ${byHand}`,
  ];
}
