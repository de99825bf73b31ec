/**
 * Prints the table: what multiarch, docker and skopeo do with the input of every public report. Words after the command
 * narrow it down: `node tests/beside/reports/table.mjs gzip`.
 *
 * `*` stands before outcomes that are recorded, because the program is not here.
 */

import { beside } from "./beside.mjs";
import { versionsHere } from "./programs.mjs";
import { readRecording } from "./recordings.mjs";
import { ELSEWHERE, TOPICS } from "./topics.mjs";

/** How many rows are played at once: programs that wait for programs. */
const AT_ONCE = 4;

const words = process.argv.slice(2);
const matches = ({ reports, about }) => words.every((word) => `${reports} ${about}`.toLowerCase().includes(word.toLowerCase()));

const versions = await versionsHere();
const wrong = [];
for (const [topic, rows] of Object.entries(TOPICS)) {
  const { rows: recorded } = await readRecording(topic);
  const chosen = rows.filter(matches);
  if (chosen.length > 0) console.log(`\n${topic}`);
  const results = inParallel(chosen, (row) => beside(row, versions, recorded[row.about]));
  for (const [at, row] of chosen.entries()) {
    const result = await results[at];
    if (result.wrong) wrong.push(`${topic}: ${row.about}\n${result.wrong.message}`);
    console.log(`  ${row.about}  (${row.reports})`);
    console.log(`    multiarch  ${result.multiarch}${result.wrong ? "  WRONG" : ""}`);
    for (const program of ["docker", "skopeo"]) {
      const side = result[program];
      console.log(`    ${program.padEnd(9)}  ${side ? `${side.isReal ? "" : "* "}${side.said}` : "has no such command"}`);
    }
  }
}
/** A few at once, answered in order. */
function inParallel(all, work) {
  const queues = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return all.map((one, at) => (queues[at % queues.length] = queues[at % queues.length].then(() => work(one))));
}

for (const { reports, about, reason } of words.length > 0 ? [] : ELSEWHERE) {
  console.log(`\nnot here: ${about}  (${reports})\n    ${reason}`);
}
const shown = (name) => `${name} ${versions[name] ?? "is not here: recorded outcomes, marked *"}`;
console.log(`\n${shown("docker")}, ${shown("skopeo")}`);
if (wrong.length > 0) {
  console.log(`\n${wrong.length} wrong:\n\n${wrong.join("\n\n")}`);
  process.exitCode = 1;
}
