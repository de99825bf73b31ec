/** A row with all three programs: what each did, and whether that is real or recorded. */

import { OTHERS } from "./programs.mjs";
import { inShort, judge, playWith } from "./runner.mjs";

/**
 * @param {import("./runner.mjs").Row} row
 * @param {Record<string, string | undefined>} versions of the programs that are here
 * @param {Record<string, string>} [recorded] what they did, in short
 * @returns {Promise<{ multiarch: string, wrong?: Error, docker?: Side, skopeo?: Side }>} `wrong`: why multiarch's outcome is
 *   not the right value
 *
 * @typedef {{ said: string, isReal: boolean }} Side absent where a program has no command for it
 */
export async function beside(row, versions, recorded = {}) {
  const result = {};
  const played = await playWith("multiarch", row);
  result.multiarch = inShort(played.outcomes.at(-1));
  try {
    judge(row, played);
  } catch (error) {
    result.wrong = error;
  }
  for (const program of OTHERS.filter((name) => row[name])) {
    result[program] = versions[program]
      ? { said: inShort((await playWith(program, row)).outcomes.at(-1)), isReal: true }
      : { said: recorded[program] ?? "never recorded", isReal: false };
  }
  return result;
}
