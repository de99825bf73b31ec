/**
 * Public reports, each with its input: multiarch does the right thing, and docker and skopeo do what was recorded of them.
 * `node tests/beside/reports/table.mjs` prints all three side by side; UPDATE=1 records docker and skopeo anew.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { beside } from "./beside.mjs";
import { OTHERS, versionsHere } from "./programs.mjs";
import { readRecording, writeRecording } from "./recordings.mjs";
import { ELSEWHERE, TOPICS } from "./topics.mjs";

const done = { rows: 0, real: 0, recorded: 0 };
let versions;

before(async () => {
  versions = await versionsHere();
});

after(() => {
  for (const { reports, about, reason } of ELSEWHERE) console.log(`  not here: ${about} (${reports}): ${reason}`);
  console.log(`  public: ${done.rows} rows; of docker and skopeo ${done.real} outcomes are real and ${done.recorded} recorded; ` +
    "node tests/beside/reports/table.mjs prints them");
});

for (const [topic, rows] of Object.entries(TOPICS)) {
  // Programs that wait for programs: a few at once keep two cores busy.
  describe(topic, { concurrency: 4 }, () => {
    const live = {};
    let recording;
    before(async () => {
      recording = await readRecording(topic);
    });
    after(async () => {
      if (!process.env.UPDATE || OTHERS.some((name) => !versions[name])) return;
      const inOrder = rows.map(({ about }) => [about, live[about] ?? recording.rows[about]]).filter(([, known]) => known);
      await writeRecording(topic, versions, Object.fromEntries(inOrder));
    });

    for (const row of rows) {
      test(row.about, async () => {
        const recorded = recording.rows[row.about] ?? {};
        const result = await beside(row, versions, recorded);
        live[row.about] = {};
        for (const program of OTHERS.filter((name) => result[name])) {
          const { said, isReal } = result[program];
          done[isReal ? "real" : "recorded"] += 1;
          live[row.about][program] = said;
          if (isReal && !process.env.UPDATE && versions[program] === recording.versions[program]) {
            assert.equal(said, recorded[program], `${program} does not do what was recorded; UPDATE=1 records it`);
          }
        }
        if (result.wrong) throw result.wrong;
        done.rows += 1;
      });
    }
  });
}

test("every row has a name of its own", () => {
  for (const [topic, rows] of Object.entries(TOPICS)) {
    const names = rows.map(({ about }) => about);
    assert.deepEqual(names.filter((name, at) => names.indexOf(name) !== at), [], topic);
  }
});
