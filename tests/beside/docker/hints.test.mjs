/** What a person reads beside docker's message, and a script does not. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const LIST = "registry.example/team/list:1";
const APP = "registry.example/team/app:1";

test("a person reads which draft is damaged, a script docker's sentence alone", async (context) => {
  const folder = await scratch();
  context.after(() => folder.remove());
  const draft = folder.join("manifests", "registry.example_team_list-1", "registry.example_team_app-1");
  await mkdir(folder.join("manifests", "registry.example_team_list-1"), { recursive: true });
  await writeFile(draft, '{"Ref":"regis');
  const env = { DOCKER_CONFIG: folder.path };
  for (const args of [["push", LIST], ["annotate", "--arch", "arm64", LIST, APP], ["inspect", LIST, APP], ["rm", LIST]]) {
    const script = await multiarchHere(args, { env });
    assert.deepEqual([script.code, script.stdout, script.stderr], [1, "", "unexpected end of JSON input\n"], args[0]);
    const { code, stderr } = await multiarchHere(args, { env, tty: true });
    const [sentence, hint] = stderr.split("\n");
    assert.deepEqual([code, sentence], [1, "unexpected end of JSON input"]);
    assert.ok(hint.startsWith("hint: ") && hint.includes(draft), `${args[0]}: ${stderr}`);
  }
  assert.equal(await readFile(draft, "utf8"), '{"Ref":"regis');
});
