/** What docker did, as recorded: recorded/<group>.json. Drafts are written down as changes from step to step. */

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { changeOf } from "./drafts.mjs";
import { isCommand } from "./runner.mjs";

const fileOf = (group) => fileURLToPath(new URL(`recorded/${group}.json`, import.meta.url));

/** What a reader of the file would not see. */
const UNSEEN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** @returns {Promise<{ docker: string, scenarios: Record<string, object[]> } | undefined>} */
export async function readRecording(group) {
  return existsSync(fileOf(group)) ? JSON.parse(await readFile(fileOf(group), "utf8")) : undefined;
}

/** @param {Record<string, object[]>} scenarios outcomes by id, shortened */
export async function writeRecording(group, docker, scenarios) {
  const sorted = Object.fromEntries(Object.entries(scenarios).sort(([one], [other]) => (one < other ? -1 : 1)));
  const text = JSON.stringify({ docker, scenarios: sorted }, undefined, 1);
  await writeFile(fileOf(group), `${text.replaceAll(UNSEEN, escaped)}\n`);
}

/** As it is recorded: nothing that is empty, and of the drafts what changed since the step before. */
export function shortened(scenario, outcomes) {
  const commands = scenario.steps.filter(isCommand);
  return outcomes.map(({ code, stdout, stderr, drafts, own, registry }, at) => {
    const change = changeOf(outcomes[at - 1]?.drafts ?? {}, drafts);
    return {
      args: [commands[at].args].flat().join(" "),
      code,
      ...(stdout && { stdout }),
      ...(stderr && { stderr }),
      ...(change && { drafts: change }),
      ...(own !== undefined && { own }),
      ...(registry && { registry }),
    };
  });
}

/** The reverse: outcomes with everything in them. */
export function restored(recorded) {
  let drafts = {};
  return recorded.map(({ args, code, stdout = "", stderr = "", drafts: change = {}, own, registry }) => {
    const entries = Object.entries({ ...drafts, ...change }).filter(([, content]) => content !== null);
    drafts = Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
    return { code, stdout, stderr, drafts, ...(own !== undefined && { own }), ...(registry && { registry }) };
  });
}
