/** What was pushed, as docker and skopeo read it from a real registry; and the whole way there, a command at a time. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { hostPlatform } from "multiarch/node";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { dockerVersion, dockerWith } from "../../support/docker.mjs";
import { dockerImage, ociImage, sha256 } from "../../support/images.mjs";
import { multiarch, multiarchHere, run } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";

const MEDIA_TYPES = {
  docker: "application/vnd.docker.distribution.manifest.list.v2+json",
  OCI: "application/vnd.oci.image.index.v1+json",
};
const BUILDERS = { docker: dockerImage, OCI: ociImage };
const LOGIN = { username: "ada", password: "se:cret" };

for (const auth of [undefined, LOGIN]) {
  describe(`lists pushed to docker-registry ${auth ? "with htpasswd" : "without auth"}`, { concurrency: 2 }, () => {
    let registry, folder, docker;
    before(async () => {
      folder = await scratch();
      registry = await startDockerRegistry({ auth });
      docker = await dockerWith(folder, auth && { [registry.domain]: auth });
    });
    after(async () => {
      await registry.close();
      await folder.remove();
    });

    for (const [kind, build] of Object.entries(BUILDERS)) {
      for (const where of ["the same repository", "another repository"]) {
        test(`${kind}, ${where}`, async () => {
          const images = { amd64: build(), arm64: build({ architecture: "arm64", variant: "v8" }) };
          const source = `${kind.toLowerCase()}${where.length}/app`;
          const target = where === "the same repository" ? source : `${source}s`;
          for (const [tag, image] of Object.entries(images)) await push(registry, source, tag, image);
          const list = `${registry.domain}/${target}:1`;
          const ours = (...args) => succeed(multiarchHere(["--config", docker.config, ...args]));

          await ours("create", list, ...Object.keys(images).map((tag) => `${registry.domain}/${source}:${tag}`));
          const shown = await ours("inspect", list);
          const printed = await ours("push", "--purge", list);
          const digest = printed.trim().split("\n").at(-1);

          const raw = await skopeo(list, auth);
          assert.equal(`${raw}\n`, shown);
          assert.equal(sha256(raw), digest);
          assert.equal(JSON.parse(raw).mediaType, MEDIA_TYPES[kind]);
          assert.equal(await skopeo(list.replace(":1", `@${digest}`), auth), raw);
          for (const [tag, { bytes, digest: child }] of Object.entries(images)) {
            assert.equal(await skopeo(list.replace(":1", `@${child}`), auth), bytes.toString(), tag);
          }
          assert.equal(await ours("inspect", "--raw", list), raw);
          if (await hasDocker()) {
            const { code, stdout, stderr } = await docker.run(["manifest", "inspect", "--insecure", list]);
            assert.deepEqual([code, stdout], [0, shown], stderr);
          }
        });
      }
    }
  });
}

test("two images, one list: created, annotated, pushed, purged, made again, and resolved", async (context) => {
  const folder = await scratch();
  const registry = await startDockerRegistry();
  context.after(async () => {
    await registry.close();
    await folder.remove();
  });
  const images = { amd64: dockerImage(), arm64: dockerImage({ architecture: "arm64", variant: "v8" }) };
  for (const [name, image] of Object.entries(images)) await push(registry, "team/app", `1.0-${name}`, image);
  const list = `${registry.domain}/team/app:1.0`;
  const [amd64, arm64] = Object.keys(images).map((name) => `${list}-${name}`);
  const options = { env: { DOCKER_CONFIG: folder.path, HOME: folder.path } };
  const started = (...args) => multiarch(args, options);
  const ours = (...args) => succeed(started(...args));
  const body = async () => Buffer.from(await (await fetch(`${registry.url}/v2/team/app/manifests/1.0`, {
    headers: { accept: MEDIA_TYPES.docker },
  })).arrayBuffer());

  assert.equal(await ours("create", list, amd64, arm64), `Created manifest list ${list}\n`);
  const drafted = JSON.parse(await ours("inspect", list));
  assert.deepEqual(drafted.manifests.map(({ digest }) => digest), [images.amd64.digest, images.arm64.digest]);
  const verbose = JSON.parse(await ours("inspect", "-v", list));
  assert.deepEqual(verbose.map(({ Ref }) => Ref), [amd64, arm64]);

  assert.equal(await ours("annotate", "--os-version", "10.0.17763.1", list, arm64), "");
  const annotated = await ours("inspect", list);
  assert.deepEqual(JSON.parse(annotated).manifests[1].platform, {
    architecture: "arm64", os: "linux", "os.version": "10.0.17763.1", variant: "v8",
  });

  const digest = (await ours("push", list)).trim();
  const first = await body();
  assert.deepEqual([`${first}\n`, sha256(first)], [annotated, digest]);
  assert.equal((await ours("push", "-p", list)).trim(), digest);
  const gone = await started("rm", list);
  assert.deepEqual([gone.code, gone.stdout, gone.stderr], [1, "", `No such manifest: ${list}\n`]);

  await ours("create", list, amd64);
  assert.equal(await ours("rm", list), "");
  await ours("create", "--amend", list, amd64);
  await ours("create", "--amend", list, arm64);
  await ours("push", "--purge", list);
  assert.equal(JSON.parse(await body()).manifests.length, 2);

  for (const [name, image] of Object.entries(images)) {
    assert.equal(await ours("resolve", "--platform", `linux/${name}`, list), `${registry.domain}/team/app@${image.digest}\n`);
  }
  const { os, architecture } = hostPlatform();
  const warned = [];
  for (const [reference, image] of [[amd64, images.amd64], [arm64, images.arm64]]) {
    const { code, stdout, stderr } = await started("resolve", reference);
    assert.deepEqual([code, stdout], [0, `${registry.domain}/team/app@${image.digest}\n`]);
    if (os === "linux" && image.platform.architecture === architecture) assert.equal(stderr, "");
    else warned.push(stderr);
  }
  assert.ok(warned.length > 0);
  for (const text of warned) {
    assert.match(text, new RegExp("^WARNING: The requested image's platform \\(linux/a[^)]+\\) does not match the detected host " +
      `platform \\(linux/${architecture}[^)]*\\) and no specific platform was requested\n$`));
  }
});

async function succeed(running) {
  const { code, stdout, stderr } = await running;
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout;
}

async function skopeo(reference, auth) {
  const credentials = auth ? ["--creds", `${auth.username}:${auth.password}`] : [];
  const { code, stdout, stderr } = await run("skopeo", [
    "inspect", "--raw", "--tls-verify=false", ...credentials, `docker://${reference}`,
  ]);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Where there is none, skopeo has to do; in CI both have to be there. */
async function hasDocker() {
  const version = await dockerVersion();
  assert.ok(version || !process.env.CI, "docker 28 or newer is needed here");
  return version !== undefined;
}
