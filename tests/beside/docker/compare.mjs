/** Whether multiarch did what docker did, but for the differences that a step names. */

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

import { renamed } from "./canonical.mjs";

const FIELDS = ["code", "stdout", "stderr", "drafts", "own", "registry"];

/**
 * @param {import("./runner.mjs").Scenario} scenario
 * @param {import("./runner.mjs").Outcome[]} docker
 * @param {import("./runner.mjs").Outcome[]} ours
 * @param {(at: number) => string} who did it in `ours`
 */
export function compare(scenario, docker, ours, who) {
  scenario.steps.filter(({ args }) => args !== undefined).forEach((step, at) => {
    const label = `${scenario.id}, step ${at + 1} by ${who(at)}: ${[step.args].flat().join(" ")}`;
    const mine = ours[at];
    const theirs = who(at) === "docker" ? docker[at] : spoken(docker[at]);
    // What a difference leaves behind is there for either program; what it prints is printed by multiarch only.
    const applies = (field) => who(at) !== "docker" || field === "drafts" || field === "registry";
    const exceptions = {};
    for (const [id, fields] of Object.entries(step.differs ?? {})) {
      const own = Object.entries(fields).filter(([field]) => applies(field));
      const shows = own.some(([field]) => !isDeepStrictEqual(mine[field], theirs[field]));
      assert.ok(shows || own.length === 0, `${label}: does what docker does, so the difference ${id} is not there`);
      Object.assign(exceptions, Object.fromEntries(own));
    }
    for (const field of FIELDS) {
      if (field in exceptions) expected(`${label}: ${field}`, theirs[field], mine[field], exceptions[field]);
      else assert.deepEqual(mine[field], theirs[field], `${label}: ${field} is not docker's`);
    }
  });
}

/** Whether a step names a difference in what it leaves behind. */
export function leavesOther({ differs = {} }) {
  return Object.values(differs).some((fields) => "drafts" in fields || "registry" in fields);
}

const spoken = (outcome) => ({ ...outcome, stdout: renamed(outcome.stdout), stderr: renamed(outcome.stderr) });

/**
 * @param {unknown} wanted what multiarch has instead: a value, an expression, a list of names of drafts (whose contents
 *   are docker's where docker has them too), or a function of docker's and ours that answers with a value
 */
function expected(label, theirs, mine, wanted) {
  const value = typeof wanted === "function" ? wanted(theirs, mine) : wanted;
  if (value instanceof RegExp) assert.match(mine, value, label);
  else if (Array.isArray(value)) {
    assert.deepEqual(Object.keys(mine), value, label);
    for (const name of value) if (name in theirs) assert.equal(mine[name], theirs[name], `${label}: ${name}`);
  } else assert.deepEqual(mine, value, label);
}
