/** `inspect` of many documents, byte for byte as docker prints them. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { dockerOutputs } from "../../support/docker-outputs.mjs";
import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { documents } from "../../support/documents.mjs";
import { multiarch, multiarchHere } from "../../support/run.mjs";
import { scratch } from "../../support/scratch.mjs";
import { dockerWith } from "../../support/docker.mjs";

/** What docker refuses, and how much of it there is to see all the same. */
const BEYOND_DOCKER = { nested: 2, empty: 0 };

for (const auth of [undefined, { username: "ada", password: "se:cret" }]) {
  describe(`inspect from docker-registry ${auth ? "with htpasswd" : "without auth"}`, () => {
    let registry, folder, docker, config;
    before(async () => {
      folder = await scratch();
      registry = await startDockerRegistry({ auth });
      ({ config } = await dockerWith(folder, auth && { [registry.domain]: auth }));
      docker = await dockerOutputs(registry, folder);
      for (const [name, image] of Object.entries(documents())) await push(registry, `oracle/${name}`, "1", image);
    });
    after(async () => {
      await registry.close();
      await folder.remove();
    });
    const reference = (name) => `${registry.domain}/oracle/${name}:1`;
    const ours = (...args) => multiarchHere(["--config", config, "inspect", ...args]);

    for (const name of Object.keys(documents())) {
      for (const verbose of [false, true]) {
        test(`${name}${verbose ? " -v" : ""}`, async (context) => {
          context.diagnostic(docker.source);
          const theirs = await docker.inspect(name, reference(name), verbose);
          const mine = await ours(...(verbose ? ["-v"] : []), reference(name));
          assert.equal(mine.stderr, "");
          assert.equal(mine.code, 0);
          if (name in BEYOND_DOCKER) {
            assert.equal(theirs.code, 1);
            const shown = JSON.parse(mine.stdout);
            assert.equal((verbose ? shown : shown.manifests).length, BEYOND_DOCKER[name]);
          } else {
            assert.equal(theirs.code, 0, theirs.stderr);
            assert.equal(mine.stdout, theirs.stdout);
          }
        });
      }

      test(`${name} --raw`, async () => {
        const { code, bytes } = await ours("--raw", reference(name));
        assert.equal(code, 0);
        assert.deepEqual(bytes, documents()[name].bytes);
      });
    }

    test("as a process of its own", async () => {
      const theirs = await docker.inspect("docker-list", reference("docker-list"), false);
      const mine = await multiarch(["--config", config, "inspect", "--insecure=false", reference("docker-list")]);
      assert.deepEqual([mine.code, mine.stderr, mine.stdout], [0, "", theirs.stdout]);
    });

    test("--platform shows what docker shows for the child", async () => {
      const theirs = await docker.inspect("docker-single-arm", reference("docker-single-arm"), false);
      const mine = await ours("--platform", "linux/arm/v7", reference("docker-list"));
      assert.equal(mine.stdout, theirs.stdout);
    });
  });
}
