/** The command line as a process of its own: what it prints is searched as well. */

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";

import { multiarch } from "../support/run.mjs";
import { judge } from "./play.mjs";
import { createSetting } from "./setting.mjs";

/** What a terminal may not be sent; line breaks and tabs are for the layout. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]/;

/**
 * @param {object} world
 * @param {{ join: (...names: string[]) => string }} folder
 * @param {{ args: (setting: object) => string[], setting?: object, expect: string, reach?: Function,
 *   says?: RegExp }} one `expect`: the code that is printed, or "ok"; `says`: of docker's verbs, the sentence in its place
 */
export async function playProcess(world, folder, { args, setting: wanted, expect, reach, says }) {
  const setting = await createSetting(wanted);
  const stage = world.play(setting.actors);
  setting.arm();
  const config = folder.join("docker");
  await mkdir(config, { recursive: true });
  const auth = btoa(`ada:${setting.password}`);
  await writeFile(folder.join("docker", "config.json"), JSON.stringify({ auths: { [setting.domain]: { auth } } }));
  const { code, stdout, stderr } = await multiarch([...args(setting)], {
    env: {
      DOCKER_CONFIG: config,
      HOME: folder.path,
      HTTPS_PROXY: world.proxy,
      HTTP_PROXY: world.proxy,
      NO_PROXY: "",
      SSL_CERT_FILE: world.certificate,
    },
  });
  const { searched, canaries } = judge(setting, stage, reach, [
    { where: "stdout", content: stdout },
    { where: "stderr", content: stderr },
  ]);
  assert.equal(code === 0, expect === "ok", `exit code ${code}: ${stderr}`);
  if (says) assert.match(stderr, says);
  else if (expect !== "ok") assert.ok([`[${expect}]`, `{"error":{"code":"${expect}",`].some((code) => stderr.includes(code)), stderr);
  for (const text of [stdout, stderr]) assert.doesNotMatch(text, CONTROL);
  assert.doesNotMatch(stderr, /\n {4}at /, "a stack is no message");
  return { canaries, searched };
}
