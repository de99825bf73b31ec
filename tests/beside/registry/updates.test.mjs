/** Docker's own registry honours no conditions: a write that is lost to another writer is found, told and repaired. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createClient } from "multiarch";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { ociImage, ociIndex } from "../../support/images.mjs";
import { noting, race } from "../../support/rivals.mjs";

const [amd64, arm64, s390x] = ["amd64", "arm64", "s390x"].map((architecture) => ociImage({ architecture }));
const index = ociIndex(amd64);

let registry;
before(async () => {
  registry = await startDockerRegistry();
  await push(registry, "team/app", "all", ociIndex(amd64, arm64, s390x));
});
after(() => registry.close());

test("two writers add different platforms to one tag, 200 times: both are there every time", async (t) => {
  const puts = new Map();
  const clients = [0, 1].map((who) => createClient({ fetch: noting(fetch, who, puts) }));
  const repository = `${registry.domain}/team/app`;
  const base = await clients[0].copy(`${repository}:all`, `${repository}:base`)
    .then(() => clients[0].edit(`${repository}:base`, (list) => list.remove("linux/arm64").remove("linux/s390x")));
  const { met, lost } = await race({
    count: 200,
    most: 25,
    digests: [amd64, arm64, s390x].map(({ digest }) => digest).sort(),
    async prepare(at) {
      await clients[0].push(base.document, `${repository}:t${at}`);
      return `${repository}:t${at}`;
    },
    write: (who, reference) => clients[who].edit(reference, (list) => list.add(`@${[arm64, s390x][who].digest}`)),
    read: async (reference) => (await clients[0].manifest(reference)).manifests.map(({ digest }) => digest),
    // The first put is the preparation.
    puts: (reference) => puts.get(`http://${registry.domain}/v2/team/app/manifests/${reference.split(":").pop()}`).slice(1),
  });
  t.diagnostic(`${met} of 400 edits met another writer, ${lost} writes were lost at first`);
  assert.ok(lost > 20, `only ${lost} writes were lost`);
  assert.equal(base.document.digest, index.digest);
});
