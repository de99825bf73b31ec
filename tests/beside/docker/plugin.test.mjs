/** `docker multiarch`: the program as a plugin of the real docker. */

import assert from "node:assert/strict";
import { symlink, mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";

import { startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerVersion } from "../../support/docker.mjs";
import { dockerImage, pushAll } from "../../support/images.mjs";
import { BIN, multiarch, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

let folder, registry, plugin, version;
before(async () => {
  version = await dockerVersion();
  assert.ok(version || !process.env.CI, "docker 28 or newer is needed here");
  folder = await scratch();
  plugin = folder.join("cli-plugins", "docker-multiarch");
  await mkdir(folder.join("cli-plugins"));
  await symlink(BIN, plugin);
  registry = await startDockerRegistry();
  for (const architecture of ["amd64", "arm64"]) {
    await pushAll(fetch, registry.url, "team/app", architecture, dockerImage({ architecture }));
  }
});
after(async () => {
  await registry.close();
  await folder.remove();
});

/** Through docker; where there is none, as it passes its arguments on. */
const docker = (...args) => (version
  ? run("docker", args, { env: { DOCKER_CONFIG: folder.path } })
  : run(process.execPath, [plugin, ...args], { env: { DOCKER_CONFIG: folder.path } }));

async function printed(...args) {
  const { code, stdout, stderr } = await docker(...args);
  assert.deepEqual([code, stderr], [0, ""], args.join(" "));
  return stdout;
}

test("docker runs the plugin: a list is created, changed, pushed and removed", async (context) => {
  context.diagnostic(version ? `docker ${version}` : "as docker would call it: there is no docker 28 or newer here");
  const list = `${registry.domain}/team/list:1`;
  const images = ["amd64", "arm64"].map((tag) => `${registry.domain}/team/app:${tag}`);
  assert.equal(await printed("multiarch", "create", list, ...images), `Created manifest list ${list}\n`);
  assert.equal(await printed("multiarch", "annotate", list, images[1], "--variant", "v8"), "");
  const drafted = await printed("multiarch", "inspect", list);
  assert.equal(JSON.parse(drafted).manifests[1].platform.variant, "v8");
  const lines = (await printed("-l", "error", "--config", folder.path, "multiarch", "push", list)).trimEnd().split("\n");
  assert.equal(lines.length, 3);
  const { stdout: pinned } = await multiarch(["--config", folder.path, "resolve", list]);
  assert.equal(pinned, `${registry.domain}/team/list@${lines[2]}\n`);
  assert.equal(await printed("multiarch", "rm", list), "");
  const { code, stdout, stderr } = await docker("multiarch", "push", list);
  assert.deepEqual([code, stdout, stderr], [1, "", `No such manifest: ${list}\n`]);
});

test("docker lists the plugin, and its help and mistakes name docker", async () => {
  const help = await printed("multiarch", "create", "--help");
  assert.ok(help.startsWith("Usage:  docker multiarch create MANIFEST_LIST MANIFEST [MANIFEST...]\n\n"), help);
  assert.equal(await printed("help", "multiarch", "create"), help);
  const { code, stderr } = await docker("multiarch", "inspect", "--bogus");
  assert.equal(code, 125);
  assert.match(stderr, /^unknown flag: --bogus\n\nUsage:  docker multiarch inspect /);
  if (version) assert.match(await printed("--help"), /^ {2}multiarch\* +Everything docker manifest does, and more$/m);
});
