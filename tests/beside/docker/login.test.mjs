/** What docker and skopeo keep, multiarch reads, and the other way round. */

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { canary } from "../../support/canary.mjs";
import { installHelper } from "../../support/credential-helper.mjs";
import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerVersion } from "../../support/docker.mjs";
import { samples } from "../../support/images.mjs";
import { multiarchHere, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const ada = { username: "ada", password: `se:${canary()}` };

let folder, registry, reference, count = 0;
before(async () => {
  folder = await scratch();
  registry = await startDockerRegistry({ auth: ada });
  await push(registry, "team/app", "1", Object.values(samples())[0]);
  reference = `${registry.domain}/team/app:1`;
});
after(async () => {
  await registry.close();
  await folder.remove();
});

async function place() {
  const path = folder.join(`place-${(count += 1)}`);
  await mkdir(`${path}/bin`, { recursive: true });
  // Skopeo would follow DOCKER_CONFIG too, and keep its own logins there.
  const env = { HOME: path, DOCKER_CONFIG: "", PATH: `${path}/bin:${process.env.PATH}`, DOCKER_AUTH_CONFIG: "", XDG_RUNTIME_DIR: path };
  const input = ada.password;
  return {
    path, env, bin: `${path}/bin`,
    config: () => readFile(`${path}/.docker/config.json`, "utf8"),
    docker: (...args) => run("docker", args, { env, input }),
    skopeo: (...args) => run("skopeo", args, { env, input }),
    multiarch: (...args) => multiarchHere(args, { env, input }),
    login: () => [registry.domain, "--username", ada.username, "--password-stdin"],
  };
}

const ok = ({ code, stdout, stderr }) => {
  assert.equal(code, 0, stderr);
  return stdout;
};

/** Where docker is missing the test says so; in CI, where it is installed, it fails. */
async function isHere(t, name) {
  const found = name === "docker" ? await dockerVersion() : (await run(name, ["--version"]).catch(() => ({ code: 1 }))).code === 0;
  if (found) return true;
  assert.ok(!process.env.CI, `${name} is missing in CI`);
  t.diagnostic(`${name} is not installed: nothing was compared with it`);
  return false;
}

test("docker's login is read, and ours is the same file", async (t) => {
  if (!(await isHere(t, "docker"))) return;
  const [theirs, ours] = [await place(), await place()];
  const said = ok(await theirs.docker("login", ...theirs.login()));
  assert.equal(ok(await ours.multiarch("login", ...ours.login())), said);
  assert.equal(await ours.config(), await theirs.config());
  assert.match(ok(await theirs.multiarch("resolve", reference)), /@sha256:/);
  ok(await ours.docker("manifest", "inspect", "--insecure", reference));

  const bye = ok(await theirs.docker("logout", registry.domain));
  assert.equal(ok(await ours.multiarch("logout", registry.domain)), bye);
  assert.equal(await ours.config(), await theirs.config());
});

test("each takes back what the other kept", async (t) => {
  if (!(await isHere(t, "docker"))) return;
  const one = await place();
  ok(await one.docker("login", ...one.login()));
  ok(await one.multiarch("logout", registry.domain));
  assert.equal((await one.docker("manifest", "inspect", "--insecure", reference)).code, 1);
  ok(await one.multiarch("login", ...one.login()));
  ok(await one.docker("logout", registry.domain));
  assert.match((await one.multiarch("resolve", reference)).stderr, /\[UNAUTHORIZED\]/);
});

test("one credential helper serves both", async (t) => {
  if (!(await isHere(t, "docker"))) return;
  const one = await place();
  const fake = await installHelper(one.bin, "secretservice");
  ok(await one.multiarch("login", ...one.login()));
  const kept = { [registry.domain]: { Username: ada.username, Secret: ada.password } };
  assert.deepEqual(await fake.kept(), kept);
  ok(await one.docker("manifest", "inspect", "--insecure", reference));
  ok(await one.docker("logout", registry.domain));
  assert.deepEqual(await fake.kept(), {});
  const config = await one.config();
  ok(await one.docker("login", ...one.login()));
  assert.deepEqual(await fake.kept(), kept);
  const theirs = await one.config();
  ok(await one.multiarch("logout", registry.domain));
  assert.deepEqual([await fake.kept(), await one.config()], [{}, config]);
  ok(await one.multiarch("login", ...one.login()));
  assert.deepEqual(JSON.parse(await one.config()), JSON.parse(theirs));
});

test("skopeo's login is read where it keeps it, also for a namespace alone, and skopeo reads ours", async (t) => {
  if (!(await isHere(t, "skopeo"))) return;
  const one = await place();
  ok(await one.skopeo("login", "--tls-verify=false", "-u", ada.username, "--password-stdin", `${registry.domain}/team`));
  const file = JSON.parse(await readFile(`${one.path}/containers/auth.json`, "utf8"));
  assert.deepEqual(Object.keys(file.auths), [`${registry.domain}/team`]);
  assert.match(ok(await one.multiarch("resolve", reference)), /@sha256:/);
  assert.match((await one.multiarch("tags", `${registry.domain}/other/app`)).stderr, /\[UNAUTHORIZED\]/);

  const other = await place();
  ok(await other.multiarch("login", ...other.login()));
  ok(await other.skopeo("inspect", "--raw", "--tls-verify=false", `docker://${reference}`));
});
