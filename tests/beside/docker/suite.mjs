/**
 * A file of scenarios as tests: docker does each and multiarch does each, in registries of the same content, and they
 * alternate in runs that share one configuration folder.
 *
 * UPDATE=1 records docker's side. Outside of CI a recording stands in where there is no docker that is new enough.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { dockerVersion } from "../../support/docker.mjs";
import { compare, leavesOther } from "./compare.mjs";
import { createPlaces } from "./places.mjs";
import { readRecording, restored, shortened, writeRecording } from "./recordings.mjs";
import { isCommand, play } from "./runner.mjs";

/** Who does which command where both work in one folder. Starting Node is what takes time: one run with it is enough. */
const ALTERNATING = [
  (at) => (at % 2 === 0 ? "docker" : "here"),
  (at) => (at % 2 === 0 ? "here" : "docker"),
];

/**
 * @param {string} group names the recording
 * @param {import("./runner.mjs").Scenario[]} scenarios
 * @param {{ isStarted?: boolean }} [options] whether multiarch is started as a program for every command, as docker is;
 *   else only where a scenario needs that
 */
export function differential(group, scenarios, { isStarted = false } = {}) {
  // Programs that wait for programs: a few at once keep two cores busy.
  describe(group, { concurrency: 3 }, () => {
    const places = createPlaces();
    const live = {};
    const done = { scenarios: 0, commands: 0, started: 0 };
    let version, recording;
    before(async () => {
      version = await dockerVersion();
      recording = await readRecording(group);
      if (version === undefined && process.env.CI) {
        throw new Error("docker 28 or newer is needed here; CI does not accept recordings");
      }
    });
    after(async () => {
      await places.close();
      const from = version ? `docker ${version}` : `a recording of docker ${recording?.docker}: no docker 28 or newer is here`;
      console.log(`  ${group}: ${done.scenarios} scenarios, ${done.started} of them with multiarch as a program, and ` +
        `${done.commands} commands compared with ${from}`);
      if (!process.env.UPDATE || !version) return;
      await writeRecording(group, version, kept(scenarios, { ...recording?.scenarios, ...live }));
    });

    for (const scenario of scenarios) {
      test(scenario.id, async () => {
        const recorded = recording?.scenarios[scenario.id];
        const docker = version
          ? await play(scenario, await places.open(scenario, "docker"), () => "docker")
          : restored(recorded);
        if (version) live[scenario.id] = shortened(scenario, docker);
        if (version && !process.env.UPDATE) {
          const stale = `docker ${version} does not do what was recorded; UPDATE=1 records it`;
          assert.deepEqual(live[scenario.id], recorded, stale);
        }
        for (const [kind, who] of runsOf(scenario, isStarted)) {
          const place = await places.open(scenario, kind);
          const ours = await play(scenario, place, who, version ? undefined : docker);
          compare(scenario, docker, ours, who);
          done.commands += ours.length;
          if (who(0) === "multiarch") done.started += 1;
        }
        done.scenarios += 1;
      });
    }
  });
}

/** Runs of a scenario beside the one that docker does alone: in which registry, and by whom. */
function runsOf({ steps, swap, memory }, isStarted) {
  const commands = steps.filter(isCommand);
  const alone = isStarted || commands.some(({ meanwhile }) => meanwhile?.signal) ? "multiarch" : "here";
  const alternates = swap ?? (commands.length > 1 && !commands.some(leavesOther));
  return [
    ["docker", () => alone],
    ...(alternates ? ALTERNATING.map((who) => ["docker", who]) : []),
    ...(memory ? [["memory", () => "here"]] : []),
  ];
}

/** Recordings of scenarios that are no more go. */
const kept = (scenarios, recorded) =>
  Object.fromEntries(scenarios.filter(({ id }) => recorded[id]).map(({ id }) => [id, recorded[id]]));
