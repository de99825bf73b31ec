/** Command lines that are wrong: docker's words and exit codes. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { dockerVersion } from "../../support/docker.mjs";
import { multiarchHere, run } from "../../support/run.mjs";

const RECORDED = new URL("../../data/golden/docker/usage.json", import.meta.url);

/** Mistakes that `docker manifest inspect` and `multiarch inspect` have in common. */
const MISTAKES = [
  ["--bogus", "a"], ["--bogus=1", "a"], ["-x", "a"], ["-vx", "a"], ["-=x", "a"], ["--=x", "a"], ["---x", "a"],
  ["--verbose=maybe", "a"], ["--insecure=", "a"], ["-v=2", "a"], ["a", "--insecure=x"],
];

test("a flag that cannot be meant gets docker's words and exit code", async (context) => {
  const { tool, outputs } = await dockersAnswers();
  context.diagnostic(tool);
  assert.equal(outputs.length, MISTAKES.length);
  for (const [at, args] of MISTAKES.entries()) {
    const mine = await multiarchHere(["inspect", ...args]);
    const expected = outputs[at].stderr.replaceAll("docker manifest inspect", "multiarch inspect");
    assert.deepEqual([mine.code, mine.stdout, mine.stderr], [outputs[at].code, "", expected], args.join(" "));
  }
});

/** From docker, or recorded where there is none that is new enough; never recorded in CI. */
async function dockersAnswers() {
  const version = await dockerVersion();
  if (version === undefined) {
    assert.ok(!process.env.CI, "docker 28 or newer is needed here; CI does not accept recordings");
    const { tool, outputs } = JSON.parse(await readFile(RECORDED, "utf8"));
    return { tool: `recorded from ${tool}`, outputs };
  }
  const outputs = [];
  for (const args of MISTAKES) {
    const { code, stderr } = await run("docker", ["manifest", "inspect", ...args]);
    outputs.push({ args, code, stderr });
  }
  const answers = { tool: `docker ${version}`, outputs };
  if (process.env.UPDATE) await writeFile(RECORDED, `${JSON.stringify(answers, undefined, 1)}\n`);
  return answers;
}
