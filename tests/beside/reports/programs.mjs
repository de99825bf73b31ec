/** Which of docker and skopeo are here. */

import { dockerVersion } from "../../support/docker.mjs";
import { run } from "../../support/run.mjs";

export const OTHERS = ["docker", "skopeo"];

async function skopeoVersion() {
  const { code, stdout } = await run("skopeo", ["--version"]).catch(() => ({ code: 1, stdout: "" }));
  return code === 0 ? /version (\S+)/.exec(stdout)?.[1] : undefined;
}

/** @returns {Promise<Record<string, string | undefined>>} version by program; undefined where there is none */
export async function versionsHere() {
  const [docker, skopeo] = await Promise.all([dockerVersion(), skopeoVersion()]);
  return { docker, skopeo };
}
