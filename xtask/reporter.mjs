// A reporter for node:test that is short where all is well: a line for each file, a line for each slow
// test, and all that is known of a failure. `passed failed skipped` goes to the file named by XTASK_REPORT.

import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { inspect } from "node:util";

const SLOW_MS = 2000;

export default async function* report(events) {
  const total = tally();
  const path = [];
  let current;
  for await (const { type, data } of events) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type !== "test:start" && type !== "test:pass" && type !== "test:fail") continue;
    path.length = data.nesting;
    path.push(data.name);
    if (type === "test:start") continue;
    if (current?.file !== data.file) {
      if (current) yield summary(current);
      current = { file: data.file, ms: 0, ...tally() };
    }
    const verdict = judge(type, data);
    if (data.nesting === 0) current.ms += data.details.duration_ms;
    if (!verdict) continue;
    total[verdict] += 1;
    current[verdict] += 1;
    yield* describe(verdict, path.join(" > "), data);
  }
  if (current) yield summary(current);
  writeFileSync(process.env.XTASK_REPORT, `${total.passed} ${total.failed} ${total.skipped}\n`);
}

const tally = () => ({ passed: 0, failed: 0, skipped: 0 });

/** What an event adds to the tally; undefined for what only holds other tests. */
function judge(type, { name, file, skip, todo, details }) {
  if (skip !== undefined || todo !== undefined) return "skipped";
  if (type === "test:fail") return details.error?.failureType === "subtestsFailed" ? undefined : "failed";
  // The runner reports a file without tests as a test that passed.
  if (file?.endsWith(name) && name.endsWith(".test.mjs")) return "failed";
  return details.type === "suite" ? undefined : "passed";
}

function* describe(verdict, title, { details, skip, todo }) {
  const ms = details.duration_ms;
  if (verdict === "failed") {
    const cause = details.error?.cause ?? details.error ?? "the file holds no test";
    const story = typeof cause === "string" ? cause : inspect(cause);
    yield `  FAILED  ${title}\n${story.replace(/^/gm, "    ")}\n`;
  } else if (verdict === "skipped") {
    yield `  skipped ${title}: ${skip || todo}\n`;
  } else if (ms > SLOW_MS) {
    yield `  slow    ${title}: ${seconds(ms)}\n`;
  }
}

function summary({ file, ms, passed, failed, skipped }) {
  const label = failed > 0 ? "FAILED " : "ok     ";
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`];
  return `  ${label} ${relative("", file)}: ${counts.filter(Boolean).join(", ")} in ${seconds(ms)}\n`;
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
