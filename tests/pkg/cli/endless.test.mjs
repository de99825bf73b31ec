/** Files and input without an end, or longer than anything that people write: each command says so, and keeps none of it. */

import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { after, before, test } from "node:test";

import { BIN, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const REFERENCE = "127.0.0.1:1/team/app:1";

let folder;
before(async () => {
  folder = await scratch();
  for (const name of ["Dockerfile", "lists.yaml", "a.json"]) await symlink("/dev/zero", folder.join(name));
});
after(() => folder?.remove());

/** A line of a shell, in which `multiarch` may use little memory and nothing has to be asked for over a network. */
const shell = (line) =>
  run("bash", ["-c", `multiarch() { "${process.execPath}" --max-old-space-size=64 "${BIN}" "$@"; }; ${line}`], { cwd: folder.path, env: { DOCKER_CONFIG: folder.path } });

for (const [line, expected = 1] of [
  ["multiarch pin Dockerfile"],
  ["multiarch pin - < /dev/zero"],
  ["multiarch apply lists.yaml"],
  ["multiarch apply --lock a.json --check lists.yaml"],
  ["multiarch apply - < /dev/zero"],
  [`multiarch create -t ${REFERENCE} --file /dev/zero`],
  [`multiarch create --metadata /dev/zero ${REFERENCE}`],
  ["multiarch diff ./a.json ./a.json", 2],
  ["multiarch diff - ./a.json < /dev/zero", 2],
  [`multiarch resolve --ca /dev/zero ${REFERENCE}`],
]) {
  test(line, { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await shell(line);
    assert.deepEqual([code, stdout], [expected, ""], stderr);
    assert.match(stderr, /cannot read \S+: it has more than 33554432 bytes.*FILE_UNREADABLE[^]*hint: Name the text or document itself/, line);
  });
}
