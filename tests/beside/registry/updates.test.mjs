/** Docker's own registry honours no conditions: a write that is lost to another writer is found, reported and repaired. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createClient } from "multiarch";

import { push, startDockerRegistry } from "../../support/docker-registry.mjs";
import { ociImage, ociIndex } from "../../support/images.mjs";
import { noting, race } from "../../support/rivals.mjs";
import { multiarch } from "../../support/run.mjs";

const [amd64, arm64, s390x] = ["amd64", "arm64", "s390x"].map((architecture) => ociImage({ architecture }));
const index = ociIndex(amd64);

let registry;
before(async () => {
  registry = await startDockerRegistry();
  await push(registry, "team/app", "all", ociIndex(amd64, arm64, s390x));
});
after(() => registry.close());

/** What each of the writers calls to add an image. */
const CALLS = {
  edit: (client, reference, { digest }) => client.edit(reference, (list) => list.add(`@${digest}`)),
  create: (client, reference, { digest }) => client.create(reference, [`@${digest}`], { append: true }),
};
const DIGESTS = [amd64, arm64, s390x].map(({ digest }) => digest).sort();

for (const calls of [["edit", "edit"], ["create", "edit"], ["create", "create"]]) {
  test(`two writers add different platforms to one tag by ${calls.join(" and ")}, 200 times: both are there every time`, async (t) => {
    const puts = new Map();
    const clients = [0, 1].map((who) => createClient({ fetch: noting(fetch, who, puts) }));
    const repository = `${registry.domain}/team/app`;
    const name = calls.join("-");
    const base = await clients[0].copy(`${repository}:all`, `${repository}:base-${name}`)
      .then(() => clients[0].edit(`${repository}:base-${name}`, (list) => list.remove("linux/arm64").remove("linux/s390x")));
    const { met, lost } = await race({
      count: 200,
      most: 25,
      digests: DIGESTS,
      async prepare(at) {
        await clients[0].push(base.document, `${repository}:${name}-${at}`);
        return `${repository}:${name}-${at}`;
      },
      write: (who, reference) => CALLS[calls[who]](clients[who], reference, [arm64, s390x][who]),
      read: async (reference) => (await clients[0].manifest(reference)).manifests.map(({ digest }) => digest),
      // The first put is the preparation.
      puts: (reference) => puts.get(`http://${registry.domain}/v2/team/app/manifests/${reference.split(":").pop()}`).slice(1),
    });
    t.diagnostic(`${met} of 400 writers met another one, ${lost} writes were lost at first`);
    assert.ok(lost > 20, `only ${lost} writes were lost`);
    assert.equal(base.document.digest, index.digest);
  });
}

test("two processes add different platforms to one tag: both are there every time, and who lost a write says so", async (t) => {
  const repository = `${registry.domain}/team/app`;
  const client = createClient();
  const lines = [
    ["create", "--append", "-t", `${repository}:processes`, `@${arm64.digest}`],
    ["edit", "--add", `@${s390x.digest}`, `${repository}:processes`],
  ];
  let reported = 0;
  for (let round = 0; round < 10; round++) {
    await push(registry, "team/app", "processes", index);
    const results = await Promise.all(lines.map((line) => multiarch(line)));
    for (const { code, stderr } of results) assert.equal(code, 0, stderr);
    const { manifests } = await client.manifest(`${repository}:processes`);
    assert.deepEqual(manifests.map(({ digest }) => digest).sort(), DIGESTS);
    reported += results.filter(({ stderr }) => /note: .*(?:merged|which has this change too)/.test(stderr)).length;
  }
  t.diagnostic(`${reported} of 20 processes met the other one`);
  assert.ok(reported > 0, "no process met the other one");
});
